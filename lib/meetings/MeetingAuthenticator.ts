import { authErrors } from '../auth/errors.ts';
import type { Identity } from '../auth/Identity.ts';
import { meetingGrants, projectOf } from '../auth/jwt.ts';
import type { AuthOptions } from '../auth/options.ts';
import type { UserAuthenticator } from '../auth/UserAuthenticator.ts';
import { AppError } from '../core/errors.ts';
import type { Live } from '../core/Live.ts';
import type { TicketLogin, TicketRecord } from '../store/MeetingStore.ts';
import { liveRoomIdOf } from './ids.ts';
import { ticketLogin, ticketNotFound } from './Meetings.ts';
import type { EarlierPerson, MeetingClient } from './types.ts';

/** The part of the authentication of users that meetings need. */
type Users = Pick<UserAuthenticator, 'authenticateCaller' | 'requireLogin'>;

/** Tells by their tokens who creates, enters and ends meetings. */
export class MeetingAuthenticator {
  readonly #users: Users;
  readonly #options: Live<AuthOptions>;

  constructor(users: Users, options: Live<AuthOptions>) {
    this.#users = users;
    this.#options = options;
  }

  /**
   * The user or the project of a token.
   *
   * @throws {AppError} TOKEN_INVALID, TOKEN_TYPE_WRONG, TOKEN_EXPIRED,
   *   TOKEN_NOT_YET_VALID, USERS_UNAVAILABLE.
   */
  async identify(token: string): Promise<MeetingClient> {
    const project = projectOf(token, this.#options);
    if (project !== undefined) {
      return { kind: 'project', project };
    }
    const { identity, issuedAt } = await this.#users.authenticateCaller(token);
    return userOf(identity, issuedAt);
  }

  /**
   * The user with whose login a ticket was obtained; undefined for one without.
   *
   * @throws {AppError} SESSION_NOT_FOUND when the login has ended,
   *   USERS_UNAVAILABLE.
   */
  async holderOf({ login }: TicketRecord): Promise<MeetingClient | undefined> {
    try {
      const identity = await this.#requireLogin(login);
      return identity && userOf(identity);
    } catch (error) {
      throw error instanceof AppError && error.status === 401
        ? ticketNotFound()
        : error;
    }
  }

  /**
   * The client with a token that need not have one. A server that is open takes
   * any text for a token, and one that it does not know for none.
   *
   * @throws {AppError} As {@link identify}.
   */
  async recognise(
    token: string | undefined,
  ): Promise<MeetingClient | undefined> {
    if (token === undefined) {
      return undefined;
    }
    try {
      return await this.identify(token);
    } catch (error) {
      if (
        this.#options.mode === 'open' &&
        error instanceof AppError &&
        error.status === 401
      ) {
        return undefined;
      }
      throw error;
    }
  }

  /**
   * The person who has entered a meeting before, by the token of that entry.
   *
   * @throws {AppError} TOKEN_INVALID for any other token, and when its login has
   *   ended; TOKEN_EXPIRED, TOKEN_NOT_YET_VALID, USERS_UNAVAILABLE.
   */
  async recognisePerson(
    token: string,
    meetingId: string,
  ): Promise<EarlierPerson> {
    const grants = meetingGrants(token, this.#options);
    const { peerId, identity, reserved } = grants ?? {};
    if (peerId === undefined || reserved?.[0] !== liveRoomIdOf(meetingId)) {
      throw new AppError(
        authErrors.TOKEN_INVALID,
        'token: expected that of an earlier entry into this session, got another',
      );
    }
    const login = ticketLogin(identity?.accountId, identity?.loginId);
    await this.#requireLogin(login);
    return { peerId, name: identity?.name, login, issuedAt: grants?.issuedAt };
  }

  /**
   * The client who creates a meeting; anyone, on an open server.
   *
   * @throws {AppError} TOKEN_MISSING; and as {@link identify}.
   */
  async recogniseCreator(
    token: string | undefined,
  ): Promise<MeetingClient | undefined> {
    const client = await this.recognise(token);
    if (client === undefined && this.#options.mode === 'token') {
      throw new AppError(
        authErrors.TOKEN_MISSING,
        'Authorization: expected Bearer and a token of a user or the key of a project, got nothing',
      );
    }
    return client;
  }

  /** @throws {AppError} TOKEN_INVALID when it has ended, USERS_UNAVAILABLE. */
  async #requireLogin(
    login: TicketLogin | undefined,
  ): Promise<Identity | undefined> {
    return (
      login &&
      this.#users.requireLogin({
        userId: login.accountId,
        loginId: login.loginId,
      })
    );
  }
}

function userOf(
  { userId, name, role, loginId }: Identity,
  issuedAt?: number,
): MeetingClient {
  return { kind: 'user', userId, name, role, loginId, issuedAt };
}
