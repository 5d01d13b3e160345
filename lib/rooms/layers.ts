import { parseScalabilityMode } from 'mediasoup';
import type { types } from 'mediasoup';

import { AppError, coreErrors } from '../core/errors.ts';

/** The numbers of layers that a consumer can choose from. */
function layersOf(consumer: types.Consumer): {
  spatialLayers: number;
  temporalLayers: number;
} {
  const [encoding] = consumer.rtpParameters.encodings ?? [];
  return parseScalabilityMode(encoding?.scalabilityMode);
}

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
