import assert from 'node:assert/strict';

import type { NodeAddress } from '../../lib/cluster/NodeAddress.ts';
import type { LinkEnd, NodePeer } from '../../lib/cluster/NodeBus.ts';
import { NodeListener } from '../../lib/cluster/NodeListener.ts';
import { NodeMesh } from '../../lib/cluster/NodeMesh.ts';
import { nodeKey } from '../../lib/cluster/nodeTls.ts';
import { until } from '../support/until.ts';
import { SECRET } from './ClusterNodes.ts';

const KEY = nodeKey(SECRET);

/** The channel of all that the nodes tell each other. */
const CHANNEL = 'tests';

/** The parts of a node that may differ. */
interface LinkedParts {
  readonly interval: number;
  /** The most bytes that wait for another node. */
  readonly mostBytes: number;
  /** Opens the near end of a link; one that keeps what it receives if left out. */
  readonly open: (peer: NodePeer) => LinkEnd;
}

/** A node with nothing but its links. */
export class LinkedNode implements AsyncDisposable {
  readonly mesh: NodeMesh;
  readonly address: NodeAddress;
  /** The other ends of its links. */
  readonly peers: NodePeer[] = [];
  readonly received: unknown[] = [];
  /** The number of links that have ended. */
  ended = 0;
  readonly #listener: NodeListener;

  private constructor(
    id: string,
    listener: NodeListener,
    parts: Partial<LinkedParts>,
  ) {
    this.#listener = listener;
    this.address = { id, host: '127.0.0.1', port: listener.port };
    const { interval = 60_000, mostBytes = 1_048_576 } = parts;
    this.mesh = new NodeMesh({ id, key: KEY, interval, mostBytes });
    this.mesh.serve(CHANNEL, (peer) => {
      this.peers.push(peer);
      const end = parts.open?.(peer);
      return {
        receive: (message) => {
          this.received.push(message);
          end?.receive(message);
        },
        closed: () => {
          this.ended += 1;
          end?.closed();
        },
      };
    });
    listener.serve(
      () => assert.fail('a link is no client'),
      () => assert.fail('a link is no request'),
      (...link) => this.mesh.accept(...link),
    );
  }

  static async start(
    id: string,
    parts: Partial<LinkedParts> = {},
  ): Promise<LinkedNode> {
    const listener = new NodeListener(KEY, () => 10);
    await listener.open('127.0.0.1', 0, 0);
    return new LinkedNode(id, listener, parts);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.mesh.close();
    await this.#listener.close();
  }
}

/** Links two nodes, each of which hears of the other. */
export async function link(one: LinkedNode, other: LinkedNode): Promise<void> {
  const before = [one, other].map(({ peers }) => peers.length);
  one.mesh.connect([other.address]);
  other.mesh.connect([one.address]);
  await until('the nodes are linked', () =>
    [one, other].every(
      ({ peers }, index) => peers.length > (before[index] ?? 0),
    ),
  );
}
