import { AppError } from '../core/errors.ts';
import type { Live } from '../core/Live.ts';
import { authErrors } from './errors.ts';
import type { Grants } from './Grants.ts';
import type { Identity } from './Identity.ts';
import { nameFrom } from '../core/text.ts';
import { MAX_NAME_LENGTH } from '../core/validation.ts';
import { callerGrants, meetingGrants, peerGrants, userGrants } from './jwt.ts';
import type { AuthOptions } from './options.ts';
import { UserDirectory } from './UserDirectory.ts';

/** The accounts of this server, as far as tokens need them. */
export interface AccountDirectory {
  /**
   * The user of a login.
   *
   * @returns Undefined when the login has ended.
   * @throws {AppError} When the accounts cannot be read at the moment.
   */
  userOf(login: {
    userId: string;
    loginId: string;
  }): Promise<Identity | undefined>;
}

/** The reserved rooms that every account may enter. */
const ACCOUNT_ROOMS: readonly string[] = ['chat-*', 'call-*'];

/** Those that other users may enter, as far as a record admits them. */
const USER_ROOMS: readonly string[] = ['call-*'];

/**
 * Authenticates users by their tokens: those of accounts by their login, others
 * by the user service where there is one.
 */
export class UserAuthenticator {
  readonly #options: Live<AuthOptions>;
  readonly #accounts: AccountDirectory;
  readonly #directory: UserDirectory | undefined;

  /** @param options - Section `auth`; its keys may change. */
  constructor(options: Live<AuthOptions>, accounts: AccountDirectory) {
    const { users } = options;
    this.#options = options;
    this.#accounts = accounts;
    this.#directory =
      users.url === undefined ? undefined : new UserDirectory(users.url, users);
  }

  /** The state of the user service; undefined where there is none. */
  get health(): 'healthy' | 'unhealthy' | undefined {
    return this.#directory?.health;
  }

  /**
   * Verifies a token, and returns the grants of its bearer.
   *
   * @throws {AppError} TOKEN_INVALID, TOKEN_TYPE_WRONG, TOKEN_EXPIRED,
   *   TOKEN_NOT_YET_VALID, USERS_UNAVAILABLE.
   */
  authenticate(token: string): Promise<Grants> {
    return this.#complete(userGrants, token);
  }

  /**
   * Verifies a token of a user, or of a person in a meeting, and returns the
   * grants of its bearer.
   *
   * @throws {AppError} As {@link authenticate}.
   */
  authenticateParticipant(token: string): Promise<Grants> {
    const granted = meetingGrants(token, this.#options);
    return granted === undefined
      ? this.authenticate(token)
      : this.#withAccount(granted);
  }

  /**
   * Verifies the token of a participant of calls, which may come from
   * any issuer, and returns the grants of its bearer.
   *
   * @throws {AppError} As {@link authenticate}.
   */
  authenticateCaller(token: string): Promise<Grants> {
    return this.#complete(callerGrants, token);
  }

  /**
   * Verifies a token for one peer or of an account, and returns the grants of
   * its bearer.
   *
   * @throws {AppError} As {@link authenticate}.
   */
  authenticatePeer(token: string): Promise<Grants> {
    return this.#withAccount(peerGrants(token, this.#options));
  }

  /** Stops what waits for the user service. */
  close(): void {
    this.#directory?.close();
  }

  /**
   * Reads a token, and completes its grants with the account or the user
   * service.
   *
   * @throws {AppError} As {@link authenticate}.
   */
  async #complete(
    read: (token: string, options: AuthOptions) => Grants,
    token: string,
  ): Promise<Grants> {
    const granted = read(token, this.#options);
    const { identity } = granted;
    if (identity.loginId !== undefined) {
      return this.#withAccount(granted);
    }
    const grants = { ...granted, reserved: USER_ROOMS };
    if (this.#directory === undefined) {
      return grants;
    }
    const user = await this.#directory.get(identity.userId, token);
    const { email, role, full_name: fullName = '' } = user;
    const name = nameFrom(fullName, MAX_NAME_LENGTH);
    return {
      ...grants,
      identity: {
        ...identity,
        ...(name !== undefined && { name }),
        ...(email !== undefined && { email }),
        ...(role !== undefined && { role }),
      },
    };
  }

  /**
   * Completes the grants of a login with the account as it is now. A person in a
   * meeting keeps the id and the name that the others know.
   *
   * @throws {AppError} TOKEN_INVALID, USERS_UNAVAILABLE.
   */
  async #withAccount(grants: Grants): Promise<Grants> {
    const { userId, accountId, loginId } = grants.identity;
    if (loginId === undefined) {
      return grants;
    }
    const login = { userId: accountId ?? userId, loginId };
    const identity = await this.requireLogin(login);
    return accountId === undefined
      ? { ...grants, identity, reserved: ACCOUNT_ROOMS }
      : grants;
  }

  /**
   * The user of a login that goes on.
   *
   * @throws {AppError} TOKEN_INVALID, USERS_UNAVAILABLE.
   */
  async requireLogin(login: {
    userId: string;
    loginId: string;
  }): Promise<Identity> {
    let identity: Identity | undefined;
    try {
      identity = await this.#accounts.userOf(login);
    } catch (error) {
      throw new AppError(
        authErrors.USERS_UNAVAILABLE,
        'the accounts cannot be read at the moment; try again later',
        { cause: error },
      );
    }
    if (identity === undefined) {
      throw new AppError(
        authErrors.TOKEN_INVALID,
        'token: its login has ended; log in again',
      );
    }
    return identity;
  }
}
