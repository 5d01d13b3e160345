import { z } from 'zod';

import { section } from '../core/section.ts';
import type { OptionsOf } from '../core/section.ts';
import {
  ALL_PERMISSIONS,
  changed,
  POWERS,
  someOf,
  SOURCES,
} from './Permissions.ts';
import type { Permissions } from './Permissions.ts';

/** The roles of members of a room. */
export const ROLES = ['guest', 'member', 'moderator'] as const;

/** One of {@link ROLES}. */
export type Role = (typeof ROLES)[number];

/** The permissions of a role, each with its default. */
function role(name: Role, moderates: boolean) {
  return section(`The permissions of the role ${name}.`, {
    publish: someOf(SOURCES)
      .default(true)
      .describe(
        'Sources of tracks that may be sent: true for all, false for none, or a list.',
      ),
    subscribe: z.boolean().default(true).describe('Receive what others send.'),
    data: z
      .boolean()
      .default(true)
      .describe('Send and receive over data channels.'),
    chat: z.boolean().default(true).describe('Send messages.'),
    raiseHand: z.boolean().default(true).describe('Raise a hand, and react.'),
    metadata: z
      .boolean()
      .default(true)
      .describe('Change the metadata of the member itself.'),
    moderate: someOf(POWERS)
      .default(moderates)
      .describe(
        'Powers over others: true for all, false for none, or a list of "mute", "stop", "remove", "lock", "lobby", "chat", "metadata", "spotlight", "close", "promote" and "invite".',
      ),
  });
}

/** The section `auth.roles`. */
export const rolesSection = section(
  'The permissions of members of a room by their roles. A token without a role makes a member; accounts with the role "admin" are moderators.',
  {
    guest: role('guest', false),
    member: role('member', false),
    moderator: role('moderator', true),
  },
);

/** The part of the options by which roles have permissions. */
export interface RoleOptions {
  readonly roles: OptionsOf<typeof rolesSection>;
}

/** The permissions of a role; those of a member for roles of other contracts. */
export function permissionsOf(
  role: string,
  { roles }: RoleOptions,
): Permissions {
  return changed(ALL_PERMISSIONS, roles[roleOf(role)]);
}

/** The role in a room of a user whose contract has roles of its own. */
function roleOf(role: string): Role {
  if (role === 'admin') {
    return 'moderator';
  }
  return ROLES.find((it) => it === role) ?? 'member';
}
