import { RequestError } from './Connection.ts';
import type { Connection } from './Connection.ts';
import type { Method, Reply, RequestArguments } from '@atrium/protocol/protoo';

/**
 * The channel over which a room session sends its requests: one connection after
 * another, as long as each resumes the session. Requests made in between wait
 * for the next connection.
 */
export class ResumableChannel {
  #connection: Connection | undefined;
  readonly #waiting: ((connection: Connection | undefined) => void)[] = [];
  #pending = 0;
  #unresumable = false;
  #closed = false;

  /**
   * Another connection can take over. Not while a reply is pending: without it
   * there is no telling whether the server has acted on the request.
   */
  get resumable(): boolean {
    return this.#pending === 0 && !this.#unresumable;
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
  drop(): void {
    this.#unresumable = true;
    this.#connection?.drop();
  }

  /** As `Connection.request`, over the current connection. */
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
      throw new Error('The connection to the room has closed.');
    }
    this.#pending += 1;
    try {
      return await connection.request(method, ...data);
    } catch (error) {
      // A refusal is a reply; a lost connection leaves the outcome unknown.
      this.#unresumable ||= !(error instanceof RequestError);
      throw error;
    } finally {
      this.#pending -= 1;
    }
  }
}
