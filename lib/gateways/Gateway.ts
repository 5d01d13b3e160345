import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import type { AppError } from '../core/errors.ts';
import type { RouteTable } from '../http/RouteSpec.ts';
import type { CloseCode } from '../signalling/closeCodes.ts';
import type { Refusal } from '../signalling/ws/refuseUpgrade.ts';

/** One contract, as the server mounts it. */
export interface Gateway {
  /** The label by which its peers and requests are counted. */
  readonly name: string;
  /**
   * The path of its connections; one that ends in `/*` stands for all paths
   * below it as well.
   */
  readonly path?: string;
  /** Its routes over HTTP. */
  readonly routes?: RouteTable;
  /** The name of the service that it is at an address of its own. */
  readonly service?: string;
  /** The names of other gateways that its clients need at the same address. */
  readonly companions?: readonly string[];
  /** The number of clients that are connected. */
  readonly connections: number;
  /**
   * Takes over an upgrade request at its path, or refuses it.
   *
   * @throws {AppError} A reason to refuse it that is known at once.
   */
  upgrade?(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    url: URL,
  ): void;
  /**
   * Puts the reason for which an upgrade is refused into the contract's shape;
   * `{ error: { code, message } }` if left out.
   */
  encodeRefusal?(error: AppError, request: IncomingMessage): Refusal;
  /**
   * Serves a plain request at its path, as transports by polling need.
   *
   * @throws {AppError} A reason to refuse it.
   */
  attach?(request: IncomingMessage, response: ServerResponse): void;
  /** Closes every connection, with a code and a reason. */
  close(code: CloseCode, reason: string): void;
}
