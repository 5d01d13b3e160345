import { z } from 'zod';

/** The sources of tracks; a producer names its own as `appData.source`. */
export const SOURCES = ['mic', 'camera', 'screen', 'screen-audio'] as const;

/** One of {@link SOURCES}. */
export type Source = (typeof SOURCES)[number];

/**
 * The powers over others in a room.
 *
 * - `mute`: pause their tracks, and ask them to speak again.
 * - `stop`: end their tracks.
 * - `remove`: put them out of the room.
 * - `lock`: let no one else in, and enter a locked room.
 * - `lobby`: switch the lobby, admit and reject those in it, and enter without waiting.
 * - `chat`: clear the chat for everyone.
 * - `metadata`: change the metadata of the room.
 * - `spotlight`: put a person in the spotlight, so that everyone sees them large.
 * - `close`: end the room for everyone.
 * - `promote`: give them another role, or other permissions.
 * - `invite`: make tokens with which others enter the room.
 */
export const POWERS = [
  'mute',
  'stop',
  'remove',
  'lock',
  'lobby',
  'chat',
  'metadata',
  'spotlight',
  'close',
  'promote',
  'invite',
] as const;

/** One of {@link POWERS}. */
export type Power = (typeof POWERS)[number];

/** The things that a member of a room may do. Plain data. */
export interface Permissions {
  /** The sources of tracks that the member may send. */
  readonly publish: readonly Source[];
  /** The right to receive what others send. */
  readonly subscribe: boolean;
  /** The right to send over data channels, and to receive from them. */
  readonly data: boolean;
  /** The right to send messages to others over signalling. */
  readonly chat: boolean;
  /** The right to raise a hand, and to react. */
  readonly raiseHand: boolean;
  /** The right to change its own metadata. */
  readonly metadata: boolean;
  /** The powers over others. */
  readonly moderate: readonly Power[];
}

/** All permissions of a member without power over others. */
export const ALL_PERMISSIONS = {
  publish: SOURCES,
  subscribe: true,
  data: true,
  chat: true,
  raiseHand: true,
  metadata: true,
  moderate: [],
} as const satisfies Permissions;

/** The permissions that are one thing alone. */
const FLAGS = ['subscribe', 'data', 'chat', 'raiseHand', 'metadata'] as const;

/** A list of some things, or true for all of them and false for none. */
export function someOf<const Name extends string>(names: readonly Name[]) {
  return z.union([z.boolean(), z.array(z.enum(names)).max(names.length)]);
}

/** Permissions as tokens and moderators change them: those that are named. */
export const permissionChangesSchema = z.strictObject({
  publish: someOf(SOURCES).optional(),
  subscribe: z.boolean().optional(),
  data: z.boolean().optional(),
  chat: z.boolean().optional(),
  raiseHand: z.boolean().optional(),
  metadata: z.boolean().optional(),
  moderate: someOf(POWERS).optional(),
});

/** Changes of permissions; those that are not named stay as they are. */
export interface PermissionChanges extends Partial<
  Omit<Permissions, 'publish' | 'moderate'>
> {
  readonly publish?: boolean | readonly Source[];
  readonly moderate?: boolean | readonly Power[];
}

/** Permissions with changes. */
export function changed(
  permissions: Permissions,
  {
    publish,
    subscribe = permissions.subscribe,
    data = permissions.data,
    chat = permissions.chat,
    raiseHand = permissions.raiseHand,
    metadata = permissions.metadata,
    moderate,
  }: PermissionChanges,
): Permissions {
  return {
    publish: chosen(SOURCES, publish, permissions.publish),
    subscribe,
    data,
    chat,
    raiseHand,
    metadata,
    moderate: chosen(POWERS, moderate, permissions.moderate),
  };
}

/** Names the permissions that go beyond others. */
export function beyond(
  { publish, moderate, ...flags }: Permissions,
  limit: Permissions,
): string[] {
  return [
    ...publish
      .filter((source) => !limit.publish.includes(source))
      .map((source) => `publish of "${source}"`),
    ...FLAGS.filter((flag) => flags[flag] && !limit[flag]),
    ...moderate
      .filter((power) => !limit.moderate.includes(power))
      .map((power) => `moderate of "${power}"`),
  ];
}

function chosen<Name>(
  all: readonly Name[],
  choice: boolean | readonly Name[] | undefined,
  before: readonly Name[],
): readonly Name[] {
  if (typeof choice !== 'boolean') {
    return choice ?? before;
  }
  return choice ? all : [];
}
