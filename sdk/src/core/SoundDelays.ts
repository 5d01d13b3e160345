import type { types } from 'mediasoup-client';
import { SoundDelay } from './SoundDelay.ts';
import type { SoundCounts } from './SoundDelay.ts';
import type { BrowserStat, Look } from './StatsMonitor.ts';

/** Sets the delays of all received sounds, where the browser has such a setting. */
export class SoundDelays {
  readonly #delays = new WeakMap<types.Consumer, SoundDelay>();

  /** Sets the delay that a sound begins with. */
  begin(consumer: types.Consumer): void {
    this.#set(consumer, this.#delayOf(consumer).target);
  }

  /** Takes the statistics of the receiving transport, about once a second. */
  adjust(
    consumers: Iterable<types.Consumer>,
    { stats, roundTrip }: Look,
  ): void {
    const streams = new Map(
      stats
        .filter(({ type, kind }) => type === 'inbound-rtp' && kind === 'audio')
        .map((stream) => [stream.mid, stream]),
    );
    for (const consumer of consumers) {
      const stream = streams.get(consumer.localId);
      if (stream) {
        const delay = this.#delayOf(consumer);
        this.#set(consumer, delay.next(countsOf(stream, roundTrip)));
      }
    }
  }

  #set({ rtpReceiver }: types.Consumer, delay: number | null): void {
    if (rtpReceiver && 'jitterBufferTarget' in rtpReceiver) {
      rtpReceiver.jitterBufferTarget = delay;
    }
  }

  #delayOf(consumer: types.Consumer): SoundDelay {
    let delay = this.#delays.get(consumer);
    if (!delay) {
      delay = new SoundDelay();
      this.#delays.set(consumer, delay);
    }
    return delay;
  }
}

function countsOf(stream: BrowserStat, roundTrip: number): SoundCounts {
  const { concealedSamples = 0, silentConcealedSamples = 0 } = stream;
  return {
    packets: stream.packetsReceived ?? 0,
    nacks: stream.nackCount ?? 0,
    late: stream.packetsDiscarded ?? 0,
    samples: stream.totalSamplesReceived ?? 0,
    concealed: concealedSamples - silentConcealedSamples,
    roundTrip,
  };
}
