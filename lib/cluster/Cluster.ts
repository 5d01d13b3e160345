import type { IncomingMessage, RequestListener } from 'node:http';
import type { Duplex } from 'node:stream';

import type { RoomDirectory } from './RoomDirectory.ts';
import type { ClientRelay } from './ClientRelay.ts';
import type { NodeBus } from './NodeBus.ts';
import type { NodeList } from './NodeList.ts';
import type { NodeFigures } from './NodeReport.ts';

/** Takes over an upgrade request. */
export type TakeUpgrade = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
) => void;

/** The server around a node. */
export interface NodeServer {
  /** Serves the requests of other nodes for connections. */
  readonly upgrade: TakeUpgrade;
  /** Serves all others of their requests. */
  readonly serve: RequestListener;
  /** Returns the state and the figures that other nodes are to know. */
  readonly figures: () => NodeFigures;
}

/** A node's part in its cluster. */
export interface Cluster {
  readonly nodes: NodeList;
  /** The id of this run of the node. */
  readonly id: string;
  /** The host and port at which others reach the node; undefined where it is alone. */
  readonly address?: string;
  readonly rooms: RoomDirectory;
  /** Undefined where there are no other nodes. */
  readonly relay?: ClientRelay;
  /** Undefined where there are no other nodes. */
  readonly bus?: NodeBus;
  /** False while the directory does not answer; undefined where there is none. */
  readonly reachable: boolean | undefined;
  /** True while other nodes open rooms, as far as this one knows. */
  readonly hasOthers: boolean;
  /** The number of open links to other nodes. */
  readonly links: number;
  /** The connections of clients that go through this node, or come from others. */
  readonly connections: { readonly to: number; readonly from: number };
  /** Begins to take requests from other nodes. */
  start(server: NodeServer): Promise<void>;
  /** Becomes the home of no further room, and tells the others so. */
  drain(): void;
  /** Gives up all rooms and ends all connections. */
  close(): Promise<void>;
}
