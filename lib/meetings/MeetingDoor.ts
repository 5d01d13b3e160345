import { AppError, coreErrors } from '../core/errors.ts';
import type { Live } from '../core/Live.ts';
import { roomErrors } from '../rooms/errors.ts';
import type { MeetingRecord, TicketRecord } from '../store/MeetingStore.ts';
import { hashOf, isIssuedPeerId, isTicket, newPeerId } from './ids.ts';
import type { LiveMeeting } from './LiveMeeting.ts';
import type { MeetingAuthenticator } from './MeetingAuthenticator.ts';
import type { MeetingBans } from './MeetingBans.ts';
import type { Meetings } from './Meetings.ts';
import type { MeetingsOptions } from './options.ts';
import type { MeetingClient, MeetingSocket, PersonView } from './types.ts';

/** A connection that may try to enter a meeting. */
export interface MeetingAdmission {
  readonly meeting: MeetingRecord;
  /** The person whose ticket it showed, and the hash of the ticket. */
  readonly ticket:
    { readonly person: TicketRecord; readonly hash: string } | undefined;
  /** The user whose token it showed, or whose login the ticket belongs to. */
  readonly client: MeetingClient | undefined;
}

/** The data with which a person enters. */
export interface EntryRequest {
  readonly name?: string | undefined;
  readonly peerId?: string | undefined;
  readonly password?: string | undefined;
}

/** The place of a person who has entered. */
export interface MeetingPlace {
  readonly live: LiveMeeting;
  readonly peerId: string;
  readonly title: string;
  /** The others who are there. */
  readonly others: readonly PersonView[];
}

/** The connection of a person who enters. */
export interface EnteringSocket extends MeetingSocket {
  readonly network: string;
  readonly closed: boolean;
  /** Called before the first event. */
  entered(place: MeetingPlace): void;
}

/** Lets sockets into meetings: by a ticket, by the password, or as the host. */
export class MeetingDoor {
  readonly #meetings: Meetings;
  readonly #authenticator: MeetingAuthenticator;
  readonly #bans: MeetingBans;
  readonly #options: Live<MeetingsOptions>;

  constructor(
    meetings: Meetings,
    authenticator: MeetingAuthenticator,
    bans: MeetingBans,
    options: Live<MeetingsOptions>,
  ) {
    this.#meetings = meetings;
    this.#authenticator = authenticator;
    this.#bans = bans;
    this.#options = options;
  }

  /**
   * Finds out what a socket is for.
   *
   * @param address - A ticket, or the id of a meeting.
   * @param token - That of a user, which the id of a meeting may come with.
   * @throws {AppError} SESSION_NOT_FOUND, also for a ticket of a login that has
   *   ended; and as {@link MeetingAuthenticator.recognise}.
   */
  async open(
    address: string,
    token: string | undefined,
  ): Promise<MeetingAdmission> {
    if (isTicket(address)) {
      const hash = hashOf(address);
      const { meeting, person } = await this.#meetings.takeTicket(hash);
      const client = await this.#authenticator.holderOf(person);
      return { meeting, ticket: { person, hash }, client };
    }
    const meeting = await this.#meetings.get(address);
    const client = await this.#authenticator.recognise(token);
    return { meeting, ticket: undefined, client };
  }

  /**
   * Takes a socket into its meeting.
   *
   * @throws {AppError} SESSION_NOT_FOUND if it has ended since, PASSWORD_WRONG,
   *   LIMIT_REACHED, BUSY, BANNED, REMOVED, FORBIDDEN for an id that is another's, PEER_ID_TAKEN,
   *   SESSION_FULL, ROOM_ELSEWHERE, CLUSTER_UNAVAILABLE; PEER_CLOSED when the
   *   client has gone.
   */
  async enter(
    { meeting: { id }, ticket, client }: MeetingAdmission,
    { name, peerId: chosen, password }: EntryRequest,
    socket: EnteringSocket,
  ): Promise<void> {
    const { person } = ticket ?? {};
    const peerId = chosen ?? person?.peerId ?? newPeerId();
    if (
      isIssuedPeerId(peerId) &&
      chosen !== undefined &&
      chosen !== person?.peerId
    ) {
      throw new AppError(
        coreErrors.FORBIDDEN,
        'peerId: expected the one that belongs to the ticket, or one that the client chose, got one that the server gave to another person',
      );
    }
    const live = this.#meetings.live.obtain(id);
    using _place = live.hold();
    const meeting = await this.#meetings.get(id);
    if (person === undefined) {
      await this.#meetings.requirePassword(
        meeting,
        password,
        client,
        socket.network,
      );
    }
    const user = client?.kind === 'user' ? client : undefined;
    const known = {
      network: socket.network,
      userId: person?.peerId,
      accountId: user?.userId,
      issuedAt: person?.issuedAt.getTime() ?? user?.issuedAt,
    };
    await this.#bans.require(id, known);
    await this.#meetings.live.claim(live);
    if (socket.closed) {
      throw new AppError(
        roomErrors.PEER_CLOSED,
        'the connection closed while entering',
      );
    }
    const own = user === undefined ? person?.name : user.name;
    const entry = {
      socket,
      name: own ?? name ?? '',
      known,
      ticketHash: ticket?.hash,
    };
    const others = live.enter(peerId, entry, this.#options.maxPeers);
    socket.entered({ live, peerId, title: meeting.title, others });
  }
}
