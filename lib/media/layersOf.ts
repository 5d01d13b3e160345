import { parseScalabilityMode } from 'mediasoup';
import type { types } from 'mediasoup';

/** The numbers of layers that a consumer can choose from. */
export function layersOf(consumer: types.Consumer): {
  spatialLayers: number;
  temporalLayers: number;
} {
  const [encoding] = consumer.rtpParameters.encodings ?? [];
  return parseScalabilityMode(encoding?.scalabilityMode);
}
