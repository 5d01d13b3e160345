import type { IncomingMessage } from 'node:http';

import { authErrors } from '../../auth/errors.ts';
import { openGrants, requireEntry } from '../../auth/Grants.ts';
import { permissionsOf } from '../../auth/roles.ts';
import type { Grants } from '../../auth/Grants.ts';
import type { Identity } from '../../auth/Identity.ts';
import { isReserved, opensAnywhere } from '../../auth/reservedRooms.ts';
import type { PeerAuthenticator } from '../../calls/PeerAuthenticator.ts';
import { AppError, coreErrors } from '../../core/errors.ts';
import type { LogFields } from '../../core/logFormat.ts';
import type { RouteTable } from '../../http/RouteSpec.ts';
import type { Peer } from '../../rooms/Peer.ts';
import { check, idSchema } from '../../core/validation.ts';
import type { ClientLink } from '../../signalling/ClientLink.ts';
import { RequestDispatcher } from '../../signalling/RequestDispatcher.ts';
import { tokenOf } from '../../signalling/ws/tokenOf.ts';
import { WebSocketGateway } from '../../signalling/ws/WebSocketGateway.ts';
import type { WebSocketContext } from '../../signalling/ws/WebSocketContext.ts';
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
  readonly #authenticator: PeerAuthenticator;

  constructor(context: WebSocketContext, authenticator: PeerAuthenticator) {
    super(context, 'protoo');
    this.#authenticator = authenticator;
    this.routes = protooRoutes(context.registry, this);
  }

  protected override async authenticate(
    request: IncomingMessage,
    url: URL,
  ): Promise<ProtooAdmission> {
    const roomId = idOf(url, 'roomId');
    const peerId = idOf(url, 'peerId');
    const grants = await this.#grantsOf(request, url, { roomId, peerId });
    requireOwnId(grants.identity, peerId);
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

  protected override roomIn({ searchParams }: URL): string | undefined {
    return searchParams.get('roomId')?.normalize('NFC');
  }

  /** The room, unless it opens only where its contract has the rest of it. */
  protected override roomOf({ roomId }: ProtooAdmission): string | undefined {
    return opensAnywhere(roomId) ? roomId : undefined;
  }

  protected override describe({ searchParams }: URL): LogFields {
    return {
      room: searchParams.get('roomId')?.slice(0, MAX_LOGGED),
      peer: searchParams.get('peerId')?.slice(0, MAX_LOGGED),
    };
  }

  /**
   * The grants of the token; in mode "open", of everyone in ordinary rooms.
   *
   * @throws {AppError} TOKEN_MISSING, TOKEN_INVALID, TOKEN_TYPE_WRONG,
   *   TOKEN_EXPIRED, TOKEN_NOT_YET_VALID, USERS_UNAVAILABLE.
   */
  async #grantsOf(
    request: IncomingMessage,
    url: URL,
    { roomId, peerId }: { roomId: string; peerId: string },
  ): Promise<Grants> {
    const { auth } = this.context.config;
    const open =
      auth.mode === 'open'
        ? openGrants(peerId, permissionsOf('member', auth))
        : undefined;
    if (open !== undefined && !isReserved(roomId)) {
      return open;
    }
    const token = tokenOf(request, url);
    if (token !== undefined && token !== '') {
      return this.#authenticator.authenticatePeer(token);
    }
    if (open !== undefined) {
      return open;
    }
    throw new AppError(
      authErrors.TOKEN_MISSING,
      'token: expected one, as ?token= or as Authorization: Bearer, got nothing',
    );
  }
}

/**
 * Makes sure that a peer's id is that of its user. A user with an account, or a
 * guest of a call, may add `-` and anything, to be in a room with several devices.
 *
 * @throws {AppError} FORBIDDEN.
 */
function requireOwnId(
  { userId, loginId, accountId }: Identity,
  peerId: string,
): void {
  if (peerId === userId) {
    return;
  }
  const expected = JSON.stringify(userId);
  if (loginId === undefined || accountId !== undefined) {
    throw new AppError(
      coreErrors.FORBIDDEN,
      `peerId: expected ${expected} as in the token (sub), got ${JSON.stringify(peerId)}`,
    );
  }
  if (!peerId.startsWith(`${userId}-`)) {
    throw new AppError(
      coreErrors.FORBIDDEN,
      `peerId: expected ${expected} as in the token (user_id), alone or with "-" and more after it, got ${JSON.stringify(peerId)}`,
    );
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
