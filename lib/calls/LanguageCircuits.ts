import CircuitBreaker from 'opossum';

import { RecentMap } from '../core/RecentMap.ts';
import { Logger } from '../core/logger.ts';

/** Failures of this share of the requests open a circuit, in percent. */
const FAILURES_TO_OPEN = 50;

/** A circuit opens after so many requests at the earliest. */
const REQUESTS_TO_OPEN = 3;

/** An open circuit is tried again after this time, ms. */
const RETRY_AFTER = 10_000;

/** A text to translate. */
export type Translated = [text: string, source: string, target: string];

/** Data of the circuits. */
interface CircuitOptions {
  /** Circuits that are kept; the one used least recently is forgotten. */
  readonly most: number;
  /** The time after which a request has failed, ms. */
  readonly timeout: number;
  /** Tells of failures that say nothing about the language. */
  readonly isHarmless: (error: unknown) => boolean;
}

/**
 * Circuit breakers before a translator, one for each pair of languages: those
 * that fail are left alone for a time, and the others go on.
 */
export class LanguageCircuits {
  readonly #logger = new Logger('calls');
  readonly #request: (...translated: Translated) => Promise<string>;
  readonly #options: CircuitOptions;
  readonly #circuits: RecentMap<string, CircuitBreaker<Translated, string>>;

  constructor(
    request: (...translated: Translated) => Promise<string>,
    options: CircuitOptions,
  ) {
    this.#request = request;
    this.#options = options;
    this.#circuits = new RecentMap(options.most, (circuit) =>
      circuit.shutdown(),
    );
  }

  /**
   * Requests a translation.
   *
   * @throws {Error} When the request fails, or while its languages are left alone.
   */
  request(...translated: Translated): Promise<string> {
    const [, source, target] = translated;
    const pair = `${source} to ${target}`;
    let circuit = this.#circuits.get(pair);
    if (circuit === undefined) {
      circuit = this.#open(pair);
      this.#circuits.set(pair, circuit);
    }
    return circuit.fire(...translated);
  }

  /** Stops the timers. */
  close(): void {
    for (const circuit of this.#circuits.values) {
      circuit.shutdown();
    }
    this.#circuits.clear();
  }

  #open(pair: string): CircuitBreaker<Translated, string> {
    const { timeout, isHarmless } = this.#options;
    const circuit = new CircuitBreaker(this.#request, {
      timeout,
      errorThresholdPercentage: FAILURES_TO_OPEN,
      volumeThreshold: REQUESTS_TO_OPEN,
      resetTimeout: RETRY_AFTER,
      errorFilter: isHarmless,
      enableSnapshots: false,
      rollingPercentilesEnabled: false,
    });
    circuit.on('open', () => {
      this.#logger.warn(
        'the translator fails from %s, which is left alone for a time',
        pair,
      );
    });
    circuit.on('close', () => {
      this.#logger.info('the translator answers again from %s', pair);
    });
    return circuit;
  }
}
