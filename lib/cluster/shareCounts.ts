import type { NodeBus, NodePeer } from './NodeBus.ts';

/** Counts of events by key, which are bounded by themselves. */
export interface SharedCounts {
  /** Has each event that is counted here from now on told to a listener. */
  onAdd(listener: (key: string) => void): void;
  /** Counts an event of another node. */
  note(key: string): void;
}

/** An event at another node: the kind of count, and the key. */
type Message = readonly [kind: string, key: string];

/**
 * Has all nodes count the events of each. What happens while two of them are not linked
 * counts at its own node alone; nothing depends on an answer of another node.
 */
export function shareCounts(
  counts: Readonly<Record<string, SharedCounts>>,
  bus: NodeBus,
): void {
  const peers = new Set<NodePeer>();
  for (const [kind, count] of Object.entries(counts)) {
    count.onAdd((key) => {
      peers.forEach((peer) => peer.send([kind, key] satisfies Message));
    });
  }
  bus.serve('counts', (peer) => {
    peers.add(peer);
    return {
      receive: (received) => {
        // Nodes trust each other.
        const [kind, key] = received as Message;
        counts[kind]?.note(key);
      },
      closed: () => peers.delete(peer),
    };
  });
}
