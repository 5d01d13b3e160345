import type { types } from 'mediasoup';

import type { RoomRegistry } from './RoomRegistry.ts';

/** How many tracks there are. */
export interface TrackCounts {
  audio: number;
  video: number;
  /** How many of them all are not paused, by nobody. */
  active: number;
}

/** What peers hold in the media engine. */
export interface Holdings {
  transports: number;
  producers: TrackCounts;
  consumers: TrackCounts;
  dataProducers: number;
  dataConsumers: number;
}

/** What the peers of one gateway, or of all, come to. */
export interface PeerCounts extends Holdings {
  peers: number;
  /** Peers that send or receive a track that is not paused. */
  activePeers: number;
}

/** Everything that stands at a moment. */
export interface RoomStats {
  rooms: number;
  /** Rooms with somebody in them. */
  activeRooms: number;
  /** Routers under the rooms; a room has one on each worker that it is on. */
  routers: number;
  /** Producers that are piped to a further router, once for each. */
  pipes: number;
  all: PeerCounts;
  byGateway: ReadonlyMap<string, PeerCounts>;
}

/**
 * Counts what the rooms hold. Walks over all of them: nothing that is counted
 * along the way can drift.
 *
 * @param gateways - Those to be listed even where nobody came through them.
 */
export function roomStats(
  registry: RoomRegistry,
  gateways: readonly string[] = [],
): RoomStats {
  const all = emptyCounts();
  const byGateway = new Map(gateways.map((name) => [name, emptyCounts()]));
  const rooms = Array.from(registry.rooms.values());
  const peers = rooms.flatMap((room) => Array.from(room.peers.values()));
  for (const { gateway, holdings } of peers) {
    let population = byGateway.get(gateway);
    if (population === undefined) {
      population = emptyCounts();
      byGateway.set(gateway, population);
    }
    addPeer(population, holdings);
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

/** Counts producers, or consumers, which their producer can pause as well. */
export function countTracks(
  tracks: Iterable<{
    kind: types.MediaKind;
    paused: boolean;
    producerPaused?: boolean;
  }>,
): TrackCounts {
  const counts = { audio: 0, video: 0, active: 0 };
  for (const { kind, paused, producerPaused = false } of tracks) {
    counts[kind] += 1;
    counts.active += paused || producerPaused ? 0 : 1;
  }
  return counts;
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

function addPeer(population: PeerCounts, holdings: Holdings): void {
  const { transports, producers, consumers } = holdings;
  population.peers += 1;
  population.activePeers += producers.active + consumers.active > 0 ? 1 : 0;
  population.transports += transports;
  addTracks(population.producers, producers);
  addTracks(population.consumers, consumers);
  population.dataProducers += holdings.dataProducers;
  population.dataConsumers += holdings.dataConsumers;
}

function addTracks(sum: TrackCounts, counts: TrackCounts): void {
  sum.audio += counts.audio;
  sum.video += counts.video;
  sum.active += counts.active;
}
