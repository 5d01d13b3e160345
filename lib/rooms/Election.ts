import type { MemberRights } from './MemberRights.ts';

/** A member that may become the moderator. */
interface Candidate {
  /** The client knows how to moderate. */
  readonly moderates: boolean;
  readonly rights: MemberRights;
  /** Puts new rights into effect, and tells the room. */
  rightsChanged(): void;
}

/**
 * The election of a moderator in a room whose members need no token: while it has
 * none, the member that has been there longest becomes one.
 */
export class Election {
  /** False in a room whose moderators are named by their tokens. */
  readonly enabled: boolean;
  readonly #members: ReadonlyMap<string, Candidate>;

  /** @param members - The room's members, as they are at any time, the first first. */
  constructor(enabled: boolean, members: ReadonlyMap<string, Candidate>) {
    this.enabled = enabled;
    this.#members = members;
  }

  /** Makes a peer that is about to join the moderator if there is no other candidate. */
  enter(peer: Candidate): void {
    if (peer.moderates && this.#isOpen && this.#next === undefined) {
      peer.rights.setRole('moderator');
    }
  }

  /** Makes the member that has been in the room longest its moderator. */
  run(): void {
    if (this.#isOpen) {
      const next = this.#next;
      next?.rights.setRole('moderator');
      next?.rightsChanged();
    }
  }

  /** True while the room lacks a moderator. */
  get #isOpen(): boolean {
    return (
      this.enabled &&
      this.#find(({ rights }) => rights.role === 'moderator') === undefined
    );
  }

  /** The member that would become the moderator. */
  get #next(): Candidate | undefined {
    return this.#find(({ moderates }) => moderates);
  }

  /** Finds the first of the members, in the order in which they came. */
  #find(fits: (member: Candidate) => boolean): Candidate | undefined {
    for (const member of this.#members.values()) {
      if (fits(member)) {
        return member;
      }
    }
    return undefined;
  }
}
