import type { types } from 'mediasoup-client';
import { QualityMeter } from './QualityMeter.ts';
import type { ResumableChannel } from './ResumableChannel.ts';
import type { SoundDelays } from './SoundDelays.ts';
import { Standstills } from './Standstills.ts';
import type { Standstill } from './Standstills.ts';
import { StatsMonitor } from './StatsMonitor.ts';
import type { Look } from './StatsMonitor.ts';

/** The media that is watched. */
export type WatchedMedia = {
  channel: ResumableChannel;
  transports: () => readonly types.Transport[];
  consumers: ReadonlyMap<string, types.Consumer>;
  soundDelays: SoundDelays;
};

/**
 * Watches the media of a session once a second: sets the delays of sounds, restarts
 * pictures that have frozen, and reports the quality to the server.
 */
export class MediaWatch {
  readonly #media: WatchedMedia;
  readonly #monitor: StatsMonitor;
  readonly #standstills = new Standstills();
  readonly #meter = new QualityMeter();
  /** The quality as the server was told. */
  #reported = this.#meter.quality;

  constructor(media: WatchedMedia) {
    this.#media = media;
    this.#monitor = new StatsMonitor(media.transports);
    this.#monitor.on('look', (look) => this.#onLook(look));
    this.#monitor.start();
  }

  close(): void {
    this.#monitor.stop();
  }

  #onLook(look: Look): void {
    const { consumers, soundDelays } = this.#media;
    let standstills: Standstill[] = [];
    if (look.direction === 'recv') {
      soundDelays.adjust(consumers.values(), look);
      standstills = this.#standstills.take(look.stats);
    }
    for (const { mid } of standstills.filter(({ due }) => due)) {
      this.#requestKeyFrame(mid);
    }
    this.#meter.take(look, standstills.length > 0);
    this.#reportQuality();
  }

  /** Restarts a picture that cannot be decoded for lack of data. */
  #requestKeyFrame(mid: string): void {
    const { channel, consumers } = this.#media;
    for (const { id: consumerId, localId } of consumers.values()) {
      if (localId === mid) {
        channel.request('requestConsumerKeyFrame', { consumerId }).catch(() => {
          // It has been closed, or a new session starts everything anew.
        });
      }
    }
  }

  #reportQuality(): void {
    const { quality } = this.#meter;
    if (quality === this.#reported) {
      return;
    }
    this.#reported = quality;
    this.#media.channel.request('reportQuality', { quality }).catch(() => {
      // An older server does not know it; a new session reports again.
    });
  }
}
