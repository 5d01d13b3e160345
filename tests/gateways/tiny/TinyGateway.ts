import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import { openGrants } from '../../../lib/auth/Grants.ts';
import type { Grants } from '../../../lib/auth/Grants.ts';
import { peerGrants } from '../../../lib/auth/jwt.ts';
import type { Gateway } from '../../../lib/gateways/Gateway.ts';
import type { ClientLink } from '../../../lib/signalling/ClientLink.ts';
import { tokenOf } from '../../../lib/signalling/ws/tokenOf.ts';
import { WebSocketGateway } from '../../../lib/signalling/ws/WebSocketGateway.ts';
import { TinySession } from './TinySession.ts';

/** A contract over WebSocket at `/tiny`. */
export class TinyGateway extends WebSocketGateway<Grants> implements Gateway {
  override readonly name = 'tiny';
  override readonly path = '/tiny';

  protected override authenticate(request: IncomingMessage, url: URL): Grants {
    const { auth } = this.context.config;
    return auth.mode === 'open'
      ? openGrants(randomUUID())
      : peerGrants(tokenOf(request, url) ?? '', auth);
  }

  protected override open(link: ClientLink, grants: Grants): TinySession {
    return new TinySession(link, this.context, grants);
  }
}
