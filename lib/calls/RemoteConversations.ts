import CircuitBreaker from 'opossum';
import { z } from 'zod';

import { AppError } from '../core/errors.ts';
import { Logger } from '../core/logger.ts';
import { nameFrom } from '../core/text.ts';
import { idSchema, MAX_NAME_LENGTH } from '../core/validation.ts';
import { CONVERSATION_TYPES } from '../store/CallStore.ts';
import type { Conversation } from '../store/CallStore.ts';
import type { ConversationDirectory } from './ConversationDirectory.ts';
import { callErrors } from './errors.ts';
import type { CallsOptions } from './options.ts';

/** Failures of this share of the calls open the circuit, in percent. */
const FAILURES_TO_OPEN = 50;

/** An open circuit is tried again after this time, ms. */
const RETRY_AFTER = 10_000;

const NO_SUCH_CONVERSATION = new Set([404, 410]);

const CACHED_CONVERSATIONS = 10_000;

/** An answer longer than this, in characters, is refused. */
const MAX_ANSWER_LENGTH = 4_194_304;

/** The answer of a service, as GET /api/conversations/{id} of this server has it. */
const answerSchema = z.object({
  data: z.object({
    conversationId: z.string(),
    type: z.enum(CONVERSATION_TYPES),
    title: z.string().max(1_024).nullish(),
    members: z.array(
      z.object({
        userId: z.union([idSchema, z.int()]).transform(String),
        username: z.string().max(1_024),
      }),
    ),
  }),
});

/**
 * Conversations that a service of the operator knows: asked at most once in a
 * while for each, given up on when it is slow, and left alone for a time when
 * it fails.
 */
export class RemoteConversations implements ConversationDirectory {
  readonly #logger = new Logger('calls');
  readonly #breaker: CircuitBreaker<[string], Conversation | undefined>;
  readonly #url: string;
  readonly #options: () => CallsOptions;

  /** @param options - Section `calls`; its secret may change. */
  constructor(url: string, options: () => CallsOptions) {
    this.#url = url;
    this.#options = options;
    const { timeout, cacheTime } = options().directory;
    // The types of opossum do not know cacheSize yet.
    const settings: CircuitBreaker.Options<[string]> & { cacheSize: number } = {
      // The request aborts itself, so the breaker's own timer can be later.
      timeout: timeout + 1_000,
      errorThresholdPercentage: FAILURES_TO_OPEN,
      resetTimeout: RETRY_AFTER,
      cache: cacheTime > 0,
      cacheTTL: cacheTime,
      cacheSize: CACHED_CONVERSATIONS,
      cacheGetKey: (id) => id,
    };
    this.#breaker = new CircuitBreaker(
      (id: string) => this.#fetch(id, AbortSignal.timeout(timeout)),
      settings,
    );
    this.#breaker.on('open', () => {
      this.#logger.warn(
        'the service of conversations fails and is left alone for a time',
      );
    });
    this.#breaker.on('close', () => {
      this.#logger.info('the service of conversations answers again');
    });
  }

  async get(id: string): Promise<Conversation | undefined> {
    try {
      return await this.#breaker.fire(id);
    } catch (error) {
      this.#logger.warn('cannot learn of conversation %s: %s', id, error);
      throw new AppError(
        callErrors.DIRECTORY_UNAVAILABLE,
        'the service that knows the conversations does not answer; try again later',
        { cause: error },
      );
    }
  }

  /** Stops the breaker's timers. */
  close(): void {
    this.#breaker.shutdown();
  }

  async #fetch(
    id: string,
    signal: AbortSignal,
  ): Promise<Conversation | undefined> {
    const { secret } = this.#options();
    const response = await fetch(
      this.#url.replaceAll('{id}', encodeURIComponent(id)),
      {
        headers: {
          Accept: 'application/json',
          ...(secret !== undefined && { Authorization: `Bearer ${secret}` }),
        },
        redirect: 'error',
        signal,
      },
    );
    const text = await response.text();
    if (NO_SUCH_CONVERSATION.has(response.status)) {
      return undefined;
    }
    if (!response.ok || text.length > MAX_ANSWER_LENGTH) {
      throw new Error(
        `expected a conversation, got status ${response.status} and ${text.length} characters`,
      );
    }
    const { data } = answerSchema.parse(JSON.parse(text));
    if (data.conversationId !== id) {
      throw new Error(
        `data.conversationId: expected "${id}", got ${JSON.stringify(data.conversationId.slice(0, 60))}`,
      );
    }
    return {
      id,
      type: data.type,
      title: data.title ?? '',
      members: data.members.map(({ userId, username }) => ({
        userId,
        username: nameFrom(username, MAX_NAME_LENGTH) ?? userId,
      })),
    };
  }
}
