import type { IncomingMessage } from 'node:http';

import { authErrors } from '../../auth/errors.ts';
import { openGrants, requireEntry } from '../../auth/Grants.ts';
import type { Grants } from '../../auth/Grants.ts';
import { peerGrants } from '../../auth/jwt.ts';
import { AppError, coreErrors } from '../../core/errors.ts';
import type { LogFields } from '../../core/logFormat.ts';
import type { RouteTable } from '../../http/RouteSpec.ts';
import type { Peer } from '../../rooms/Peer.ts';
import { check, idSchema } from '../../core/validation.ts';
import type { ClientLink } from '../../signalling/ClientLink.ts';
import { RequestDispatcher } from '../../signalling/RequestDispatcher.ts';
import {
  tokenOf,
  WebSocketGateway,
} from '../../signalling/ws/WebSocketGateway.ts';
import type { WebSocketContext } from '../../signalling/ws/WebSocketGateway.ts';
import { requests } from './contract.ts';
import { handlers } from './handlers.ts';
import { protooRoutes } from './routes.ts';
import { ProtooSession } from './ProtooSession.ts';
import type { ProtooAdmission } from './ProtooSession.ts';

const dispatcher = new RequestDispatcher(requests, handlers);

/** Most characters of an id in the log, which may be no valid one. */
const MAX_LOGGED = 128;

/**
 * The main gateway: protoo over WebSocket at `/?roomId=…&peerId=…`.
 *
 * @see https://protoo.versatica.com
 */
export class ProtooGateway extends WebSocketGateway<ProtooAdmission> {
  override readonly name = 'protoo';
  override readonly path = '/';
  /** The routes over HTTP that belong to the contract. */
  readonly routes: RouteTable;

  constructor(context: WebSocketContext) {
    super(context, 'protoo');
    this.routes = protooRoutes(context.registry, this);
  }

  protected override authenticate(
    request: IncomingMessage,
    url: URL,
  ): ProtooAdmission {
    const roomId = idOf(url, 'roomId');
    const peerId = idOf(url, 'peerId');
    const grants = this.#grantsOf(request, url, peerId);
    const { userId } = grants.identity;
    if (userId !== peerId) {
      throw new AppError(
        coreErrors.FORBIDDEN,
        `peerId: expected ${JSON.stringify(userId)} as in the token (sub), got ${JSON.stringify(peerId)}`,
      );
    }
    requireEntry(grants, roomId);
    return { roomId, peerId, grants };
  }

  protected override open(
    link: ClientLink,
    admission: ProtooAdmission,
  ): ProtooSession {
    return new ProtooSession(link, this.context, dispatcher, admission);
  }

  protected override reconnectedPeer(
    { searchParams }: URL,
    network: string,
  ): Peer | undefined {
    const [roomId = '', peerId = ''] = ['roomId', 'peerId'].map((name) =>
      searchParams.get(name)?.normalize('NFC'),
    );
    const peer = this.context.registry.rooms.get(roomId)?.peers.get(peerId);
    return peer?.gateway === this.name && peer.network === network
      ? peer
      : undefined;
  }

  protected override describe({ searchParams }: URL): LogFields {
    return {
      room: searchParams.get('roomId')?.slice(0, MAX_LOGGED),
      peer: searchParams.get('peerId')?.slice(0, MAX_LOGGED),
    };
  }

  /** @throws {AppError} TOKEN_MISSING, TOKEN_INVALID, TOKEN_EXPIRED. */
  #grantsOf(request: IncomingMessage, url: URL, peerId: string): Grants {
    const { auth } = this.context.config;
    if (auth.mode === 'open') {
      return openGrants(peerId);
    }
    const token = tokenOf(request, url);
    if (token === undefined || token === '') {
      throw new AppError(
        authErrors.TOKEN_MISSING,
        'token: expected one, as ?token= or as Authorization: Bearer, got nothing',
      );
    }
    return peerGrants(token, auth);
  }
}

function idOf(url: URL, name: string): string {
  const values = url.searchParams.getAll(name);
  if (values.length > 1) {
    throw new AppError(
      coreErrors.VALIDATION_ERROR,
      `${name}: expected it once in the URL, got it ${values.length} times`,
    );
  }
  const checked = check(idSchema, values[0], name);
  if (!checked.ok) {
    throw new AppError(coreErrors.VALIDATION_ERROR, checked.problem);
  }
  return checked.data;
}
