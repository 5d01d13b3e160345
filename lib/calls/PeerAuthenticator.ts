import { authErrors } from '../auth/errors.ts';
import type { Grants } from '../auth/Grants.ts';
import { ALL_PERMISSIONS } from '../auth/Permissions.ts';
import type { UserAuthenticator } from '../auth/UserAuthenticator.ts';
import { AppError } from '../core/errors.ts';
import { callErrors } from './errors.ts';
import { isSessionToken } from './ShareLinks.ts';
import type { ShareLinks } from './ShareLinks.ts';

/** The rooms that guests may enter, as far as the record of a call admits them. */
const GUEST_ROOMS: readonly string[] = ['call-*'];

/**
 * Authenticates the clients of live rooms: users by their tokens, and the guests
 * of calls by their sessions.
 */
export class PeerAuthenticator {
  readonly #users: Pick<
    UserAuthenticator,
    'authenticateParticipant' | 'authenticatePeer'
  >;
  readonly #guests: Pick<ShareLinks, 'guestOf'>;

  constructor(
    users: Pick<
      UserAuthenticator,
      'authenticateParticipant' | 'authenticatePeer'
    >,
    guests: Pick<ShareLinks, 'guestOf'>,
  ) {
    this.#users = users;
    this.#guests = guests;
  }

  /**
   * Verifies the token of a user, of a person in a meeting or of a guest, and
   * returns the grants of its bearer.
   *
   * @throws {AppError} As {@link UserAuthenticator.authenticate}.
   */
  async authenticateParticipant(token: string): Promise<Grants> {
    return isSessionToken(token)
      ? this.#grantsOfGuest(token)
      : this.#users.authenticateParticipant(token);
  }

  /**
   * Verifies a token for one peer, of an account or of a guest, and returns the
   * grants of its bearer.
   *
   * @throws {AppError} As {@link UserAuthenticator.authenticate}.
   */
  async authenticatePeer(token: string): Promise<Grants> {
    return isSessionToken(token)
      ? this.#grantsOfGuest(token)
      : this.#users.authenticatePeer(token);
  }

  /** @throws {AppError} TOKEN_INVALID, USERS_UNAVAILABLE. */
  async #grantsOfGuest(token: string): Promise<Grants> {
    try {
      const { caller, expiresAt } = await this.#guests.guestOf(token);
      const { guestId = '', conversationId = '', username, role } = caller;
      return {
        ...ALL_PERMISSIONS,
        identity: {
          userId: guestId,
          name: username,
          role,
          loginId: guestId,
          conversationId,
        },
        rooms: [],
        reserved: GUEST_ROOMS,
        // A session is never newer than the removal of its guest.
        issuedAt: 0,
        expiresAt,
      };
    } catch (error) {
      const isOver =
        error instanceof AppError &&
        error.code === callErrors.SESSION_INVALID.code;
      throw isOver
        ? new AppError(authErrors.TOKEN_INVALID, error.message)
        : new AppError(
            authErrors.USERS_UNAVAILABLE,
            'the sessions of guests cannot be read at the moment; try again later',
            { cause: error },
          );
    }
  }
}
