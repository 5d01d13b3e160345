/** The uses of a power over others, as the log names them. */
export type ModerationAction =
  | 'mute'
  | 'muteAll'
  | 'requestUnmute'
  | 'stop'
  | 'remove'
  | 'ban'
  | 'lock'
  | 'unlock'
  | 'setLobby'
  | 'admit'
  | 'admitAll'
  | 'reject'
  | 'clearChat'
  | 'setRoomMetadata'
  | 'setSpotlight'
  | 'setPeerMetadata'
  | 'chooseReceived'
  | 'setRole'
  | 'setPermissions'
  | 'rename'
  | 'invite'
  | 'close';

/** A person, or a key of the server API, in the log. Plain data. */
export interface LoggedPerson {
  /** The user, if a token proved its identity; or the key. */
  readonly id?: string | undefined;
  readonly peerId?: string | undefined;
  readonly name?: string | undefined;
}

/** One use of a power over others. Plain data. */
export interface ModerationEntry<Action extends string = ModerationAction> {
  readonly action: Action;
  /** The contract that it came by. */
  readonly gateway: string;
  readonly roomId: string;
  readonly actor: LoggedPerson;
  /** The person concerned; undefined for a room, or for several people. */
  readonly target?: LoggedPerson | undefined;
  /** More about it, such as a track or a role. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** A log of every use of a power over others in the rooms. */
export interface ModerationLog {
  /** Records a use of a power; never fails, and never waits. */
  record(entry: ModerationEntry): void;
}
