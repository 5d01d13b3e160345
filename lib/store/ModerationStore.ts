/**
 * The ports of the store for what moderators of rooms do. Times are `Date`s.
 * Every method can fail with STORE_UNAVAILABLE.
 */

/** A client that is kept out of a room. */
export interface BanRecord {
  /** The id that others know. */
  readonly id: string;
  readonly roomId: string;
  /** The user, if a token proved who that is. */
  readonly userId: string | undefined;
  /** The latest issue of tokens that are kept out; undefined if all are. */
  readonly issuedUntil: Date | undefined;
  /** SHA-256 of the secret of the client. */
  readonly secretHash: string | undefined;
  /** The network that is kept out with the client. */
  readonly network: string | undefined;
  /** The marks of clients whom the network does not keep out. */
  readonly spared: readonly string[];
  /** The id and the name of the peer that was banned; empty where there was none. */
  readonly peerId: string;
  readonly displayName: string;
  /** The moderator, as the audit log names the actor. */
  readonly bannedBy: string;
  readonly createdAt: Date;
  /** Undefined for a permanent ban. */
  readonly expiresAt: Date | undefined;
}

/** A ban with its place in lists, which grows. */
export interface ListedBan extends BanRecord {
  readonly place: number;
}

/** A page of bans, the oldest first. */
export interface BanPage {
  /** Bans of one room only. */
  readonly roomId?: string | undefined;
  /** Only bans after this place. */
  readonly after?: number | undefined;
  readonly limit: number;
}

/** Bans that have not expired. */
export interface StoredBans {
  /** Adds bans, all of them or none; those whose ids exist are ignored. */
  add(bans: readonly BanRecord[]): Promise<void>;
  get(id: string): Promise<ListedBan | undefined>;
  list(page: BanPage): Promise<ListedBan[]>;
  /** The place of the newest ban; 0 if there is none. */
  lastPlace(): Promise<number>;
  /** The newest bans of a room. */
  ofRoom(roomId: string, most: number): Promise<BanRecord[]>;
  /** @returns The ban; undefined when there is none. */
  delete(id: string): Promise<BanRecord | undefined>;
  /** Deletes expired bans, and all but the newest `most`; returns the number deleted. */
  deleteExpired(most: number): Promise<number>;
}

/** A person in the audit log. */
export interface AuditedPerson {
  /** The user, if a token proved who that is; or the id of an API key. */
  readonly id?: string | undefined;
  /** The id of the peer, if the person is in the room. */
  readonly peerId?: string | undefined;
  readonly name?: string | undefined;
}

/** An entry of the audit log. */
export interface AuditRecord {
  readonly at: Date;
  readonly action: string;
  /** The name of the contract through which it came. */
  readonly gateway: string;
  readonly roomId: string | undefined;
  readonly actor: AuditedPerson;
  /** The person affected; undefined for a room, or for several people. */
  readonly target: AuditedPerson | undefined;
  /** More about it, such as a track or a role. Plain data. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** An entry with its place in the log, which grows. */
export interface ListedAudit extends AuditRecord {
  readonly place: number;
}

/** A selection of entries, the newest first. */
export interface AuditFilter {
  readonly roomId?: string | undefined;
  readonly actorId?: string | undefined;
  readonly targetId?: string | undefined;
  readonly action?: string | undefined;
  readonly from?: Date | undefined;
  readonly until?: Date | undefined;
}

/** A page of entries. */
export interface AuditPage {
  /** Only entries before this place. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** The audit log. */
export interface StoredAudit {
  /** Adds entries, all of them or none. */
  add(entries: readonly AuditRecord[]): Promise<void>;
  list(filter: AuditFilter, page: AuditPage): Promise<ListedAudit[]>;
  /**
   * Deletes entries from before a time, and all but the newest `most`.
   *
   * @returns The number deleted.
   */
  deleteOld(before: Date, most: number): Promise<number>;
}
