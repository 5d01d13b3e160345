import { Peer } from 'protoo-client';
import { Emitter } from './Emitter.ts';
import { SocketTransport } from './SocketTransport.ts';
import type {
  Method,
  Notification,
  Reply,
  RequestArguments,
} from '@atrium/protocol/protoo';
import type { CloseInfo } from './wire.ts';

/** The longest that the socket may take to open, ms. */
const OPEN_TIMEOUT = 10_000;

/** The longest that the server may take to answer a request, ms. */
const ANSWER_TIMEOUT = 10_000;

/** After how long a silence the server is asked for an answer, in milliseconds. */
const QUIET_TIME = 15_000;

/** The server answered a request with an error. */
export class RequestError extends Error {
  readonly code: number;

  constructor(method: string, code: number, reason: string) {
    super(reason);
    this.name = `RequestError(${method})`;
    this.code = code;
  }
}

/** The media server died under a request; `mediaReset` will follow. */
export function isMediaReset(error: unknown): boolean {
  return error instanceof RequestError && error.code === 503;
}

type ConnectionEvents = {
  open: [];
  notification: [Notification];
  /** The connection is gone. Emitted once, and not after `close()`. */
  close: [CloseInfo];
};

/**
 * One protoo connection to the server, typed after the contract. It opens when
 * it is created and never reconnects.
 */
export class Connection extends Emitter<ConnectionEvents> {
  readonly #transport: SocketTransport;
  readonly #peer: Peer;
  readonly #openTimer: ReturnType<typeof setTimeout>;
  #quietTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string) {
    super();
    this.#transport = new SocketTransport(url);
    this.#peer = new Peer(this.#transport);
    this.#openTimer = setTimeout(() => this.drop(), OPEN_TIMEOUT);
    this.#peer.on('open', () => {
      clearTimeout(this.#openTimer);
      this.#onHeard();
      this.emit('open');
    });
    this.#transport.on('message', () => this.#onHeard());
    this.#peer.on('disconnected', () => this.drop());
    this.#peer.on('notification', (notification) =>
      this.emit('notification', notification as Notification),
    );
    this.#peer.on('request', (request, _accept, reject) =>
      reject(
        404,
        `This client does not support the request "${request.method}".`,
      ),
    );
  }

  get closed(): boolean {
    return this.#peer.closed;
  }

  /**
   * Sends a request and waits for its reply. Rejects with a RequestError when
   * the server refused it, with a plain Error when the connection is gone. A
   * server that does not answer in time counts as gone.
   */
  async request<M extends Method>(
    method: M,
    ...[data]: RequestArguments<M>
  ): Promise<Reply<M>> {
    const timer = setTimeout(() => this.drop(), ANSWER_TIMEOUT);
    try {
      const reply = await this.#peer.request(method, data);
      return reply as Reply<M>;
    } catch (error) {
      if (error instanceof Error && 'code' in error) {
        throw new RequestError(method, Number(error.code), error.message);
      }
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Finds out whether the connection still stands. Browsers show no pings, so
   * nothing else tells of one that was cut without a word.
   */
  ping(): void {
    this.request('ping').catch(() => {
      // What is wrong with the connection closes it, and that is told.
    });
  }

  /** Treats the connection as lost: closes it and tells the listeners. */
  drop(): void {
    if (this.closed) {
      return;
    }
    this.close();
    this.emit('close', this.#transport.closeInfo);
  }

  /** Closes the connection; every request that waits for a reply rejects. */
  close(): void {
    clearTimeout(this.#openTimer);
    clearTimeout(this.#quietTimer);
    this.#peer.close();
  }

  #onHeard(): void {
    clearTimeout(this.#quietTimer);
    this.#quietTimer = setTimeout(() => this.ping(), QUIET_TIME);
  }
}
