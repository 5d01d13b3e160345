/** A client to be kept out of a room. Plain data. */
export interface NewBan {
  readonly roomId: string;
  /** The user, if a token proved its identity. */
  readonly userId?: string | undefined;
  /**
   * The time until which tokens of the user must have been issued to be kept out:
   * a moderator has removed the user without a ban. Without it, all are.
   */
  readonly issuedUntil?: Date | undefined;
  /** SHA-256 of the secret of the client. */
  readonly secretHash?: string | undefined;
  /** The network that is kept out with the client. */
  readonly network?: string | undefined;
  /** The marks of clients that may enter although they are on the network. */
  readonly spared: readonly string[];
  /** The id and the name of the peer that is banned; empty where there is none. */
  readonly peerId: string;
  readonly displayName: string;
  /** The moderator, as the audit log names the actor. */
  readonly bannedBy: string;
  /** The end; without it, the ban is for good. */
  readonly expiresAt: Date | undefined;
}

/** A ban with its id. */
export interface Ban extends NewBan {
  readonly id: string;
}

/** A change of the bans of a room. */
export type BanChange =
  | { readonly type: 'added'; readonly ban: Ban }
  | { readonly type: 'lifted'; readonly roomId: string; readonly id: string };

/** The bans of all rooms, which outlive the rooms. */
export interface RoomBans {
  /**
   * The bans of a room.
   *
   * @returns Undefined if they cannot be read in time.
   */
  ofRoom(roomId: string): Promise<readonly Ban[] | undefined>;
  /** Adds a ban, which takes effect at once and is saved as soon as possible. */
  add(ban: NewBan): Ban;
  /** Registers a listener for every change, from any source. */
  onChange(listener: (change: BanChange) => void): void;
}
