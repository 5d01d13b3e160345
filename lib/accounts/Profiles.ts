import { AppError } from '../core/errors.ts';
import type { UserRecord, Users } from '../store/Store.ts';
import { problemsOf, requireNoProblems } from './accountProblems.ts';
import { AccountRefusedError, accountErrors } from './errors.ts';
import type { PasswordHasher } from './PasswordHasher.ts';
import type { AccountRole } from './roles.ts';

/** Changes of an account, by its owner or an administrator. */
interface ProfileChange {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly password?: string | undefined;
  readonly role?: AccountRole | undefined;
}

/** The accounts as other users and administrators see and change them. */
export class Profiles {
  readonly #users: Users;
  readonly #hasher: PasswordHasher;

  constructor(users: Users, hasher: PasswordHasher) {
    this.#users = users;
    this.#hasher = hasher;
  }

  /** @throws {AppError} USER_NOT_FOUND. */
  async get(userId: number): Promise<UserRecord> {
    return found(await this.#users.get(userId), userId);
  }

  /** The accounts that follow an id, in the order of their ids. */
  list(page: { after: number; limit: number }): Promise<UserRecord[]> {
    return this.#users.list(page);
  }

  /**
   * Changes what is given of an account, all of it or nothing. A new password
   * ends all its logins.
   *
   * @param network - Where the request came from.
   * @throws {AppError} USER_NOT_FOUND, ACCOUNT_REFUSED, BUSY.
   */
  async change(
    userId: number,
    { password, ...change }: ProfileChange,
    network: string,
  ): Promise<UserRecord> {
    const user = await this.get(userId);
    const { name = user.name, email = user.email } = change;
    // The username stays, and only a new password must not resemble it.
    const problems = await problemsOf(
      this.#users,
      { email, username: user.username, name, password },
      userId,
    );
    requireNoProblems(problems);
    const passwordHash =
      password === undefined
        ? undefined
        : await this.#hasher.hash(password, network);
    const changed = await this.#users.update(userId, {
      ...change,
      passwordHash,
    });
    if (changed === 'taken') {
      throw new AccountRefusedError({ ...problems, emailTaken: true });
    }
    return found(changed, userId);
  }
}

/** @throws {AppError} USER_NOT_FOUND. */
function found(user: UserRecord | undefined, userId: number): UserRecord {
  if (user === undefined) {
    throw new AppError(
      accountErrors.USER_NOT_FOUND,
      `there is no user ${userId}`,
    );
  }
  return user;
}
