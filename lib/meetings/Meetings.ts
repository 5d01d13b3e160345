import { AppError, coreErrors } from '../core/errors.ts';
import type { Live } from '../core/Live.ts';
import type { RoomRegistry } from '../rooms/RoomRegistry.ts';
import type {
  MeetingRecord,
  Meetings as MeetingStore,
  TicketLogin,
  TicketRecord,
} from '../store/MeetingStore.ts';
import { emptySince } from './emptySince.ts';
import { meetingErrors } from './errors.ts';
import {
  hashOf,
  isMeetingId,
  liveRoomIdOf,
  newMeetingId,
  newPeerId,
  newTicket,
} from './ids.ts';
import { notFound } from './LiveMeeting.ts';
import type { LiveMeetings } from './LiveMeetings.ts';
import type { MeetingBans } from './MeetingBans.ts';
import type { MeetingTokens } from './MeetingTokens.ts';
import type { MeetingsOptions } from './options.ts';
import type { PasswordGate } from './PasswordGate.ts';
import type { EarlierPerson, MeetingClient } from './types.ts';

/** The role that may do what the host may. */
const ADMIN = 'admin';

/** The data of a new meeting. */
export interface MeetingDraft {
  readonly title: string;
  /** The id of its host, as the creator has it. */
  readonly host?: string | undefined;
  /** Empty for none. */
  readonly password: string;
}

/** The password and the earlier entry of a person who enters. */
export interface Entrance {
  readonly password: string | undefined;
  /** Undefined if the person has not entered the meeting before. */
  readonly earlier: EarlierPerson | undefined;
}

/** The parts that meetings are made of. */
export interface MeetingParts {
  readonly store: MeetingStore;
  readonly live: LiveMeetings;
  readonly registry: Pick<RoomRegistry, 'closeDeleted'>;
  readonly gate: PasswordGate;
  readonly bans: MeetingBans;
  readonly tokens: MeetingTokens;
  readonly options: Live<MeetingsOptions>;
}

/** Sessions with a title and a password, which last beyond their visitors. */
export class Meetings {
  readonly #parts: MeetingParts;

  constructor(parts: MeetingParts) {
    this.#parts = parts;
  }

  /** The meetings with people in them. */
  get live(): LiveMeetings {
    return this.#parts.live;
  }

  /**
   * Creates a meeting.
   *
   * @param creator - Undefined without a token.
   * @param network - Where the request came from.
   * @returns Its id.
   * @throws {AppError} FORBIDDEN for the host that another user would be,
   *   LIMIT_REACHED, BUSY.
   */
  async create(
    { title, host, password }: MeetingDraft,
    creator: MeetingClient | undefined,
    network: string,
  ): Promise<string> {
    const { store, gate, options } = this.#parts;
    requireOwnHost(host, creator);
    const user = creator?.kind === 'user' ? creator : undefined;
    const id = newMeetingId();
    const meeting: MeetingRecord = {
      id,
      title,
      host: host ?? user?.userId ?? '',
      hostId: user && (host ?? user.userId),
      project: creator?.kind === 'project' ? creator.project : undefined,
      passwordHash: await gate.hashOf(password, network),
      createdAt: new Date(),
    };
    const most = options.sessionsPerCreator;
    const bounds = { most, emptySince: emptySince(undefined, options) };
    if (!(await store.create(meeting, bounds))) {
      throw new AppError(
        coreErrors.LIMIT_REACHED,
        `meetings.sessionsPerCreator: expected at most ${most} sessions of one user or project, and that many exist; end some`,
        { option: 'meetings.sessionsPerCreator' },
      );
    }
    return id;
  }

  /**
   * Lets a person into a meeting, as the same person if they have entered it before.
   *
   * @returns The title, a ticket for the person's sockets, and a token for the
   *   live room.
   * @throws {AppError} SESSION_NOT_FOUND, PASSWORD_WRONG, FORBIDDEN for the key
   *   of another project, BANNED, REMOVED, SESSION_FULL, LIMIT_REACHED, BUSY.
   */
  async admit(
    id: string,
    { password, earlier }: Entrance,
    client: MeetingClient | undefined,
    network: string,
  ): Promise<{ title: string; ticket: string; token: string }> {
    const { store, tokens, bans, options } = this.#parts;
    tokens.requireKey();
    const meeting = await this.get(id);
    requireOwnProject(meeting, client);
    await this.requirePassword(meeting, password, client, network);
    const user = client?.kind === 'user' ? client : undefined;
    await bans.require(id, {
      network,
      userId: earlier?.peerId,
      accountId: user?.userId ?? earlier?.login?.accountId,
      issuedAt: earlierOf(earlier?.issuedAt, user?.issuedAt),
    });
    this.live.get(id)?.requirePlace(earlier?.peerId, options.maxPeers);
    const { title } = meeting;
    const person: TicketRecord = {
      meetingId: id,
      peerId: earlier?.peerId ?? newPeerId(),
      issuedAt: new Date(),
      ...(user === undefined
        ? { name: earlier?.name, login: earlier?.login }
        : { name: user.name, login: ticketLogin(user.userId, user.loginId) }),
    };
    const ticket = newTicket();
    const most = options.ticketsPerSession;
    const outcome = await store.createTicket(hashOf(ticket), person, {
      most,
      expiresAt: this.#ticketExpiry(),
    });
    if (outcome === 'missing') {
      throw notFound();
    }
    if (outcome === 'full') {
      throw new AppError(
        coreErrors.LIMIT_REACHED,
        `meetings.ticketsPerSession: expected at most ${most} valid tickets of one session, and that many exist; try again later`,
        { option: 'meetings.ticketsPerSession' },
      );
    }
    return { title, ticket, token: tokens.sign(person) };
  }

