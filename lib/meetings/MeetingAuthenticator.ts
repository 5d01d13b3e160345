import { authErrors } from '../auth/errors.ts';
import { meetingGrants, projectOf } from '../auth/jwt.ts';
import type { AuthOptions } from '../auth/options.ts';
import type { UserAuthenticator } from '../auth/UserAuthenticator.ts';
import { AppError } from '../core/errors.ts';
import type { Live } from '../core/Live.ts';
import { liveRoomIdOf } from './ids.ts';
import type { EarlierPerson, MeetingClient } from './types.ts';

/** Tells by their tokens who creates, enters and ends meetings. */
export class MeetingAuthenticator {
  readonly #users: Pick<UserAuthenticator, 'authenticateCaller'>;
  readonly #options: Live<AuthOptions>;

  constructor(
    users: Pick<UserAuthenticator, 'authenticateCaller'>,
    options: Live<AuthOptions>,
  ) {
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
    const { identity } = await this.#users.authenticateCaller(token);
    const { userId, name, role, loginId } = identity;
    return { kind: 'user', userId, name, role, loginId };
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
   * @throws {AppError} TOKEN_INVALID for any other token, TOKEN_EXPIRED,
   *   TOKEN_NOT_YET_VALID.
   */
  recognisePerson(token: string, meetingId: string): EarlierPerson {
    const grants = meetingGrants(token, this.#options);
    const { peerId, identity, reserved } = grants ?? {};
    if (peerId === undefined || reserved?.[0] !== liveRoomIdOf(meetingId)) {
      throw new AppError(
        authErrors.TOKEN_INVALID,
        'token: expected that of an earlier entry into this session, got another',
      );
    }
    return { peerId, name: identity?.name };
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
}
