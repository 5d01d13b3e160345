import type { Live } from '../core/Live.ts';
import type { Limits } from '../limits/options.ts';
import { AppError, coreErrors } from '../core/errors.ts';
import { TokenBucket } from '../limits/TokenBucket.ts';
import type { Rate } from '../limits/TokenBucket.ts';
import type { Arrival, PendingRequest } from './ClientLink.ts';

/** A message counts once more for each so many bytes. */
const BYTES_PER_TOKEN = 16_384;

/** A request with a list counts once more for each so many entries. */
const ENTRIES_PER_TOKEN = 10;

/** A request that fails counts once more for each so many bytes. */
const FAILED_BYTES_PER_TOKEN = 1_024;

/** The memory that a request takes until it is answered, beside its bytes. */
const REQUEST_OVERHEAD = 512;

/** The connection of a client that may send too much. */
export interface FloodingSender {
  /**
   * Called for each message of a client that does not slow down after being
   * refused, with a sentence for it.
   */
  stopFlood(problem: string): void;
}

/**
 * The messages that one client may send: their rate, and the bytes of requests
 * that wait for answers. Reads the limits again for every message, so a change
 * of the configuration reaches open connections.
 */
export class MessageAllowance implements Rate {
  readonly #limits: Live<Limits>;
  readonly #sender: FloodingSender;
  readonly #bucket = new TokenBucket(this);
  /** The size of unanswered requests, bytes. */
  #pending = 0;

  constructor(limits: Live<Limits>, sender: FloodingSender) {
    this.#limits = limits;
    this.#sender = sender;
  }

  get perSecond(): number {
    return this.#limits.messagesPerSecond;
  }

  get burst(): number {
    return this.#limits.messageBurst;
  }

  /** Counts a message, or a control frame, of so many bytes. */
  count(bytes: number): Arrival {
    const left = this.#take(1 + Math.floor(bytes / BYTES_PER_TOKEN));
    return {
      admit: () => {
        if (left < 0) {
          throw this.#tooFast();
        }
        return this.#admit(bytes);
      },
    };
  }

  /** @throws {AppError} LIMIT_REACHED. */
  #admit(bytes: number): PendingRequest {
    const held = bytes + REQUEST_OVERHEAD;
    const { pendingBytes } = this.#limits;
    if (this.#pending + held > pendingBytes) {
      throw new AppError(
        coreErrors.LIMIT_REACHED,
        `limits.pendingBytes: expected at most ${pendingBytes} bytes of unanswered requests, got more; wait for answers`,
        { option: 'limits.pendingBytes' },
      );
    }
    this.#pending += held;
    return {
      countEntries: (entries) => {
        const tokens = Math.floor(entries / ENTRIES_PER_TOKEN);
        if (tokens > 0 && this.#take(tokens) < 0) {
          throw this.#tooFast();
        }
      },
      fail: () => {
        this.#take(Math.floor(bytes / FAILED_BYTES_PER_TOKEN));
      },
      [Symbol.dispose]: () => {
        this.#pending -= held;
      },
    };
  }

  #tooFast(): AppError {
    const { messagesPerSecond } = this.#limits;
    return new AppError(
      coreErrors.LIMIT_REACHED,
      `limits.messagesPerSecond: expected at most ${messagesPerSecond} messages a second, got more; wait, or the connection will be closed`,
      { option: 'limits.messagesPerSecond' },
    );
  }

  /** @returns The number of tokens left, negative when there were too few. */
  #take(tokens: number): number {
    const left = this.#bucket.take(tokens);
    const { messagesPerSecond, messageBurst } = this.#limits;
    if (left < -messageBurst) {
      this.#sender.stopFlood(
        `limits.messagesPerSecond: expected at most ${messagesPerSecond} messages a second, got far more`,
      );
    }
    return left;
  }
}
