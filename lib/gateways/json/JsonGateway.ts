import type { IncomingMessage } from 'node:http';

import type { PeerAuthenticator } from '../../calls/PeerAuthenticator.ts';
import { AppError, coreErrors } from '../../core/errors.ts';
import type { ClientLink } from '../../signalling/ClientLink.ts';
import type { HandOver } from '../../signalling/ws/HandOver.ts';
import { RequestDispatcher } from '../../signalling/RequestDispatcher.ts';
import { tokenOf } from '../../signalling/ws/tokenOf.ts';
import { WebSocketGateway } from '../../signalling/ws/WebSocketGateway.ts';
import type { WebSocketContext } from '../../signalling/ws/WebSocketContext.ts';
import { requests } from './contract.ts';
import { handlers } from './handlers.ts';
import { JsonSession } from './JsonSession.ts';
import { handedOver } from './handedOver.ts';
import type { JsonAdmission } from './handedOver.ts';

const dispatcher = new RequestDispatcher(requests, handlers);

/**
 * The JSON API over WebSocket at `/ws`; see docs/json-websocket.md. A bad token
 * is reported in a message and not at the handshake, because browsers do not show
 * their pages the reason for a refused handshake.
 */
export class JsonGateway extends WebSocketGateway<JsonAdmission> {
  override readonly name = 'json';
  override readonly path = '/ws';
  readonly #authenticator: PeerAuthenticator;

  constructor(context: WebSocketContext, authenticator: PeerAuthenticator) {
    super(context);
    this.#authenticator = authenticator;
  }

  protected override authenticate(
    request: IncomingMessage,
    url: URL,
  ): JsonAdmission {
    if (this.context.config.auth.keys.length === 0) {
      throw new AppError(
        coreErrors.NOT_FOUND,
        'the JSON API is not served here, because auth.keys has no key to check tokens with',
        { option: 'auth.keys' },
      );
    }
    const { relay } = this.context;
    const session = relay?.sessionOf(request);
    if (session === undefined) {
      return { token: tokenOf(request, url) };
    }
    const admission = handedOver(session);
    if (admission.opensRoom && relay?.takesRooms === false) {
      throw new AppError(
        coreErrors.SERVER_FULL,
        'the node opens no rooms: it drains, or has reached limits.rooms or limits.peers',
      );
    }
    return admission;
  }

  protected override open(
    link: ClientLink,
    admission: JsonAdmission,
    handOver?: HandOver,
  ): JsonSession {
    return new JsonSession(
      link,
      this.context,
      dispatcher,
      this.#authenticator,
      admission,
      handOver,
    );
  }
}
