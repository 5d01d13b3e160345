import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

/**
 * Metrics that are brought up to date when they are scraped, all of them by one
 * reading. Scrapes at the same time share it.
 */
export class ObservedMetrics {
  readonly #registry: Registry;
  readonly #read: () => Promise<void>;
  #reading: Promise<void> | undefined;

  /** @param read - Sets every metric that has been declared. */
  constructor(registry: Registry, read: () => Promise<void>) {
    this.#registry = registry;
    this.#read = read;
  }

  /** Declares a gauge. */
  gauge<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
  ): Gauge<Label> {
    return new Gauge({ name, help, labelNames, ...this.#options });
  }

  /** Declares a counter of something that is counted elsewhere. */
  counter<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
  ): Counter<Label> {
    return new Counter({ name, help, labelNames, ...this.#options });
  }

  get #options() {
    return {
      registers: [this.#registry],
      // prom-client waits for it before it prints the metric.
      collect: (): Promise<void> => this.#collect(),
    };
  }

  #collect(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }
}
