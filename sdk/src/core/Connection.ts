import type {
  ErrorFrame,
  Method,
  NotificationFrame,
  Reply,
  ReplyFrame,
  RequestArguments,
  RequestFrame,
  ServerFrame,
} from '@atrium/protocol/protoo';
import { CLIENT_CLOSE_CODES } from '@atrium/protocol';
import type { ErrorName } from '@atrium/protocol';
import { Emitter } from './Emitter.ts';
import { FrameSocket } from './FrameSocket.ts';
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
  /** The name of the error; several have the same code. */
  readonly errorName: ErrorName;
  /** The end of the ban that is the reason, if it has one, ms since the epoch. */
  readonly until: number | undefined;

  constructor(
    method: string,
    {
      errorCode,
      errorName,
      errorReason,
      errorUntil,
    }: Omit<ErrorFrame, 'response' | 'id' | 'ok'>,
  ) {
    super(errorReason);
    this.name = `RequestError(${method})`;
    this.code = errorCode;
    this.errorName = errorName;
    this.until = errorUntil;
  }
}

/** The media server died under a request; `mediaReset` will follow. */
export function isMediaReset(error: unknown): boolean {
  return error instanceof RequestError && error.errorName === 'MEDIA_RESET';
}

type ConnectionEvents = {
  open: [];
  notification: [NotificationFrame];
  /** The connection is gone. Emitted once, and not after `close()`. */
  close: [CloseInfo];
};

/** A request that waits for its response. */
type Waiting = {
  resolve: (frame: ReplyFrame | ErrorFrame) => void;
  reject: (error: Error) => void;
};

/**
 * One protoo connection to the server, typed after the contract. It opens when
 * it is created and never reconnects.
 *
 * protoo-client is not used: it hides close codes, the names of errors and the
 * numbers of notifications, and gives up after ten attempts to connect.
 */
export class Connection extends Emitter<ConnectionEvents> {
  readonly #socket: FrameSocket;
  readonly #openTimer: ReturnType<typeof setTimeout>;
  readonly #waiting = new Map<number, Waiting>();
  #quietTimer: ReturnType<typeof setTimeout> | undefined;
  #lastId = 0;
  #opened = false;
  /** The server's word on why it is about to close the connection. */
  #closing: CloseInfo | undefined;

  constructor(url: string) {
    super();
    this.#socket = new FrameSocket(url);
    this.#openTimer = setTimeout(() => this.drop(), OPEN_TIMEOUT);
    this.#socket.on('open', () => {
      clearTimeout(this.#openTimer);
      this.#opened = true;
      this.#onHeard();
      this.emit('open');
    });
    this.#socket.on('frame', (frame) => this.#onFrame(frame));
    this.#socket.on('close', () => this.end());
  }

  /** The handshake has succeeded, now or before. */
  get opened(): boolean {
    return this.#opened;
  }

  get closed(): boolean {
    return this.#socket.closed;
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
    this.#lastId += 1;
    const id = this.#lastId;
    const frame = { request: true, id, method, data: data ?? {} };
    this.#socket.send(frame as RequestFrame);
    const answered = new Promise<ReplyFrame | ErrorFrame>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
    const timer = setTimeout(() => this.drop(), ANSWER_TIMEOUT);
    try {
      const response = await answered;
      if (!response.ok) {
        throw new RequestError(method, response);
      }
      return response.data;
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Finds out whether the connection is still open. Browsers show no pings, so
   * nothing else tells of one that was cut without a word.
   */
  ping(): void {
    this.request('ping').catch(() => {
      // What is wrong with the connection closes it, and that is told.
    });
  }

  /**
   * Treats the connection as lost: the server is asked to keep the peer for
   * another one, and the listeners are told.
   */
  drop(): void {
    this.#endWith(CLIENT_CLOSE_CODES.returning);
  }

  /** Ends the stay with the connection, and tells the listeners. */
  end(): void {
    this.#endWith(undefined);
  }

  /** Closes the connection; every request that waits for a reply rejects. */
  close(): void {
    this.#close(undefined);
  }

  #endWith(code: number | undefined): void {
    if (this.closed) {
      return;
    }
    this.#close(code);
    this.emit('close', this.#closing ?? this.#socket.closeInfo);
  }

  #close(code: number | undefined): void {
    clearTimeout(this.#openTimer);
    clearTimeout(this.#quietTimer);
    this.#socket.close(code);
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) {
      reject(new Error('The connection to the server has closed.'));
    }
  }

  #onFrame(frame: ServerFrame): void {
    this.#onHeard();
    if ('notification' in frame) {
      if (frame.method === 'closing') {
        this.#closing = frame.data;
      }
      this.emit('notification', frame);
    } else if ('response' in frame) {
      const waiting = this.#waiting.get(frame.id);
      this.#waiting.delete(frame.id);
      waiting?.resolve(frame);
    }
  }

  #onHeard(): void {
    clearTimeout(this.#quietTimer);
    this.#quietTimer = setTimeout(() => this.ping(), QUIET_TIME);
  }
}