  /**
   * The meeting and the person that a ticket is for. The ticket is valid for a
   * while longer from now on.
   *
   * @throws {AppError} SESSION_NOT_FOUND.
   */
  async takeTicket(
    ticketHash: string,
  ): Promise<{ meeting: MeetingRecord; person: TicketRecord }> {
    const { store } = this.#parts;
    const person = await store.takeTicket(ticketHash, this.#ticketExpiry());
    if (person === undefined) {
      throw ticketNotFound();
    }
    return { meeting: await this.get(person.meetingId), person };
  }

  /** @throws {AppError} SESSION_NOT_FOUND. */
  async get(id: string): Promise<MeetingRecord> {
    if (!isMeetingId(id)) {
      throw notFound();
    }
    const { store, live, options } = this.#parts;
    const since = emptySince(live.get(id), options);
    const meeting = await store.get(id, since);
    if (meeting === undefined) {
      throw notFound();
    }
    return meeting;
  }

  /**
   * Makes sure that a client may enter: with the password, or as the host.
   *
   * @throws {AppError} PASSWORD_WRONG, LIMIT_REACHED, BUSY.
   */
  async requirePassword(
    meeting: MeetingRecord,
    password: string | undefined,
    client: MeetingClient | undefined,
    network: string,
  ): Promise<void> {
    if (!isHost(meeting, client)) {
      await this.#parts.gate.require(meeting, password, network);
    }
  }

  /**
   * Ends a meeting, and puts all out who are in it.
   *
   * @throws {AppError} SESSION_NOT_FOUND, NOT_THE_HOST.
   */
  async end(id: string, client: MeetingClient): Promise<void> {
    const meeting = await this.get(id);
    const isAdmin = client.kind === 'user' && client.role === ADMIN;
    if (!isAdmin && !isHost(meeting, client)) {
      throw new AppError(
        meetingErrors.NOT_THE_HOST,
        'the session was created for another host, who alone can end it',
      );
    }
    if (!(await this.#parts.store.delete(id))) {
      throw notFound();
    }
    this.noteEnd(id);
  }

  /** Puts all out of a meeting that has ended, here or elsewhere. */
  noteEnd(id: string): void {
    const { live, registry } = this.#parts;
    live.end(id);
    registry.closeDeleted(liveRoomIdOf(id));
  }

  #ticketExpiry(): Date {
    return new Date(Date.now() + this.#parts.options.reconnectTimeout);
  }
}

/** The login that a ticket belongs to; undefined without one. */
export function ticketLogin(
  accountId: string | undefined,
  loginId: string | undefined,
): TicketLogin | undefined {
  return accountId === undefined || loginId === undefined
    ? undefined
    : { accountId, loginId };
}

/** The failure to find a ticket, or one that is still valid. */
export function ticketNotFound(): AppError {
  return new AppError(
    meetingErrors.SESSION_NOT_FOUND,
    'the ticket is not valid, or no longer; get another one by POST /connect',
  );
}

/** The earlier of two times, as far as they are known. */
function earlierOf(
  one: number | undefined,
  other: number | undefined,
): number | undefined {
  return one === undefined || other === undefined
    ? (one ?? other)
    : Math.min(one, other);
}

/** Tells if a client has proved to be the host. */
function isHost(
  { hostId }: MeetingRecord,
  client: MeetingClient | undefined,
): boolean {
  return client?.kind === 'user' && client.userId === hostId;
}

/** @throws {AppError} FORBIDDEN. */
function requireOwnHost(
  host: string | undefined,
  creator: MeetingClient | undefined,
): void {
  if (
    creator?.kind === 'user' &&
    creator.role !== ADMIN &&
    host !== undefined &&
    host !== creator.userId
  ) {
    throw new AppError(
      coreErrors.FORBIDDEN,
      `host: expected ${JSON.stringify(creator.userId)} as in the token, got ${JSON.stringify(host)}`,
    );
  }
}

/** @throws {AppError} FORBIDDEN. */
function requireOwnProject(
  { project }: MeetingRecord,
  client: MeetingClient | undefined,
): void {
  if (client?.kind === 'project' && client.project !== project) {
    throw new AppError(
      coreErrors.FORBIDDEN,
      'Authorization: expected the key of the project of this session, got that of another project',
    );
  }
}
