import type { types } from 'mediasoup';

import { FloorRung } from './FloorRung.ts';
import { byImportance, ladderOf } from './allocateLayers.ts';
import type { VideoDemand } from './allocateLayers.ts';

/** The lowest floor that mediasoup accepts, and the highest that is set, bit/s. */
const LEAST = 30_000;
export const HIGHEST_FLOOR = 150_000;

/** Headroom for fluctuating bitrates, and for traffic that is not planned. */
export const MARGIN = 1.3;

/** A floor is moved only if it changes by more than this share. */
const CHANGE = 0.15;

/** An estimate below this multiple of the floor is no longer a measurement. */
const PINNED = 1.1;

/** A multiple of the floor from which its full height is tried again. */
const RECOVERED = 2;

/**
 * The bandwidth below which mediasoup's estimate of a transport does not fall: enough
 * for the most important video, smooth and small. Without it the estimate, which
 * falls to a fraction of a thin link when its queue overflows, would stop the video
 * that the link could carry, and would need half a minute to rise again.
 *
 * As the estimate cannot tell whether the link carries this, losses do: they lower
 * the floor to the lowest layers, and then remove it.
 */
export class VideoFloor {
  readonly #transport: types.WebRtcTransport;
  readonly #rung = new FloorRung();
  #bitrate = 0;

  constructor(transport: types.WebRtcTransport) {
    this.#transport = transport;
  }

  /** Moves the floor after a decision on an estimate. */
  async update(
    videos: readonly VideoDemand[],
    available: number,
  ): Promise<void> {
    await this.#judge(available);
    await this.#set(this.#wanted(videos));
  }

  /** Removes the floor, since all wanted videos fit. */
  async release(): Promise<void> {
    this.#rung.reset();
    await this.#set(0);
  }

  async #set(bitrate: number): Promise<void> {
    const before = this.#bitrate;
    const change = Math.abs(bitrate - before);
    if (change > CHANGE * Math.min(bitrate, before)) {
      this.#bitrate = bitrate;
      await this.#transport.setMinOutgoingBitrate(bitrate);
    }
  }

  /** Lowers a floor that the link does not carry, and tries it again later. */
  async #judge(available: number): Promise<void> {
    if (this.#bitrate === 0) {
      return;
    }
    if (available > this.#bitrate * RECOVERED) {
      this.#rung.reset();
    }
    const pinned = available <= this.#bitrate * PINNED;
    const [stats] = pinned ? await this.#transport.getStats() : [];
    this.#rung.take(stats?.rtpPacketLossSent ?? 0, performance.now());
  }

  #wanted(videos: readonly VideoDemand[]): number {
    const [first] = videos.toSorted(byImportance);
    const ladder = first === undefined ? [] : ladderOf(first);
    const rung = ladder[Math.min(this.#rung.value, ladder.length - 1)];
    const bitrate = Math.round((rung?.bitrate ?? Infinity) * MARGIN);
    return bitrate > HIGHEST_FLOOR ? 0 : Math.max(LEAST, bitrate);
  }
}
