import { countTracks } from './holdings.ts';
import type { Holdings, TrackCounts } from './holdings.ts';
import type { RoomRegistry } from './RoomRegistry.ts';

/** Totals over the peers of one gateway, or of all gateways. */
export interface PeerCounts extends Holdings {
  peers: number;
  /** Peers that send or receive a track that is not paused. */
  activePeers: number;
}

/** Totals over all rooms at one moment. */
export interface RoomStats {
  rooms: number;
  /** Rooms that have at least one peer. */
  activeRooms: number;
  /** Routers of the rooms: one for each worker that a room is on. */
  routers: number;
  /** Producers that are piped to a further router, once for each. */
  pipes: number;
  all: PeerCounts;
  byGateway: ReadonlyMap<string, PeerCounts>;
}

/**
 * Counts what the rooms hold by walking over all of them: counters kept along
 * the way could drift.
 *
 * @param gateways - Gateways to list even if they have no peer.
 */
export function roomStats(
  registry: Pick<RoomRegistry, 'rooms'>,
  gateways: readonly string[] = [],
): RoomStats {
  const all = emptyCounts();
  const byGateway = new Map(gateways.map((name) => [name, emptyCounts()]));
  const rooms = Array.from(registry.rooms.values());
  const peers = rooms.flatMap((room) => Array.from(room.peers.values()));
  for (const { gateway, holdings } of peers) {
    let counts = byGateway.get(gateway);
    if (counts === undefined) {
      counts = emptyCounts();
      byGateway.set(gateway, counts);
    }
    addPeer(counts, holdings);
    addPeer(all, holdings);
  }
  return {
    rooms: rooms.length,
    activeRooms: rooms.filter((room) => room.peers.size > 0).length,
    routers: sum(rooms, ({ routers }) => routers.ids.length),
    pipes: sum(rooms, ({ routers }) => routers.pipes),
    all,
    byGateway,
  };
}

function sum<Item>(items: Item[], count: (item: Item) => number): number {
  return items.reduce((total, item) => total + count(item), 0);
}

function emptyCounts(): PeerCounts {
  return {
    peers: 0,
    activePeers: 0,
    transports: 0,
    producers: countTracks([]),
    consumers: countTracks([]),
    dataProducers: 0,
    dataConsumers: 0,
  };
}

function addPeer(total: PeerCounts, holdings: Holdings): void {
  const { transports, producers, consumers } = holdings;
  total.peers += 1;
  total.activePeers += producers.active + consumers.active > 0 ? 1 : 0;
  total.transports += transports;
  addTracks(total.producers, producers);
  addTracks(total.consumers, consumers);
  total.dataProducers += holdings.dataProducers;
  total.dataConsumers += holdings.dataConsumers;
}

function addTracks(total: TrackCounts, counts: TrackCounts): void {
  total.audio += counts.audio;
  total.video += counts.video;
  total.active += counts.active;
}
