import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';

import type { Identity } from '../auth/Identity.ts';
import type { AccountDirectory } from '../auth/UserAuthenticator.ts';
import { AppError } from '../core/errors.ts';
import type { Logins, UserRecord, Users } from '../store/Store.ts';
import type { AccountTokens } from './AccountTokens.ts';
import { AccountRefusedError, accountErrors } from './errors.ts';
import type { LoginThrottle } from './LoginThrottle.ts';
import type { AccountsOptions } from './options.ts';
import type { PasswordHasher } from './PasswordHasher.ts';
import { passwordProblems } from './passwordRules.ts';
import type { AccountRole } from './roles.ts';

/** The data of a new account. */
export interface Registration {
  readonly email: string;
  readonly name: string;
  readonly password: string;
}

/** A registration as far as it could be read. */
type RegistrationDraft = {
  readonly [Field in keyof Registration]?: Registration[Field] | undefined;
};

/** The reasons for which an account cannot be created. */
type RegistrationProblems = Pick<
  AccountRefusedError,
  'emailTaken' | 'passwordProblems'
>;

/** The tokens of a new login. */
export interface LoginTokens {
  readonly access: string;
  readonly refresh: string;
}

/** The user and the login that a genuine token belongs to. */
export interface TokenIdentity {
  readonly userId: number;
  readonly loginId: string;
}

interface AccountEvents {
  /** A login has ended; its tokens are refused from now on. */
  loginEnded: [login: TokenIdentity];
  /** An account was deleted, and all its logins have ended. */
  userDeleted: [userId: number];
}

/** The parts that accounts are made of. */
export interface AccountParts {
  readonly users: Users;
  readonly logins: Logins;
  readonly hasher: PasswordHasher;
  readonly throttle: LoginThrottle;
  readonly tokens: AccountTokens;
  readonly options: () => AccountsOptions;
}

