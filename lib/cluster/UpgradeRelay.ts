import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

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

/** Passes upgrade requests to the nodes that have their rooms. */
export interface UpgradeRelay {
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
}
