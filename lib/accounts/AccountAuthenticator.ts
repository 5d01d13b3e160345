import { loginOf } from '../auth/jwt.ts';
import type { TokenType } from '../auth/jwt.ts';
import type { AuthOptions } from '../auth/options.ts';
import type { Live } from '../core/Live.ts';
import type { UserRecord } from '../store/Store.ts';
import type { Accounts, DatedLogin } from './Accounts.ts';

/** The account and the login behind an access token. */
export interface AccountUser {
  readonly record: UserRecord;
  readonly loginId: string;
}

/** Tells by their tokens which accounts clients belong to. */
export class AccountAuthenticator {
  readonly #accounts: Accounts;
  readonly #options: Live<AuthOptions>;

  /** @param options - Section `auth`; its keys may change. */
  constructor(accounts: Accounts, options: Live<AuthOptions>) {
    this.#accounts = accounts;
    this.#options = options;
  }

  /**
   * Verifies the signature of a token, but not that its login goes on.
   *
   * @throws {AppError} TOKEN_INVALID, TOKEN_TYPE_WRONG, TOKEN_EXPIRED,
   *   TOKEN_NOT_YET_VALID.
   */
  identify(token: string, type: TokenType): DatedLogin {
    return loginOf(token, type, this.#options);
  }

  /**
   * Verifies an access token and its login.
   *
   * @throws {AppError} As {@link identify}, and LOGIN_ENDED, USER_GONE,
   *   STORE_UNAVAILABLE.
   */
  async authenticate(token: string): Promise<AccountUser> {
    const identity = this.identify(token, 'access');
    const record = await this.#accounts.requireUser(identity);
    return { record, loginId: identity.loginId };
  }
}
