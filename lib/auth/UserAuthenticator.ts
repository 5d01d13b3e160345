import type { Live } from '../core/Live.ts';
import type { Grants } from './Grants.ts';
import { nameFrom } from '../core/text.ts';
import { MAX_NAME_LENGTH } from '../core/validation.ts';
import { userGrants } from './jwt.ts';
import type { AuthOptions } from './options.ts';
import { UserDirectory } from './UserDirectory.ts';

/** Authenticates users by their tokens, and by the user service where there is one. */
export class UserAuthenticator {
  readonly #options: Live<AuthOptions>;
  readonly #directory: UserDirectory | undefined;

  /** @param options - Section `auth`; its keys may change. */
  constructor(options: Live<AuthOptions>) {
    const { users } = options;
    this.#options = options;
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
   * @throws {AppError} TOKEN_INVALID, TOKEN_EXPIRED, USERS_UNAVAILABLE.
   */
  async authenticate(token: string): Promise<Grants> {
    const grants = userGrants(token, this.#options);
    if (this.#directory === undefined) {
      return grants;
    }
    const { identity } = grants;
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

  /** Stops what waits for the user service. */
  close(): void {
    this.#directory?.close();
  }
}
