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

/** Counts producers, or consumers, which may be paused by their producer too. */
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
