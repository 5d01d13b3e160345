import type { types } from 'mediasoup';

/** The number of tracks by kind. */
export interface TrackCounts {
  audio: number;
  video: number;
  /** Those of them that are not paused, neither here nor by their producer. */
  active: number;
}

/** Objects of the media engine that a peer holds. */
export interface Holdings {
  transports: number;
  producers: TrackCounts;
  consumers: TrackCounts;
  dataProducers: number;
  dataConsumers: number;
}

/** Counts producers or consumers. */
export function countTracks(
  tracks: Iterable<{ kind: types.MediaKind; paused: boolean }>,
): TrackCounts {
  const counts = { audio: 0, video: 0, active: 0 };
  for (const { kind, paused } of tracks) {
    counts[kind] += 1;
    counts.active += paused ? 0 : 1;
  }
  return counts;
}
