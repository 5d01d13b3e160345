import { authErrors } from '../auth/errors.ts';
import type { AuthOptions } from '../auth/options.ts';
import type { UserAuthenticator } from '../auth/UserAuthenticator.ts';
import { AppError } from '../core/errors.ts';
import type { CallsOptions } from './options.ts';
import type { Client } from './requester.ts';
import { isSecret } from './secrets.ts';
import type { ShareLinks } from './ShareLinks.ts';
import type { Caller } from './types.ts';

/** A caller whose credentials were accepted. */
export interface AuthenticatedCaller {
  readonly caller: Caller;
  /** The language that a guest has chosen. */
  readonly language?: string | undefined;
  /** The login that the token came of, if it is one of an account. */
  readonly loginId?: string | undefined;
  /** When the token expires, ms since the epoch; undefined if it does not. */
  readonly expiresAt?: number | undefined;
}

/** The words by which a client says who it is. */
export interface Credentials {
  readonly token?: string | undefined;
  readonly sessionToken?: string | undefined;
  readonly userId?: string | undefined;
}

/** The sections by which clients are accepted; their values may change. */
interface CallerSections {
  readonly auth: Pick<AuthOptions, 'mode'>;
  readonly calls: Pick<CallsOptions, 'secret' | 'mediaServer'>;
}

/** Tells who clients of the calls API are: users, guests, or a backend. */
export class CallerAuthenticator {
  readonly #users: Pick<UserAuthenticator, 'authenticateCaller'>;
  readonly #guests: Pick<ShareLinks, 'guestOf'>;
  readonly #sections: CallerSections;

  constructor(
    users: Pick<UserAuthenticator, 'authenticateCaller'>,
    guests: Pick<ShareLinks, 'guestOf'>,
    sections: CallerSections,
  ) {
    this.#users = users;
    this.#guests = guests;
    this.#sections = sections;
  }

  /**
   * The client with a bearer token: the token of a user, the session token of a
   * guest, or a secret of the server.
   *
   * @throws {AppError} TOKEN_INVALID, TOKEN_TYPE_WRONG, TOKEN_EXPIRED,
   *   TOKEN_NOT_YET_VALID, USERS_UNAVAILABLE, SESSION_INVALID,
   *   STORE_UNAVAILABLE.
   */
  async clientOf(token: string): Promise<Client> {
    const { secret, mediaServer } = this.#sections.calls;
    if (isSecret(token, secret)) {
      return 'backend';
    }
    if (isSecret(token, mediaServer.secret)) {
      return 'mediaServer';
    }
    return (await this.#callerOf(token)).caller;
  }

  /**
   * The client with some credentials. A token that was given counts; only on a
   * server that is open, a user without one is believed.
   *
   * @throws {AppError} As {@link clientOf}; TOKEN_MISSING.
   */
  async authenticate({
    token,
    sessionToken,
    userId,
  }: Credentials): Promise<AuthenticatedCaller> {
    const given = token ?? sessionToken;
    if (given === undefined) {
      return { caller: this.#believe(userId) };
    }
    const found = await this.#callerOf(given);
    const { caller } = found;
    if (userId !== undefined && userId !== (caller.userId ?? caller.guestId)) {
      throw new AppError(
        authErrors.TOKEN_INVALID,
        'userId: expected the user of the token, got another one',
      );
    }
    return found;
  }

  /** Tokens of users have dots, and session tokens have none. */
  async #callerOf(token: string): Promise<AuthenticatedCaller> {
    if (!token.includes('.')) {
      return this.#guests.guestOf(token);
    }
    const { identity, expiresAt } = await this.#users.authenticateCaller(token);
    const { userId, name, role, loginId } = identity;
    return { caller: userOf(userId, name, role), loginId, expiresAt };
  }

  #believe(userId: string | undefined): Caller {
    if (this.#sections.auth.mode !== 'open' || userId === undefined) {
      throw new AppError(
        authErrors.TOKEN_MISSING,
        'token: expected the token of a user or of a guest, got nothing',
      );
    }
    return userOf(userId, undefined, 'user');
  }
}

function userOf(userId: string, name = userId, role: string): Caller {
  return {
    key: `user:${userId}`,
    userId,
    guestId: undefined,
    username: name,
    role,
    conversationId: undefined,
  };
}
