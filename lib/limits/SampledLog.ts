import { NetworkBuckets } from './NetworkBuckets.ts';
import { TokenBucket } from './TokenBucket.ts';
import type { LogFields, LogLevel } from '../core/logFormat.ts';
import type { Logger } from '../core/logger.ts';

/** Time between two reports of what was left out, ms. */
const REPORT_INTERVAL = 10_000;

/** Most networks that are counted one by one in such a report. */
const MAX_COUNTED = 100;

/** Entries left out of one kind, about one network or all that are not counted. */
interface Suppressed {
  level: LogLevel;
  kind: string;
  network: string | undefined;
  count: number;
}

/** All networks together have so many times the burst and rate of one. */
const IN_ALL = 10;

/**
 * A log of what clients cause, bounded under floods: beyond a burst it takes
 * one entry a second of one kind about one network, and says how many it left
 * out.
 */
export class SampledLog {
  readonly #logger: Logger;
  readonly #buckets: NetworkBuckets;
  readonly #total: TokenBucket;
  /** Entries left out, by kind and network. */
  readonly #suppressed = new Map<string, Suppressed>();
  #report: NodeJS.Timeout | undefined;

  /** @param burst - The number of entries at once as it is now. */
  constructor(logger: Logger, burst: () => number) {
    this.#logger = logger;
    this.#buckets = new NetworkBuckets({
      perSecond: 1,
      get burst() {
        return burst();
      },
    });
    this.#total = new TokenBucket({
      perSecond: IN_ALL,
      get burst() {
        return IN_ALL * burst();
      },
    });
  }

  /**
   * Writes an entry, or counts it among those left out.
   *
   * @param message - The same for all entries of a kind.
   * @param logger - The logger that writes it.
   */
  write(
    level: LogLevel,
    message: string,
    fields: LogFields & { network: string },
    logger = this.#logger,
  ): void {
    if (!logger.enables(level)) {
      return;
    }
    const { network } = fields;
    const key = `${level} ${message} ${network}`;
    if (this.#buckets.wait(key) > 0 || this.#total.wait > 0) {
      this.#suppress(level, message, network);
      return;
    }
    this.#buckets.take(key);
    this.#total.take(1);
    logger.write(level, message, fields);
  }

  /** Reports what was left out, and stops. */
  close(): void {
    clearTimeout(this.#report);
    this.#flush();
  }

  #suppress(level: LogLevel, kind: string, network: string): void {
    const many = this.#suppressed.size >= MAX_COUNTED;
    const own = `${kind} ${network}`;
    const [key, named] =
      many && !this.#suppressed.has(own) ? [kind, undefined] : [own, network];
    const counted = this.#suppressed.get(key);
    if (counted === undefined) {
      this.#suppressed.set(key, { level, kind, network: named, count: 1 });
    } else {
      counted.count += 1;
    }
    this.#report ??= setTimeout(() => this.#flush(), REPORT_INTERVAL).unref();
  }

  #flush(): void {
    this.#report = undefined;
    for (const { level, kind, ...fields } of this.#suppressed.values()) {
      const message = `suppressed ${fields.count} more: ${kind}`;
      this.#logger.write(level, message, fields);
    }
    this.#suppressed.clear();
  }
}
