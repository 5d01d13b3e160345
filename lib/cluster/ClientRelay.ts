import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * The number of ping intervals after which a node that sends nothing is gone: the
 * home of a room pings each client.
 */
export const SILENT_INTERVALS = 3;

/** A connection to another node, which has been sent an upgrade request. */
export interface ForwardedUpgrade {
  /**
   * Passes bytes both ways between the client and the other node until one of
   * them ends.
   *
   * @param socket - The connection of the client.
   * @param head - The first bytes after the request.
   */
  start(socket: Duplex, head: Buffer): void;
  /** Ends it before it has started. */
  destroy(): void;
}

/** A connection to another node, which waits for an upgrade request. */
export interface NodeConnection {
  readonly stream: Duplex;
  /** The headers of the client's own request, with those between nodes. */
  readonly headers: IncomingHttpHeaders;
}

/** A connection to a node that has been chosen for a new room. */
export interface NewRoomConnection extends NodeConnection {
  /** Has no new room go to that node for a while, which did not take this one. */
  avoid(): void;
}

/** Passes clients to the nodes that have their rooms. */
export interface ClientRelay {
  /** True while rooms that are open nowhere can open at this node. */
  readonly takesRooms: boolean;
  /**
   * Opens the way to the home of a room. Never rejects.
   *
   * @returns Undefined where the request is to be served here; `unreachable` if
   *   the home does not answer.
   */
  open(
    roomId: string,
    request: IncomingMessage,
  ): Promise<ForwardedUpgrade | 'unreachable' | undefined>;
  /**
   * Opens the way to the home of a room. Of one without, it chooses the home, by the
   * load and the region of the nodes. Never rejects.
   *
   * @param region - The region of the client, if it is known.
   * @returns As {@link open}.
   */
  place(
    roomId: string,
    request: IncomingMessage,
    region: string | undefined,
  ): Promise<ForwardedUpgrade | 'unreachable' | undefined>;
  /**
   * Connects to the home of a room for a client whose handshake has been answered
   * here. Never rejects.
   *
   * @param request - Its handshake.
   * @param session - The facts about the client with which the home goes on.
   * @returns As {@link open}.
   */
  connect(
    roomId: string,
    request: IncomingMessage,
    session: string,
  ): Promise<NodeConnection | 'unreachable' | undefined>;
  /**
   * Chooses the home of a new room, whose id that node will choose, and connects to it
   * for a client whose handshake has been answered here. Never rejects.
   *
   * @param request - Its handshake.
   * @param session - The facts about the client with which the home goes on.
   * @param region - The region of the client, if it is known.
   * @returns Undefined where the room is to open here.
   */
  connectToNew(
    request: IncomingMessage,
    session: string,
    region: string | undefined,
  ): Promise<NewRoomConnection | undefined>;
  /**
   * Passes a plain request to the home of a room. Never rejects.
   *
   * @param body - Undefined for a request without one.
   * @returns The reply of the home; otherwise as {@link open}.
   */
  askHome(
    roomId: string,
    request: IncomingMessage,
    body: string | undefined,
  ): Promise<IncomingMessage | 'unreachable' | undefined>;
  /**
   * Passes a plain request to a node that has a heartbeat. Never rejects.
   *
   * @param body - Undefined for a request without one.
   * @returns Its reply; `unreachable` if it gives none; undefined for this node, and
   *   for one that is not known.
   */
  askNode(
    nodeId: string,
    request: IncomingMessage,
    body: string | undefined,
  ): Promise<IncomingMessage | 'unreachable' | undefined>;
  /** Tells if another node has passed on a request, which goes no further. */
  isForwarded(request: IncomingMessage): boolean;
  /** The facts with which another node has passed on a client; undefined for others. */
  sessionOf(request: IncomingMessage): string | undefined;
}
