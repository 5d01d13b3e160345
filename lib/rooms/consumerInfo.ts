import type { types } from 'mediasoup';

import type { ConsumerInfo, ConsumerScore, Layers } from './events.ts';

/** The parameters of a consumer of one of another peer's producers. */
export function consumerInfo(
  consumer: types.Consumer,
  peerId: string,
  { id: producerId, appData }: types.Producer,
): ConsumerInfo {
  return {
    consumerId: consumer.id,
    producerId,
    peerId,
    kind: consumer.kind,
    rtpParameters: consumer.rtpParameters,
    type: consumer.type,
    paused: consumer.paused,
    producerPaused: consumer.producerPaused,
    score: scoreOf(consumer.score),
    appData,
  };
}

/** The scores of a consumer, without what belongs to the engine alone. */
export function scoreOf(score: types.ConsumerScore): ConsumerScore {
  const { producerScore, producerScores } = score;
  return { score: score.score, producerScore, producerScores };
}

/** The layers that a consumer receives at the moment, of a producer of several. */
export function currentLayers(consumer: types.Consumer): Layers | undefined {
  const { currentLayers: current } = consumer;
  return (
    current && {
      spatialLayer: current.spatialLayer,
      temporalLayer: current.temporalLayer,
    }
  );
}
