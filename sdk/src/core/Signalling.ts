import { socketUrl } from './address.ts';
import type { Address } from './address.ts';
import { refusalOf } from './admission.ts';
import { Connection } from './Connection.ts';
import { Emitter } from './Emitter.ts';
import { CLOSE_FOR_GOOD } from './wire.ts';
import type { Refusal } from './Refusal.ts';
import type { CloseInfo } from './wire.ts';

/** The longest pause between two attempts, in milliseconds. */
const MAX_RETRY_DELAY = 8_000;

/** The end of a connection for good: the server closed it, or lets no one in. */
export type SignallingEnd =
  | { cause: 'closed'; reason: string; why: CloseInfo['name'] }
  | { cause: 'refused'; refusal: Refusal };

type SignallingEvents = {
  /** A connection is open. Each is a new one: nothing of the last is left. */
  connected: [Connection];
  /** There is no connection, and `attempt` attempts in a row have failed. */
  disconnected: [CloseInfo, attempt: number];
  /**
   * An attempt failed, because of the server's reason or, without one, because
   * it does not answer. It is tried again.
   */
  refused: [Refusal | undefined];
  /** There is no further attempt. */
  ended: [SignallingEnd];
};

/** Keeps a connection to the server: whenever it is lost, tries again. */
export class Signalling extends Emitter<SignallingEvents> {
  readonly #address: Address;
  #connection: Connection | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #closed = false;

  constructor({ url, roomId, peerId, token }: Address) {
    super();
    this.#address = { url, roomId, peerId, token };
  }

  /** Makes the first attempt, or the next one without waiting any longer. */
  connect(): void {
    if (this.#closed || this.#connection) {
      return;
    }
    clearTimeout(this.#retryTimer);
    let connection: Connection;
    try {
      connection = new Connection(socketUrl(this.#address));
    } catch (error) {
      const refusal: Refusal = {
        code: 'WEBSOCKETS_UNAVAILABLE',
        final: true,
        message: (error as Error).message,
      };
      // The caller listens for the end only once this has returned.
      queueMicrotask(() => this.#end({ cause: 'refused', refusal }));
      return;
    }
    this.adopt(connection);
  }

  /** Makes the first attempt with a connection that was opened before. */
  adopt(connection: Connection): void {
    this.#connection = connection;
    connection.on('close', (info) => {
      this.#lost(info);
      if (!connection.opened) {
        void this.#askWhy();
      }
    });
    if (connection.opened) {
      this.emit('connected', connection);
    } else {
      connection.on('open', () => this.emit('connected', connection));
    }
  }

  /** Says that the connection is of use: the next loss is a first one. */
  confirm(): void {
    this.#attempt = 0;
  }

  /** Closes the connection and stops trying; nothing is emitted any more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#retryTimer);
    this.#connection?.close();
    this.#connection = undefined;
  }

  #lost(info: CloseInfo): void {
    this.#connection = undefined;
    if (info.code === CLOSE_FOR_GOOD) {
      this.#end({ cause: 'closed', reason: info.reason, why: info.name });
      return;
    }
    this.#attempt += 1;
    // Doubling pauses spare a server that is down, and the random share keeps
    // a whole room from coming back in the same instant.
    const longest = Math.min(500 * 2 ** this.#attempt, MAX_RETRY_DELAY);
    const delay =
      longest * (0.5 + Math.random() / 2) + (info.retryAfter ?? 0) * 1_000;
    this.#retryTimer = setTimeout(() => this.connect(), delay);
    this.emit('disconnected', info, this.#attempt);
  }

  /** Gives up where the server has a reason not to let the user in that stays. */
  async #askWhy(): Promise<void> {
    const refusal = await refusalOf(this.#address);
    if (this.#closed) {
      return;
    }
    if (refusal?.final) {
      this.#end({ cause: 'refused', refusal });
    } else {
      this.emit('refused', refusal);
    }
  }

  #end(end: SignallingEnd): void {
    this.close();
    this.emit('ended', end);
  }
}
