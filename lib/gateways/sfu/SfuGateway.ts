import type { IncomingMessage } from 'node:http';

import type { UserAuthenticator } from '../../auth/UserAuthenticator.ts';
import { RoomError } from '../../errors.ts';
import type { Connection } from '../Connection.ts';
import type { SessionContext } from '../Session.ts';
import { tokenOf, WebSocketGateway } from '../WebSocketGateway.ts';
import { SfuSession } from './SfuSession.ts';

/** The token of the handshake, if it brought one. */
type SfuAdmission = string | undefined;

/**
 * The JSON API over WebSocket at `/ws` (seed 000). A bad token is told as a
 * message and not at the handshake, because a browser shows its page nothing
 * of a refused handshake.
 */
export class SfuGateway extends WebSocketGateway<SfuAdmission> {
  override readonly name = 'sfu';
  override readonly path = '/ws';
  readonly #authenticator: UserAuthenticator;

  constructor(context: SessionContext, authenticator: UserAuthenticator) {
    super(context);
    this.#authenticator = authenticator;
  }

  protected override admit(request: IncomingMessage, url: URL): SfuAdmission {
    if (this.context.config.auth.keys.length === 0) {
      throw new RoomError(
        'NOT_FOUND',
        'the JSON API is not served here, because auth.keys has no key to check tokens with',
        { option: 'auth.keys' },
      );
    }
    return tokenOf(request, url);
  }

  protected override open(
    connection: Connection,
    admission: SfuAdmission,
  ): SfuSession {
    return new SfuSession(
      connection,
      this.context,
      this.#authenticator,
      admission,
    );
  }
}
