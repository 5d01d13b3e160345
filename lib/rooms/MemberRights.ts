import type { Grants } from '../auth/Grants.ts';
import { changed } from '../auth/Permissions.ts';
import type { PermissionChanges } from '../auth/Permissions.ts';
import { permissionsOf } from '../auth/roles.ts';
import type { Role, RoleOptions } from '../auth/roles.ts';

/** The role and the changes of permissions that a member was given in the room. */
export interface GivenRights {
  readonly role: Role | undefined;
  readonly changes: PermissionChanges | undefined;
}

/**
 * The role and the permissions of a member: those of its grants until it is given
 * others in the room, which then outlast a resume with new grants.
 */
export class MemberRights {
  readonly #options: RoleOptions;
  #granted: Grants;
  #role: Role | undefined;
  #changes: PermissionChanges | undefined;
  #grants: Grants;

  constructor(granted: Grants, options: RoleOptions) {
    this.#granted = granted;
    this.#grants = granted;
    this.#options = options;
  }

  get role(): string {
    return this.#grants.identity.role;
  }

  /** The identity and the permissions of the member, as they are now. */
  get grants(): Grants {
    return this.#grants;
  }

  /** The rights that the member was given in the room. */
  get given(): GivenRights {
    return { role: this.#role, changes: this.#changes };
  }

  /** Restores the rights that the member was given in the room before it left. */
  restore({ role, changes }: GivenRights): void {
    this.#role = role;
    this.#changes = changes;
    this.#update();
  }

  /** Replaces what the client was granted from outside the room. */
  regrant(granted: Grants): void {
    this.#granted = granted;
    this.#update();
  }

  /** Gives the member a role, with its permissions instead of any others. */
  setRole(role: Role): void {
    this.#role = role;
    this.#changes = undefined;
    this.#update();
  }

  /** Changes some of the permissions. */
  change(changes: PermissionChanges): void {
    this.#changes = { ...this.#changes, ...changes };
    this.#update();
  }

  #update(): void {
    const granted = this.#granted;
    const role = this.#role;
    const changes = this.#changes;
    if (role === undefined && changes === undefined) {
      this.#grants = granted;
      return;
    }
    const permissions =
      role === undefined ? granted : permissionsOf(role, this.#options);
    this.#grants = {
      ...granted,
      ...changed(permissions, changes ?? {}),
      identity: { ...granted.identity, ...(role !== undefined && { role }) },
    };
  }
}
