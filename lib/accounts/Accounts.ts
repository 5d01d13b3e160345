import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';

import type { Identity } from '../auth/Identity.ts';
import type { AccountDirectory } from '../auth/UserAuthenticator.ts';
import { AppError } from '../core/errors.ts';
import type {
  Logins,
  UserCredentials,
  UserRecord,
  Users,
} from '../store/Store.ts';
import type { AccountTokens } from './AccountTokens.ts';
import { problemsOf, requireNoProblems } from './accountProblems.ts';
import type { Registration, RegistrationDraft } from './accountProblems.ts';
import { AccountRefusedError, accountErrors } from './errors.ts';
import type { AccountProblems } from './errors.ts';
import type { LoginThrottle } from './LoginThrottle.ts';
import type { AccountsOptions } from './options.ts';
import type { PasswordHasher } from './PasswordHasher.ts';
import { passwordProblems } from './passwordRules.ts';
import type { AccountRole } from './roles.ts';

/** The tokens of a new login. */
export interface LoginTokens {
  readonly access: string;
  readonly refresh: string;
}

/** The tokens of a new login, and its user. */
export interface NewLogin extends LoginTokens {
  readonly user: UserRecord;
}

/** The user and the login that a genuine token belongs to. */
export interface TokenIdentity {
  readonly userId: number;
  readonly loginId: string;
}

/** A login with the time at which it began, ms since the epoch. */
export interface DatedLogin extends TokenIdentity {
  readonly since: number;
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
    return this.create(registration, 'user', network);
  }

  /**
   * Finds the problems of a registration that lacks some of its data, for a
   * client that reports all problems together. With an address it counts as a
   * registration, because it tells whether the address has an account.
   *
   * @throws {AppError} REGISTRATION_CLOSED, TOO_MANY_ATTEMPTS.
   */
  review(draft: RegistrationDraft, network: string): Promise<AccountProblems> {
    this.#requireOpenRegistration();
    if (draft.email !== undefined) {
      this.#parts.throttle.takeRegistration(network);
    }
    return problemsOf(this.#parts.users, draft);
  }

  /**
   * Counts a change of an email address as a registration, because the answer tells
   * whether the address has an account.
   *
   * @throws {AppError} TOO_MANY_ATTEMPTS.
   */
  takeAddressChange(network: string): void {
    this.#parts.throttle.takeRegistration(network);
  }

  /**
   * Creates an account, as an operator does.
   *
   * @param network - Where the request came from; none for an operator's.
   * @throws {AppError} ACCOUNT_REFUSED, BUSY.
   */
  async create(
    registration: Registration,
    role: AccountRole,
    network?: string,
  ): Promise<UserRecord> {
    const { users, hasher } = this.#parts;
    const { email, username, name, password } = registration;
    requireNoProblems(await problemsOf(users, registration));
    const passwordHash = await hasher.hash(password, network);
    const user = await users.create({
      email,
      username,
      name,
      passwordHash,
      role,
    });
    if (user === undefined) {
      // Another registration took the address or the username meanwhile.
      const { emailTaken } = await problemsOf(users, { email });
      throw new AccountRefusedError({
        emailTaken,
        usernameTaken: !emailTaken,
        passwordProblems: [],
      });
    }
    return user;
  }

  /**
   * Starts a login. A wrong address takes as long as a wrong password.
   *
   * @param who - The address or the username of an account.
   * @param issuer - The issuer that its tokens name, if they name one.
   * @throws {AppError} CREDENTIALS_WRONG, TOO_MANY_ATTEMPTS, BUSY.
   */
  async login(
    who: string,
    password: string,
    network: string,
    issuer?: string,
  ): Promise<NewLogin> {
    const { logins, hasher, throttle, tokens } = this.#parts;
    throttle.requireLogin(who, network);
    const user = await this.#find(who);
    // An account counts once, however it is named.
    const account = user === undefined ? who : `account ${user.id}`;
    // Attempts that came together must neither keep others waiting for hashes of
    // no use, nor get past the limit together.
    const requireLogin = () => throttle.requireLogin(account, network);
    const right = await hasher.verify(password, user?.passwordHash, {
      network,
      onTurn: requireLogin,
    });
    requireLogin();
    if (user === undefined || !right) {
      throttle.countFailure(account, network);
      throw new AppError(
        accountErrors.CREDENTIALS_WRONG,
        'there is no account with this address or username and this password',
      );
    }
    const login = { loginId: randomUUID(), since: Date.now() };
    await logins.create(login.loginId, user.id, tokens.loginExpiry());
    return {
      user,
      access: tokens.sign('access', user, login, issuer),
      refresh: tokens.sign('refresh', user, login, issuer),
    };
  }

  /**
   * Signs another access token, which is no newer than its login where that counts.
   *
   * @param login - That of a genuine refresh token.
   * @throws {AppError} LOGIN_ENDED, USER_GONE.
   */
  async refresh(login: DatedLogin): Promise<string> {
    const user = await this.requireUser(login);
    return this.#parts.tokens.sign('access', user, login);
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
    { id, email, username, name }: UserRecord,
    password: string,
  ): Promise<void> {
    const { users, hasher } = this.#parts;
    requireNoProblems({
      emailTaken: false,
      usernameTaken: false,
      passwordProblems: await passwordProblems(password, {
        email,
        username,
        name,
      }),
    });
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

  /** An account by its address or its username, which has no `@`. */
  #find(who: string): Promise<UserCredentials | undefined> {
    const { users } = this.#parts;
    return who.includes('@')
      ? users.findByEmail(who)
      : users.findByUsername(who.normalize('NFC'));
  }
}

function loginEnded(): AppError {
  return new AppError(
    accountErrors.LOGIN_ENDED,
    'token: its login has ended; log in again',
  );
}
