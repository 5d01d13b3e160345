import type { types } from 'mediasoup';

import { AppError, coreErrors } from '../core/errors.ts';
import { layersOf } from '../media/layersOf.ts';
import type { AppData } from './events.ts';

/**
 * Refuses layers that the producer lacks: mediasoup would wait for them.
 *
 * @throws {AppError} VALIDATION_ERROR.
 */
export function requireLayers(
  consumer: types.Consumer,
  { spatialLayer, temporalLayer = 0 }: types.ConsumerLayers,
): void {
  const { spatialLayers, temporalLayers } = layersOf(consumer);
  for (const [name, wanted, there] of [
    ['spatialLayer', spatialLayer, spatialLayers],
    ['temporalLayer', temporalLayer, temporalLayers],
  ] as const) {
    if (wanted >= there) {
      throw new AppError(
        coreErrors.VALIDATION_ERROR,
        `${name}: expected less than ${there}, the number that the producer sends, got ${wanted}`,
      );
    }
  }
}

/** The size of a picture, in pixels of the screen. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size of a camera whose owner does not state it. */
const USUAL_SIZE: Size = { width: 1_280, height: 720 };

/** Factor by which a picture may be enlarged before the next layer is used. */
const ENLARGED = 4 / 3;

/** Width in pixels that raises the priority of a picture by one. */
const WIDER = 320;
const RATIO = 16 / 9;
const MAX_PRIORITY = 255;

/**
 * The lowest spatial layer that covers a size. Each layer is taken to have half
 * the side of the next; the highest has the size in the producer's `appData`.
 */
export function layerFor(
  consumer: types.Consumer,
  appData: AppData,
  { width, height }: Size,
): number {
  const top = layersOf(consumer).spatialLayers - 1;
  const full = sizeIn(appData) ?? USUAL_SIZE;
  const needed = Math.max(width / full.width, height / full.height) / ENLARGED;
  for (let layer = 0; layer < top; layer += 1) {
    if (1 / 2 ** (top - layer) >= needed) {
      return layer;
    }
  }
  return top;
}

/** The priority of a picture, higher the larger it is: 1 to 255. */
export function priorityFor({ width, height }: Size): number {
  const wide = Math.ceil(Math.max(width, height * RATIO) / WIDER);
  return Math.min(Math.max(1, wide), MAX_PRIORITY);
}

function sizeIn({ width, height }: AppData): Size | undefined {
  return isLength(width) && isLength(height) ? { width, height } : undefined;
}

function isLength(value: unknown): value is number {
  return typeof value === 'number' && value >= 1;
}
