import type { IncomingMessage, RequestListener } from 'node:http';
import type { Duplex } from 'node:stream';

import { LOCAL_ROOMS } from './RoomDirectory.ts';
import type { RoomDirectory } from './RoomDirectory.ts';
import type { ClientRelay } from './ClientRelay.ts';

/** Takes over an upgrade request. */
export type TakeUpgrade = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
) => void;

/** A node's part in its cluster. */
export interface Cluster {
  readonly rooms: RoomDirectory;
  /** Undefined where there are no other nodes. */
  readonly relay?: ClientRelay;
  /** False while the directory does not answer; undefined where there is none. */
  readonly reachable: boolean | undefined;
  /** True while other nodes serve, as far as this one knows. */
  readonly hasOthers: boolean;
  /** The connections of clients that go through this node, or come from others. */
  readonly connections: { readonly to: number; readonly from: number };
  /**
   * Begins to take requests from other nodes.
   *
   * @param upgrade - Serves those for connections.
   * @param serve - Serves all others.
   * @throws {StartError} When the port cannot be opened.
   */
  start(upgrade: TakeUpgrade, serve: RequestListener): Promise<void>;
  /** Gives up all rooms and ends all connections. */
  close(): Promise<void>;
}

/** The part of a server that is alone. */
export const ALONE: Cluster = {
  rooms: LOCAL_ROOMS,
  reachable: undefined,
  hasOthers: false,
  connections: { to: 0, from: 0 },
  start: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
