import type { CallerAuthenticator } from '../../calls/CallerAuthenticator.ts';
import type { CallsOptions } from '../../calls/options.ts';
import { isSecret } from '../../calls/secrets.ts';
import type { Caller } from '../../calls/types.ts';

/** A client: a participant, or a server that acts for all of them. */
export interface MediaUser {
  /** Undefined for a server. */
  readonly caller: Caller | undefined;
}

/** Tells who clients of the media-server API are. */
export class MediaAuthenticator {
  readonly #callers: Pick<CallerAuthenticator, 'authenticate'>;
  readonly #section: () => Pick<CallsOptions, 'mediaServer'>;

  constructor(
    callers: Pick<CallerAuthenticator, 'authenticate'>,
    section: () => Pick<CallsOptions, 'mediaServer'>,
  ) {
    this.#callers = callers;
    this.#section = section;
  }

  /**
   * The client with a bearer token: the secret, or the token of a user or a
   * guest.
   *
   * @throws {AppError} As {@link CallerAuthenticator.authenticate}.
   */
  async identify(token: string): Promise<MediaUser> {
    if (isSecret(token, this.#section().mediaServer.secret)) {
      return { caller: undefined };
    }
    return this.#callers.authenticate({ token });
  }
}
