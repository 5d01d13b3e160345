/** What a track can be of; a producer says it as `appData.source`. */
export const SOURCES = ['mic', 'camera', 'screen', 'screen-audio'] as const;

/** One of {@link SOURCES}. */
export type Source = (typeof SOURCES)[number];

/**
 * Who a client is and what it may do, whatever said so: a token of any kind,
 * or a server that is open. The core believes this and nothing that the client
 * says of itself.
 */
export interface Grants {
  /** The user behind the client. */
  readonly userId: string;
  /** What the user is called; undefined where the client may choose. */
  readonly name: string | undefined;
  readonly email: string | undefined;
  readonly role: string;
  /** Whether the client may enter the room, or make it. */
  readonly mayEnter: (roomId: string) => boolean;
  /** What the client may send. */
  readonly publish: readonly Source[];
  /** Whether the client may receive what others send. */
  readonly subscribe: boolean;
  /** Whether the client may send data and messages to others. */
  readonly data: boolean;
  /** When the token ends, ms since the epoch; undefined for never. */
  readonly expiresAt: number | undefined;
}

/** Everything that can be done in a room, and to what. */
export const EVERYTHING = {
  publish: SOURCES,
  subscribe: true,
  data: true,
} as const satisfies Partial<Grants>;

/** What anybody may do where no token is asked for. */
export function openGrants(userId: string): Grants {
  return {
    ...EVERYTHING,
    userId,
    name: undefined,
    email: undefined,
    role: 'member',
    mayEnter: () => true,
    expiresAt: undefined,
  };
}
