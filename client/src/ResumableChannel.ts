import { RequestError } from './Connection.ts';
import type { Connection } from './Connection.ts';
import type { Method, Reply, RequestArguments } from './protocol.ts';

/**
 * What the media of a stay asks the server through: one connection after the
 * other, as long as each takes over from the last. Requests that are made in
 * between wait for the next.
 */
export class ResumableChannel {
  #connection: Connection | undefined;
  readonly #waiting: ((connection: Connection | undefined) => void)[] = [];
  #pending = 0;
  #spoilt = false;
  #closed = false;

  /**
   * Whether another connection may take over. Not where an answer is still to
   * come: what was asked may have been done or not.
   */
  get resumable(): boolean {
    return this.#pending === 0 && !this.#spoilt;
  }

  /** Goes on over a connection that has joined. */
  attach(connection: Connection): void {
    this.#connection = connection;
    for (const proceed of this.#waiting.splice(0)) {
      proceed(connection);
    }
  }

  /** Waits for the next connection: this one is gone. */
  detach(): void {
    this.#connection = undefined;
  }

  /** Rejects whatever waits, and whatever is asked from now on. */
  close(): void {
    this.#closed = true;
    this.#connection = undefined;
    for (const proceed of this.#waiting.splice(0)) {
      proceed(undefined);
    }
  }

  /** Leaves the connection for a new one, which does not take over. */
  drop(): void {
    this.#spoilt = true;
    this.#connection?.drop();
  }

  /** As `Connection.request`, over the connection of the moment. */
  async request<M extends Method>(
    method: M,
    ...data: RequestArguments<M>
  ): Promise<Reply<M>> {
    const connection =
      this.#connection ??
      (this.#closed
        ? undefined
        : await new Promise<Connection | undefined>((proceed) => {
            this.#waiting.push(proceed);
          }));
    if (!connection) {
      throw new Error('The stay in the room has ended.');
    }
    this.#pending += 1;
    try {
      return await connection.request(method, ...data);
    } catch (error) {
      // A refusal is an answer; a lost connection is none.
      this.#spoilt ||= !(error instanceof RequestError);
      throw error;
    } finally {
      this.#pending -= 1;
    }
  }
}
