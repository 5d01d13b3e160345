import type { types } from 'mediasoup';

/** Time between two probes without success, ms. */
const INTERVAL = 2_000;

/** A probe tries this multiple of the estimate. */
const STEP = 2;

/** Room for noise above what is needed. */
const MARGIN = 1.3;

/** The share of a tried bitrate from which it counts as found. */
const SUCCESS = 0.75;

/** The lowest bound that is set, above any floor, bit/s. */
const LEAST = 200_000;

/** What a probe is for. */
interface Target {
  /** The present estimate, bit/s. */
  readonly available: number;
  /** The bandwidth that all that is wanted would take, bit/s. */
  readonly needed: number;
}

/**
 * Finds out if a receiver can take more than it is sent. mediasoup probes by itself
 * only every 5 s; but it also probes at once, for 15 ms, when the bound of a
 * transport is raised, at the rate of the bound. So the bound is raised in steps of
 * twice the estimate, as long as each is reached. On a thin link such a burst is a few
 * hundred bytes, which sound does not notice.
 */
export class BandwidthProbe {
  readonly #transport: types.WebRtcTransport;
  /** The bound of the transport, bit/s; 0: none. */
  #bound = 0;
  #nextAt = 0;

  constructor(transport: types.WebRtcTransport) {
    this.#transport = transport;
  }

  /** True if an estimate shows that the last probe succeeded. */
  hasReached(available: number): boolean {
    return this.#bound > 0 && available >= this.#bound * SUCCESS;
  }

  /** Probes after a decision on an estimate, if it is time to. */
  async update({ available, needed }: Target): Promise<void> {
    if (available >= needed * MARGIN) {
      await this.release();
      return;
    }
    const now = performance.now();
    if (!this.hasReached(available) && now < this.#nextAt) {
      return;
    }
    this.#nextAt = now + INTERVAL;
    const from = Math.max(LEAST, Math.ceil(available));
    this.#bound = from * STEP;
    await Promise.all([
      this.#transport.setMaxOutgoingBitrate(from),
      this.#transport.setMaxOutgoingBitrate(this.#bound),
    ]);
  }

  /** Removes the bound, as all that is wanted fits. */
  async release(): Promise<void> {
    if (this.#bound > 0) {
      this.#bound = 0;
      this.#nextAt = 0;
      await this.#transport.setMaxOutgoingBitrate(0);
    }
  }
}
