import type { IncomingMessage } from 'node:http';

import { authErrors } from '../../auth/errors.ts';
import type { Grants } from '../../auth/Grants.ts';
import type { UserAuthenticator } from '../../auth/UserAuthenticator.ts';
import { liveRoomIdOf } from '../../chat/liveRoomIds.ts';
import { cutToSchema } from '../../core/cutToSchema.ts';
import { AppError } from '../../core/errors.ts';
import type { LogFields } from '../../core/logFormat.ts';
import { routeTable } from '../../http/RouteSpec.ts';
import type { RouteTable } from '../../http/RouteSpec.ts';
import { roomErrors } from '../../rooms/errors.ts';
import type { ClientLink } from '../../signalling/ClientLink.ts';
import { RequestDispatcher } from '../../signalling/RequestDispatcher.ts';
import { tokenOf } from '../../signalling/ws/tokenOf.ts';
import { WebSocketGateway } from '../../signalling/ws/WebSocketGateway.ts';
import type { Refusal } from '../../signalling/ws/refuseUpgrade.ts';
import type { WebSocketContext } from '../../signalling/ws/WebSocketContext.ts';
import { bearerToken } from '../../http/bearerToken.ts';
import { ChatSession } from './ChatSession.ts';
import { requests } from './contract.ts';
import { encodeError } from './encodeError.ts';
import { routeHandlers } from './handlers.ts';
import type { ChatServices } from './handlers.ts';
import { numberIn, roomIdOf } from './roomId.ts';
import { routeContract } from './routes.ts';
import { socketHandlers } from './socketHandlers.ts';

const dispatcher = new RequestDispatcher(requests, socketHandlers);

const cutError = cutToSchema(routeContract.error);

/** The subprotocol that stands before a token in the list of subprotocols. */
const BEARER = 'bearer';

/** Most characters of an id in the log, which may be no valid one. */
const MAX_LOGGED = 60;

/** A client that may enter a room, or the reason why that cannot be found out. */
type ChatAdmission =
  { roomId: number; grants: Grants } | { unavailable: string };

/** The objects that the contract acts on, for its resources and its sockets. */
interface ChatGatewayServices extends ChatServices {
  readonly users: Pick<UserAuthenticator, 'authenticate'>;
}

/**
 * The chat API: accounts, and lasting rooms with their messages. A room's
 * messages and the signals between its members go over a WebSocket at
 * `/ws/chat/{room_id}/`.
 */
export class ChatGateway extends WebSocketGateway<ChatAdmission> {
  override readonly name = 'chat';
  override readonly path = '/ws/chat/*';
  readonly routes: RouteTable;
  readonly #services: ChatGatewayServices;

  constructor(context: WebSocketContext, services: ChatGatewayServices) {
    super(context);
    this.#services = services;
    this.routes = routeTable(routeContract, {
      handlers: routeHandlers(services, context.config.access),
      authenticate: (request) =>
        services.authenticator.authenticate(bearerToken(request)),
    });
  }

  override encodeRefusal(error: AppError, request: IncomingMessage): Refusal {
    const { body, ...others } = encodeError(error, request);
    return { ...others, body: cutError(body) };
  }

  protected override async authenticate(
    request: IncomingMessage,
    url: URL,
  ): Promise<ChatAdmission> {
    const token = tokenOf(request, url) || tokenAmongSubprotocols(request);
    if (token === undefined || token === '') {
      throw new AppError(
        authErrors.TOKEN_MISSING,
        'token: expected one, as Authorization: Bearer, as ?token=, or as the subprotocols "bearer" and the token, got nothing',
      );
    }
    const { authenticator, users } = this.#services;
    authenticator.identify(token, 'access');
    try {
      const room = this.#roomAt(url);
      await room.catch(() => undefined);
      // The login is looked up last: if it ends from now on, the session is told.
      const grants = await users.authenticate(token);
      return { roomId: await room, grants };
    } catch (error) {
      if (error instanceof AppError && error.status === 503) {
        // Browsers do not show pages the status of a refusal, but a close code.
        return { unavailable: error.message };
      }
      throw error;
    }
  }

  protected override open(
    link: ClientLink,
    admission: ChatAdmission,
  ): { readonly about: LogFields } {
    if ('unavailable' in admission) {
      link.close('unavailable', admission.unavailable);
      return { about: {} };
    }
    return new ChatSession(link, this.context, dispatcher, admission);
  }

  protected override selectSubprotocol(
    offered: ReadonlySet<string>,
  ): string | undefined {
    return offered.has(BEARER) ? BEARER : undefined;
  }

  protected override roomIn(url: URL): string | undefined {
    const id = numberIn(idIn(url));
    return id === undefined ? undefined : liveRoomIdOf(id);
  }

  protected override roomOf(admission: ChatAdmission): string | undefined {
    return 'unavailable' in admission
      ? undefined
      : liveRoomIdOf(admission.roomId);
  }

  protected override describe(url: URL): LogFields {
    return { room: idIn(url).slice(0, MAX_LOGGED) };
  }

  /**
   * The room in a path.
   *
   * @throws {AppError} CHAT_ROOM_NOT_FOUND, ROOM_FULL, STORE_UNAVAILABLE.
   */
  async #roomAt(url: URL): Promise<number> {
    const { id } = await this.#services.rooms.get(roomIdOf(idIn(url)));
    const room = this.context.registry.rooms.get(liveRoomIdOf(id));
    if (room !== undefined && room.peers.size >= room.maxPeers) {
      throw new AppError(
        roomErrors.ROOM_FULL,
        `the room is full: it takes ${room.maxPeers} peers`,
        { option: 'rooms.maxPeers' },
      );
    }
    return id;
  }
}

/** The id of a room in a path, which may be no valid one. */
function idIn({ pathname }: URL): string {
  return /^\/ws\/chat\/([^/]*)\/?$/.exec(pathname)?.[1] ?? '';
}

/** The subprotocol after `bearer`: browsers can set no header, and URLs are logged. */
function tokenAmongSubprotocols({
  headers,
}: IncomingMessage): string | undefined {
  const offered = (headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((name) => name.trim());
  const index = offered.indexOf(BEARER);
  return index === -1 ? undefined : offered[index + 1];
}
