import { RequestError } from './Connection.ts';
import type { Connection } from './Connection.ts';
import type { Method, Reply, RequestArguments } from '@atrium/protocol/protoo';

/**
 * The channel over which a room session sends its requests: one connection after
 * another, as long as each resumes the session. Requests made in between wait
 * for the next connection, and those whose answer was lost are sent again over it,
 * with a key by which the server knows them.
 */
export class ResumableChannel {
  #connection: Connection | undefined;
  readonly #waiting: ((connection: Connection | undefined) => void)[] = [];
  #lastKey = 0;
  #ended = false;
  #closed = false;

  /** Another connection can take over. */
  get resumable(): boolean {
    return !this.#ended;
  }

  /** Continues over a connection that has joined. */
  attach(connection: Connection): void {
    this.#connection = connection;
    for (const proceed of this.#waiting.splice(0)) {
      proceed(connection);
    }
  }

  /** Lets requests wait for the next connection: this one is gone. */
  detach(): void {
    this.#connection = undefined;
  }

  /** Rejects all waiting and all further requests. */
  close(): void {
    this.#closed = true;
    this.#connection = undefined;
    for (const proceed of this.#waiting.splice(0)) {
      proceed(undefined);
    }
  }

  /** Replaces the connection by one that begins a new session. */
  end(): void {
    this.#ended = true;
    this.#connection?.end();
  }

  /** As `Connection.request`, over the current connection or the next ones. */
  async request<M extends Method>(
    method: M,
    ...[data]: RequestArguments<M>
  ): Promise<Reply<M>> {
    this.#lastKey += 1;
    const keyed = [{ ...data, requestKey: String(this.#lastKey) }];
    for (;;) {
      const connection = this.#connection ?? (await this.#next());
      if (!connection) {
        throw new Error('The connection to the server has closed.');
      }
      try {
        return await connection.request(
          method,
          ...(keyed as unknown as RequestArguments<M>),
        );
      } catch (error) {
        // A refusal is an answer.
        if (error instanceof RequestError) {
          throw error;
        }
        if (this.#connection === connection) {
          this.detach();
        }
      }
    }
  }

  /** The next connection; undefined if there is none any more. */
  async #next(): Promise<Connection | undefined> {
    return this.#closed
      ? undefined
      : new Promise((proceed) => {
          this.#waiting.push(proceed);
        });
  }
}