/** Accounts with their passwords and logins. */
export class Accounts
  extends EventEmitter<AccountEvents>
  implements AccountDirectory
{
  readonly #parts: AccountParts;
  /** The users who are being looked up, each with a mark if the login ends. */
  readonly #lookups = new Set<TokenIdentity & { ended: boolean }>();

  constructor(parts: AccountParts) {
    super();
    this.#parts = parts;
  }

  /**
   * Creates an account for a person who asks for one.
   *
   * @param network - Where the request came from.
   * @throws {AppError} REGISTRATION_CLOSED, TOO_MANY_ATTEMPTS, ACCOUNT_REFUSED,
   *   BUSY.
   */
  register(registration: Registration, network: string): Promise<UserRecord> {
    this.#requireOpenRegistration();
    this.#parts.throttle.takeRegistration(network);
    return this.create(registration, 'user');
  }

  /**
   * Finds the problems of a registration that lacks some of its data, for a
   * client that reports all problems together. With an address it counts as a
   * registration, because it tells whether the address has an account.
   *
   * @throws {AppError} REGISTRATION_CLOSED, TOO_MANY_ATTEMPTS.
   */
  review(
    draft: RegistrationDraft,
    network: string,
  ): Promise<RegistrationProblems> {
    this.#requireOpenRegistration();
    if (draft.email !== undefined) {
      this.#parts.throttle.takeRegistration(network);
    }
    return this.#problemsOf(draft);
  }

  /**
   * Creates an account, as an operator does.
   *
   * @throws {AppError} ACCOUNT_REFUSED, BUSY.
   */
  async create(
    registration: Registration,
    role: AccountRole,
  ): Promise<UserRecord> {
    const { users, hasher } = this.#parts;
    const { email, name, password } = registration;
    const { emailTaken, passwordProblems: problems } =
      await this.#problemsOf(registration);
    if (emailTaken || problems.length > 0) {
      throw new AccountRefusedError(emailTaken, problems);
    }
    const passwordHash = await hasher.hash(password);
    const user = await users.create({ email, name, passwordHash, role });
    if (user === undefined) {
      // Another registration took the address while the password was hashed.
      throw new AccountRefusedError(true, []);
    }
    return user;
  }

  /**
   * Starts a login. A wrong address takes as long as a wrong password.
   *
   * @throws {AppError} CREDENTIALS_WRONG, TOO_MANY_ATTEMPTS, BUSY.
   */
  async login(
    email: string,
    password: string,
    network: string,
  ): Promise<LoginTokens> {
    const { users, logins, hasher, throttle, tokens } = this.#parts;
    throttle.requireLogin(email, network);
    const user = await users.findByEmail(email);
    // Attempts that came together must neither keep others waiting for hashes of
    // no use, nor get past the limit together.
    const requireLogin = () => throttle.requireLogin(email, network);
    const right = await hasher.verify(
      password,
      user?.passwordHash,
      requireLogin,
    );
    requireLogin();
    if (user === undefined || !right) {
      throttle.countFailure(email, network);
      throw new AppError(
        accountErrors.CREDENTIALS_WRONG,
        'there is no account with this address and password',
      );
    }
    const loginId = randomUUID();
    await logins.create(loginId, user.id, tokens.loginExpiry());
    return {
      access: tokens.sign('access', user, loginId),
      refresh: tokens.sign('refresh', user, loginId),
    };
  }

  /**
   * Signs another access token.
   *
   * @param identity - That of a genuine refresh token.
   * @throws {AppError} LOGIN_ENDED, USER_GONE.
   */
  async refresh(identity: TokenIdentity): Promise<string> {
    const user = await this.requireUser(identity);
    return this.#parts.tokens.sign('access', user, identity.loginId);
  }

  /**
   * The account behind a genuine token, as long as its login goes on. A login
   * that goes on when this resolves is announced when it ends.
   *
   * @throws {AppError} LOGIN_ENDED, USER_GONE.
   */
  async requireUser({ userId, loginId }: TokenIdentity): Promise<UserRecord> {
    const { users, logins } = this.#parts;
    const lookup = { userId, loginId, ended: false };
    this.#lookups.add(lookup);
    try {
      const login = await logins.get(loginId);
      if (login === undefined || login.ended || login.userId !== userId) {
        throw loginEnded();
      }
      const user = await users.get(userId);
      if (user === undefined) {
        throw new AppError(accountErrors.USER_GONE, 'the account was deleted');
      }
      if (lookup.ended) {
        throw loginEnded();
      }
      return user;
    } finally {
      this.#lookups.delete(lookup);
    }
  }

  /**
   * The user of a login, for gateways that know users by text.
   *
   * @returns Undefined when the login has ended.
   * @throws {AppError} STORE_UNAVAILABLE.
   */
  async userOf({
    userId,
    loginId,
  }: {
    userId: string;
    loginId: string;
  }): Promise<Identity | undefined> {
    try {
      const { id, name, email, role } = await this.requireUser({
        userId: Number(userId),
        loginId,
      });
      return { userId: String(id), name, email, role, loginId };
    } catch (error) {
      if (error instanceof AppError && error.status === 401) {
        return undefined;
      }
      throw error;
    }
  }

  /**
   * Changes the name of an account.
   *
   * @throws {AppError} USER_GONE.
   */
  async rename(userId: number, name: string): Promise<UserRecord> {
    const user = await this.#parts.users.rename(userId, name);
    if (user === undefined) {
      throw new AppError(accountErrors.USER_GONE, 'the account was deleted');
    }
    return user;
  }

  /**
   * Replaces the password of an account, and ends all its logins.
   *
   * @throws {AppError} ACCOUNT_REFUSED, USER_GONE, BUSY.
   */
  async setPassword(
    { id, email, name }: UserRecord,
    password: string,
  ): Promise<void> {
    const { users, hasher } = this.#parts;
    const problems = passwordProblems(password, { email, name });
    if (problems.length > 0) {
      throw new AccountRefusedError(false, problems);
    }
    const passwordHash = await hasher.hash(password);
    if (!(await users.setPassword(id, passwordHash))) {
      throw new AppError(accountErrors.USER_GONE, 'the account was deleted');
    }
  }

  /**
   * Gives an account another role.
   *
   * @throws {AppError} USER_GONE.
   */
  async setRole(userId: number, role: AccountRole): Promise<UserRecord> {
    const user = await this.#parts.users.setRole(userId, role);
    if (user === undefined) {
      throw new AppError(accountErrors.USER_GONE, 'the account was deleted');
    }
    return user;
  }

  /** Ends a login with all its tokens. */
  async logout(login: TokenIdentity): Promise<void> {
    await this.#parts.logins.end(login.loginId);
    this.#endLookups(({ loginId }) => loginId === login.loginId);
    this.emit('loginEnded', login);
  }

  /** Deletes an account: ends its logins, and erases name and address. */
  async delete(userId: number): Promise<void> {
    const { users, options } = this.#parts;
    const { deleteMessages } = options();
    await users.erase(userId, deleteMessages ? 'delete' : 'keep');
    this.#endLookups((lookup) => lookup.userId === userId);
    this.emit('userDeleted', userId);
  }

  #endLookups(concerns: (login: TokenIdentity) => boolean): void {
    for (const lookup of this.#lookups) {
      lookup.ended ||= concerns(lookup);
    }
  }

  #requireOpenRegistration(): void {
    if (this.#parts.options().registration === 'closed') {
      throw new AppError(
        accountErrors.REGISTRATION_CLOSED,
        'accounts.registration: only an operator creates accounts on this server',
      );
    }
  }

  async #problemsOf({
    email,
    name,
    password,
  }: RegistrationDraft): Promise<RegistrationProblems> {
    const found = email && (await this.#parts.users.findByEmail(email));
    return {
      emailTaken: Boolean(found),
      passwordProblems:
        password === undefined
          ? []
          : passwordProblems(password, {
              email: email ?? '',
              name: name ?? '',
            }),
    };
  }
}

function loginEnded(): AppError {
  return new AppError(
    accountErrors.LOGIN_ENDED,
    'token: its login has ended; log in again',
  );
}
