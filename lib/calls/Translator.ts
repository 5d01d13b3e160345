import { z } from 'zod';

import { Logger } from '../core/logger.ts';
import { RecentMap } from '../core/RecentMap.ts';
import { LanguageCircuits } from './LanguageCircuits.ts';
import type { Translated } from './LanguageCircuits.ts';
import type { CallsOptions } from './options.ts';

const answerSchema = z.object({ translatedText: z.string().max(100_000) });

/** An answer longer than this is no translation, characters. */
const MAX_ANSWER_LENGTH = 400_000;

/** A text that the service refuses, such as one in a language that it lacks. */
class TextRefused extends Error {}

/**
 * A server that translates and speaks the HTTP API of LibreTranslate: given up
 * on when it is slow, and left alone for a time with languages that fail.
 */
export class Translator {
  readonly #logger = new Logger('calls');
  readonly #options: CallsOptions['translator'];
  readonly #url: string;
  readonly #circuits: LanguageCircuits;
  readonly #translations: RecentMap<string, string>;
  /** Requests under way. */
  #requests = 0;

  /** @param options - Section `calls.translator`, with its URL. */
  constructor(url: string, options: CallsOptions['translator']) {
    this.#options = options;
    this.#url = `${url.replace(/\/+$/, '')}/translate`;
    this.#translations = new RecentMap(options.cachedTexts);
    this.#circuits = new LanguageCircuits(
      (...translated) => this.#request(...translated),
      {
        most: options.languages,
        // The request aborts itself, so the breaker's own timer can be later.
        timeout: options.timeout + 1_000,
        isHarmless: (error) => error instanceof TextRefused,
      },
    );
  }

  /**
   * Translates a text.
   *
   * @returns Undefined when the translator fails, has too much to do, or is left
   *   alone with the languages.
   */
  async translate(...translated: Translated): Promise<string | undefined> {
    const key = JSON.stringify(translated);
    const known = this.#translations.get(key);
    if (known !== undefined) {
      return known;
    }
    const { requests } = this.#options;
    if (this.#requests >= requests) {
      this.#logger.debug('no translation: %d texts are translated', requests);
      return undefined;
    }
    this.#requests += 1;
    try {
      const translation = await this.#circuits.request(...translated);
      this.#translations.set(key, translation);
      return translation;
    } catch (error) {
      this.#logger.debug('no translation: %s', error);
      return undefined;
    } finally {
      this.#requests -= 1;
    }
  }

  /** Stops the timers of the circuits. */
  close(): void {
    this.#circuits.close();
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
