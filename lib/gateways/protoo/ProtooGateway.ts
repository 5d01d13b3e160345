import type { IncomingMessage } from 'node:http';

import { openGrants } from '../../auth/Grants.ts';
import type { Grants } from '../../auth/Grants.ts';
import { peerGrants } from '../../auth/tokens.ts';
import { RoomError } from '../../errors.ts';
import { explain, idSchema } from '../../validation.ts';
import type { Connection } from '../Connection.ts';
import type { SessionContext } from '../Session.ts';
import { tokenOf, WebSocketGateway } from '../WebSocketGateway.ts';
import { ProtooSession } from './ProtooSession.ts';
import type { ProtooAdmission } from './ProtooSession.ts';

/**
 * The main door: protoo over WebSocket at `/?roomId=…&peerId=…`.
 *
 * @see https://protoo.versatica.com
 */
export class ProtooGateway extends WebSocketGateway<ProtooAdmission> {
  override readonly name = 'protoo';
  override readonly path = '/';

  constructor(context: SessionContext) {
    super(context, 'protoo');
  }

  protected override admit(
    request: IncomingMessage,
    url: URL,
  ): ProtooAdmission {
    const roomId = idOf(url, 'roomId');
    const peerId = idOf(url, 'peerId');
    const grants = this.#grantsOf(request, url, peerId);
    if (grants.userId !== peerId) {
      throw new RoomError(
        'FORBIDDEN',
        `peerId: expected ${JSON.stringify(grants.userId)} as in the token (sub), got ${JSON.stringify(peerId)}`,
      );
    }
    if (!grants.mayEnter(roomId)) {
      throw new RoomError(
        'FORBIDDEN',
        `roomId: expected a room that the token grants, got ${JSON.stringify(roomId)}`,
      );
    }
    return { roomId, peerId, grants };
  }

  protected override open(
    connection: Connection,
    admission: ProtooAdmission,
  ): void {
    void new ProtooSession(connection, this.context, admission);
  }

  /** @throws {RoomError} TOKEN_MISSING, TOKEN_INVALID, TOKEN_EXPIRED. */
  #grantsOf(request: IncomingMessage, url: URL, peerId: string): Grants {
    const { mode, keys } = this.context.config.auth;
    if (mode === 'open') {
      return openGrants(peerId);
    }
    const token = tokenOf(request, url);
    if (token === undefined || token === '') {
      throw new RoomError(
        'TOKEN_MISSING',
        'token: expected one, as ?token= or as Authorization: Bearer, got nothing',
      );
    }
    return peerGrants(token, keys);
  }
}

function idOf(url: URL, name: string): string {
  const values = url.searchParams.getAll(name);
  if (values.length > 1) {
    throw new RoomError(
      'VALIDATION_ERROR',
      `${name}: expected it once in the URL, got it ${values.length} times`,
    );
  }
  const parsed = idSchema.safeParse(values[0]);
  if (!parsed.success) {
    throw new RoomError(
      'VALIDATION_ERROR',
      explain(parsed.error, values[0], name).join('; '),
    );
  }
  return parsed.data;
}
