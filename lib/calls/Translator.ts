import CircuitBreaker from 'opossum';
import { z } from 'zod';

import { Logger } from '../core/logger.ts';
import type { CallsOptions } from './options.ts';

const answerSchema = z.object({ translatedText: z.string().max(100_000) });

/** Failures of this share of the requests open the circuit, in percent. */
const FAILURES_TO_OPEN = 50;

/** The circuit opens after so many requests at the earliest. */
const REQUESTS_TO_OPEN = 3;

/** An open circuit is tried again after this time, ms. */
const RETRY_AFTER = 10_000;

/** An answer longer than this is no translation, characters. */
const MAX_ANSWER_LENGTH = 400_000;

/** A text that the service refuses, such as one in a language that it lacks. */
class TextRefused extends Error {}

type Translated = [text: string, source: string, target: string];

/**
 * A server that translates and speaks the HTTP API of LibreTranslate: given up
 * on when it is slow, and left alone for a time when it fails.
 */
export class Translator {
  readonly #logger = new Logger('calls');
  readonly #options: CallsOptions['translator'];
  readonly #url: string;
  readonly #breaker: CircuitBreaker<Translated, string>;

  /** @param options - Section `calls.translator`, with its URL. */
  constructor(url: string, options: CallsOptions['translator']) {
    this.#options = options;
    this.#url = `${url.replace(/\/+$/, '')}/translate`;
    // The types of opossum do not know cacheSize yet.
    const settings: CircuitBreaker.Options<Translated> & { cacheSize: number } =
      {
        // The request aborts itself, so the breaker's own timer can be later.
        timeout: options.timeout + 1_000,
        errorThresholdPercentage: FAILURES_TO_OPEN,
        volumeThreshold: REQUESTS_TO_OPEN,
        resetTimeout: RETRY_AFTER,
        // Participants choose their languages, and the service goes on to
        // translate to those that it has.
        errorFilter: (error: unknown) => error instanceof TextRefused,
        capacity: options.requests,
        cache: true,
        cacheTTL: 0,
        cacheSize: options.cachedTexts,
        cacheGetKey: (...translated) => JSON.stringify(translated),
      };
    this.#breaker = new CircuitBreaker(
      (...translated: Translated) => this.#request(...translated),
      settings,
    );
    this.#breaker.on('open', () => {
      this.#logger.warn('the translator fails and is left alone for a time');
    });
    this.#breaker.on('close', () => {
      this.#logger.info('the translator answers again');
    });
  }

  /**
   * Translates a text.
   *
   * @returns Undefined when the translator fails, or is left alone.
   */
  async translate(...translated: Translated): Promise<string | undefined> {
    try {
      return await this.#breaker.fire(...translated);
    } catch (error) {
      this.#logger.debug('no translation: %s', error);
      return undefined;
    }
  }

  /** Stops the breaker's timers. */
  close(): void {
    this.#breaker.shutdown();
  }

  async #request(
    text: string,
    source: string,
    target: string,
  ): Promise<string> {
    const { timeout, apiKey } = this.#options;
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: {
        Accept: 'application/json',
        'Content-Type': 'application/json',
      },
      body: JSON.stringify({
        q: text,
        source,
        target,
        format: 'text',
        ...(apiKey !== undefined && { api_key: apiKey }),
      }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeout),
    });
    const answer = await response.text();
    if (response.status === 400) {
      throw new TextRefused(
        `expected a translation to ${target}, got status 400`,
      );
    }
    if (!response.ok || answer.length > MAX_ANSWER_LENGTH) {
      throw new Error(
        `expected a translation, got status ${response.status} and ${answer.length} characters`,
      );
    }
    return answerSchema.parse(JSON.parse(answer)).translatedText;
  }
}
