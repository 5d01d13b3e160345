import type { types } from 'mediasoup-client';
import { Decoding } from './Decoding.ts';
import { Encoding } from './Encoding.ts';
import { QualityMeter } from './QualityMeter.ts';
import type { ResumableChannel } from './ResumableChannel.ts';
import type { PlaybackDelays } from './PlaybackDelays.ts';
import { Standstills } from './Standstills.ts';
import type { Standstill } from './Standstills.ts';
import { Stalls } from './Stalls.ts';
import { StatsMonitor } from './StatsMonitor.ts';
import type { Look } from './StatsMonitor.ts';

/** The media that is watched. */
export type WatchedMedia = {
  channel: ResumableChannel;
  transports: () => readonly types.Transport[];
  consumers: ReadonlyMap<string, types.Consumer>;
  playbackDelays: PlaybackDelays;
  /** True for a producer whose pictures are shown. */
  isShown: (producerId: string) => boolean;
  /** Takes the scale in which pictures are to be received, as it changes. */
  setScale: (scale: number) => void;
  /** Takes the highest layer in which cameras are to be sent, as it changes. */
  limitLayers: (maxLayer: number) => void;
  /** Takes the producers whose pictures are shown and have stalled, as they change. */
  onStalls: (producerIds: ReadonlySet<string>) => void;
};

/**
 * Watches the media of a session once a second: sets the delays of sounds, restarts
 * pictures that have frozen, tells of those that have stalled, has smaller ones sent both
 * ways if the device does not keep up, and reports the quality to the server.
 */
export class MediaWatch {
  readonly #media: WatchedMedia;
  readonly #monitor: StatsMonitor;
  readonly #standstills = new Standstills();
  readonly #stalls = new Stalls();
  readonly #decoding = new Decoding();
  readonly #encoding = new Encoding();
  /** The producers that have stalled. */
  #stalled: ReadonlySet<string> = new Set();
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
    const { consumers, playbackDelays, setScale, limitLayers } = this.#media;
    let standstills: Standstill[] = [];
    if (look.direction === 'recv') {
      playbackDelays.adjust(consumers.values(), look);
      standstills = this.#standstills.take(look.stats);
      this.#setStalled(this.#stalls.take(look.stats));
      if (this.#decoding.take(look.stats)) {
        setScale(this.#decoding.scale);
      }
    } else if (this.#encoding.take(look.stats)) {
      limitLayers(this.#encoding.maxLayer);
    }
    for (const { mid } of standstills.filter(({ due }) => due)) {
      this.#requestKeyFrame(mid);
    }
    if (look.silent) {
      // While the network is gone, the server sees that by itself, and a report on its
      // way would hold up the request for a key frame once it is back.
      return;
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
          // It has been closed, or a new session starts everything again.
        });
      }
    }
  }

  #setStalled(mids: readonly string[]): void {
    const { consumers, isShown, onStalls } = this.#media;
    const stalled = new Set(
      [...consumers]
        .filter(([id, { localId }]) => mids.includes(localId) && isShown(id))
        .map(([id]) => id),
    );
    const before = this.#stalled;
    if (
      stalled.size !== before.size ||
      [...stalled].some((id) => !before.has(id))
    ) {
      this.#stalled = stalled;
      onStalls(stalled);
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
