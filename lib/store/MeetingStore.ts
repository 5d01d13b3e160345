/**
 * The port of the store for titled sessions, which are called meetings here: a
 * signalling session is something else. Times are `Date`s. Every method can fail
 * with STORE_UNAVAILABLE.
 */

/** A titled session. */
export interface MeetingRecord {
  readonly id: string;
  readonly title: string;
  /** The host as the creator named it; empty where the account was deleted. */
  readonly host: string;
  /** The user whose token proves to be the host's; undefined for none. */
  readonly hostId: string | undefined;
  /** The project whose key created it. */
  readonly project: string | undefined;
  /** A PHC string; undefined where no password is needed. */
  readonly passwordHash: string | undefined;
  readonly createdAt: Date;
}

/** The right of one person to connect to a meeting. */
export interface TicketRecord {
  readonly meetingId: string;
  readonly peerId: string;
  /** The name of the person; undefined where the person may choose it. */
  readonly name: string | undefined;
  /** The login whose token the person got it with; it ends with that login. */
  readonly login: TicketLogin | undefined;
  readonly issuedAt: Date;
}

/** The login of an account that a ticket belongs to. */
export interface TicketLogin {
  readonly accountId: string;
  readonly loginId: string;
}

/**
 * Meetings with their tickets. A meeting that has been empty since `emptySince`
 * or longer has ended and is not found.
 */
export interface Meetings {
  /**
   * @param most - The most meetings of its host whose token proved it, or of its
   *   project.
   * @returns False when there are as many.
   */
  create(
    meeting: MeetingRecord,
    bounds: { most: number; emptySince: Date },
  ): Promise<boolean>;
  get(id: string, emptySince: Date): Promise<MeetingRecord | undefined>;
  /** @returns False when there is no such meeting. */
  delete(id: string): Promise<boolean>;
  /**
   * Notes that people are in meetings.
   *
   * @returns The ids of those that exist.
   */
  occupy(ids: readonly string[], at: Date): Promise<string[]>;
  /**
   * @param ticketHash - SHA-256 of the ticket, which is not kept.
   * @param most - The most tickets of a meeting that have not expired.
   * @returns The outcome: `missing` when there is no such meeting.
   */
  createTicket(
    ticketHash: string,
    ticket: TicketRecord,
    bounds: { most: number; expiresAt: Date },
  ): Promise<'created' | 'full' | 'missing'>;
  /**
   * Finds a ticket, and lets it expire later.
   *
   * @returns Undefined when there is none, or when it has expired.
   */
  takeTicket(
    ticketHash: string,
    expiresAt: Date,
  ): Promise<TicketRecord | undefined>;
  /** Lets tickets expire later, expired ones included. */
  renewTickets(ticketHashes: readonly string[], expiresAt: Date): Promise<void>;
  /** Forgets meetings that have ended, and expired tickets; returns how many. */
  deleteEnded(emptySince: Date): Promise<number>;
}
