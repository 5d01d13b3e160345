import * as fc from 'fast-check';

import { ladderOf } from '../../lib/media/allocateLayers.ts';
import type {
  Allocation,
  LayerRate,
  VideoDemand,
} from '../../lib/media/allocateLayers.ts';

const KBIT = 1_000;

/** The bitrates of a camera of the page, as measured, kbit/s. */
const CAMERA = [
  [42, 75, 110],
  [100, 180, 260],
  [170, 380, 560],
];

/** A camera in three resolutions and three frame rates. */
export function camera(id: string): VideoDemand {
  return {
    id,
    prefers: 'motion',
    priority: 1,
    layers: CAMERA.flatMap((rates, spatialLayer) =>
      rates.map((kbits, temporalLayer) => ({
        spatialLayer,
        temporalLayer,
        bitrate: kbits * KBIT,
      })),
    ),
  };
}

const anyLayers = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }))
  .chain(([spatial, temporal]) =>
    fc
      .array(fc.integer({ min: 1, max: 1_000 * KBIT }), {
        minLength: spatial * temporal,
        maxLength: spatial * temporal,
      })
      .map((bitrates) =>
        bitrates.map((bitrate, index) => ({
          spatialLayer: Math.floor(index / temporal),
          temporalLayer: index % temporal,
          bitrate,
        })),
      ),
  );

/** Up to six videos of any bitrates, no two of which are of equal importance. */
export const anyVideos: fc.Arbitrary<VideoDemand[]> = fc
  .array(
    fc.record({
      prefers: fc.constantFrom('motion' as const, 'detail' as const),
      layers: anyLayers,
    }),
    { maxLength: 6 },
  )
  .map((videos) =>
    videos.map((video, index) => ({
      ...video,
      id: `video-${index}`,
      priority: index + 1,
    })),
  );

/** The sum of bitrates, bit/s. */
export function bitrateOf(layers: Iterable<LayerRate | undefined>): number {
  return Array.from(layers).reduce((sum, it) => sum + (it?.bitrate ?? 0), 0);
}

/** The rung of its ladder that a video has; -1 for none. */
export function rankIn(video: VideoDemand, allocation: Allocation): number {
  const layers = allocation.get(video.id);
  return ladderOf(video).findIndex((it) => it === layers);
}
