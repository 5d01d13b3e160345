import { TokenBucket } from './TokenBucket.ts';
import type { Rate } from './TokenBucket.ts';

/** Most networks that one limit remembers: about 20 MB. */
const MAX_NETWORKS = 100_000;

/**
 * A token bucket for each network. Those that are full again are forgotten, and
 * so are those not used for longest where there are too many.
 */
export class NetworkBuckets {
  readonly #rate: Rate;
  readonly #max: number;
  /** In the order of their last use. */
  readonly #buckets = new Map<string, TokenBucket>();

  /** @param rate - The rate of one network, read again each time. */
  constructor(rate: Rate, max = MAX_NETWORKS) {
    this.#rate = rate;
    this.#max = max;
  }

  /** The number of networks that are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Seconds until the network has a token; 0 if it has one. */
  wait(network: string): number {
    const bucket = this.#buckets.get(network);
    return bucket?.wait ?? 0;
  }

  /** Takes one token of the network, which must have one. */
  take(network: string): void {
    const bucket = this.#buckets.get(network) ?? new TokenBucket(this.#rate);
    bucket.take(1);
    this.#buckets.delete(network);
    this.#forget();
    this.#buckets.set(network, bucket);
  }

  /** Frees a place for one more, and looks at two so that places get free. */
  #forget(): void {
    let looked = 0;
    for (const [network, bucket] of this.#buckets) {
      const mustGo = this.#buckets.size >= this.#max;
      if (!mustGo && (looked === 2 || !bucket.full)) {
        return;
      }
      this.#buckets.delete(network);
      looked += 1;
    }
  }
}
