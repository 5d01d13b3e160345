import type { types } from 'mediasoup-client';
import { SoundDelay } from './SoundDelay.ts';
import type { SoundCounts } from './SoundDelay.ts';
import type { BrowserStat, Look } from './StatsMonitor.ts';

/**
 * The delay of pictures as a multiple of the shortest delay of the sounds heard: all of
 * them wait for repeats if packets get lost on the way to the receiver. A picture that
 * has to be sent a third time is then late by less than anyone notices.
 */
const PICTURES = 1.3;

/** Sets the delays of all received tracks; browsers without such a setting pass over it. */
export class PlaybackDelays {
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
        .filter(({ type }) => type === 'inbound-rtp')
        .map((stream) => [stream.mid, stream]),
    );
    const pictures = [];
    let shortest = Infinity;
    for (const consumer of consumers) {
      const stream = streams.get(consumer.localId);
      if (consumer.kind === 'video') {
        pictures.push(consumer);
      } else if (stream) {
        const delay = this.#delayOf(consumer);
        if (delay.take(countsOf(stream, roundTrip))) {
          shortest = Math.min(shortest, delay.forRepeats);
        }
        this.#set(consumer, delay.target);
      }
    }
    // While no sound is heard, pictures stay as they are.
    if (shortest < Infinity) {
      for (const consumer of pictures) {
        this.#set(consumer, shortest * PICTURES || null);
      }
    }
  }

  #set({ rtpReceiver }: types.Consumer, delay: number | null): void {
    if (rtpReceiver) {
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
