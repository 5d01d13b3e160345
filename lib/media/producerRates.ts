import { parseScalabilityMode } from 'mediasoup';
import type { types } from 'mediasoup';

import type { LayerRate } from './allocateLayers.ts';

/** Time for which a measurement is good, ms. */
const FRESH = 900;

/** Share of an earlier measurement below which the next one does not fall. */
const DECAY = 0.8;

/** The bitrates of a producer, by layers. */
interface Measurement {
  readonly at: number;
  readonly rates: Promise<readonly LayerRate[]>;
}

const measurements = new WeakMap<types.Producer, Measurement>();

/**
 * Measures what a producer sends, by layers; those that it does not send at the
 * moment are left out. Receivers of the same producer share a measurement, which
 * costs one request to the worker at most once a second. Peaks count for a while, so
 * that a quiet moment of a screen is not taken for its end.
 */
export function ratesOf(
  producer: types.Producer,
): Promise<readonly LayerRate[]> {
  const last = measurements.get(producer);
  const now = performance.now();
  if (last !== undefined && now - last.at < FRESH) {
    return last.rates;
  }
  const rates = measure(producer, last?.rates ?? Promise.resolve([]));
  measurements.set(producer, { at: now, rates });
  return rates;
}

async function measure(
  producer: types.Producer,
  before: Promise<readonly LayerRate[]>,
): Promise<readonly LayerRate[]> {
  const [stats, past] = await Promise.all([
    producer.getStats(),
    before.catch(() => []),
  ]);
  return ratesIn(stats, producer.rtpParameters.encodings ?? []).map(
    (layers) => {
      const peak = past.find(
        (it) =>
          it.spatialLayer === layers.spatialLayer &&
          it.temporalLayer === layers.temporalLayer,
      );
      const least = (peak?.bitrate ?? 0) * DECAY;
      return { ...layers, bitrate: Math.max(layers.bitrate, least) };
    },
  );
}

/**
 * The bitrates by layers in the statistics of a producer: of several streams, each with
 * a resolution, or of one that has all.
 */
export function ratesIn(
  stats: readonly Pick<
    types.ProducerStat,
    'ssrc' | 'rid' | 'bitrate' | 'bitrateByLayer'
  >[],
  encodings: readonly types.RtpEncodingParameters[],
): LayerRate[] {
  return stats
    .flatMap((stat) => {
      const index = encodings.findIndex(
        ({ ssrc, rid }) =>
          ssrc === stat.ssrc || (rid !== undefined && rid === stat.rid),
      );
      const mode = encodings[Math.max(index, 0)]?.scalabilityMode;
      return layersOf(stat, mode).map((layers) =>
        encodings.length > 1 ? { ...layers, spatialLayer: index } : layers,
      );
    })
    .filter(({ bitrate, spatialLayer }) => bitrate > 0 && spatialLayer >= 0);
}

/** The layers in one stream. mediasoup adds the spatial layers below to each. */
function layersOf(
  {
    bitrate,
    bitrateByLayer,
  }: Pick<types.ProducerStat, 'bitrate' | 'bitrateByLayer'>,
  mode: string | undefined,
): LayerRate[] {
  const layers = Object.entries(bitrateByLayer).map(([name, cumulated]) => {
    const [spatialLayer = 0, temporalLayer = 0] = name.split('.').map(Number);
    return { spatialLayer, temporalLayer, bitrate: cumulated };
  });
  if (layers.length === 0) {
    return [{ spatialLayer: 0, temporalLayer: 0, bitrate }];
  }
  // In this mode a spatial layer is sent without those below, key frames excepted.
  return parseScalabilityMode(mode).ksvc
    ? layers.map((it) => ({ ...it, bitrate: it.bitrate - below(layers, it) }))
    : layers;
}

/** The bitrate of the spatial layers below, bit/s. */
function below(
  layers: readonly LayerRate[],
  { spatialLayer }: LayerRate,
): number {
  return Math.max(
    0,
    ...layers
      .filter((it) => it.spatialLayer === spatialLayer - 1)
      .map((it) => it.bitrate),
  );
}
