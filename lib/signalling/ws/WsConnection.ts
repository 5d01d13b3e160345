import { EventEmitter } from 'node:events';

import type { WebSocket } from 'ws';

import { TokenBucket } from '../../limits/TokenBucket.ts';
import type { Config } from '../../config/load.ts';
import { AppError, coreErrors } from '../../core/errors.ts';
import { CLOSE_CODES } from '../closeCodes.ts';
import type { CloseCode, CloseReason } from '../closeCodes.ts';

/** A client that was told to close and has not within this time is cut off. */
const CLOSE_TIMEOUT = 1_000;

/** A peer is gone when this many pings in a row stayed unanswered. */
const MISSED_PINGS = 2;

/** The share of a ping interval in which the last of them may be answered. */
const LAST_CHANCE = 0.4;

/** What ws reports where no close frame came (RFC 6455, 7.1.5). */
const NO_GOODBYE = 1006;

/** What ws has to be told of the bytes of a text. */
const AS_TEXT = { binary: false };

/** A message counts once more for each so many bytes. */
const BYTES_PER_TOKEN = 16_384;

/** A request that fails counts once more for each so many bytes. */
const FAILED_BYTES_PER_TOKEN = 1_024;

/** What a request holds until it is answered, beside its bytes. */
const REQUEST_OVERHEAD = 512;

/** A request that is not answered yet; disposed of when it is. */
export interface PendingRequest extends Disposable {
  /** Counts the request as one that failed, which costs more. */
  fail(): void;
}

/** The end of a connection, for the log and the metrics. */
export interface Ending {
  /**
   * The close code by which the server closed it; or `client`, which closed it
   * itself, `lost`, which ended without a close frame, `silent`, which did not
   * answer pings, or `protocolError`.
   */
  reason: CloseCode | 'client' | 'lost' | 'silent' | 'protocolError';
  /** The WebSocket close code. */
  code: number;
  /** The option that set the limit, where one was met. */
  option?: string | undefined;
  /** The close reason that the client was told. */
  detail?: string | undefined;
}

const SILENT: Ending = {
  reason: 'silent',
  code: NO_GOODBYE,
  option: 'signalling.pingInterval',
};

interface ConnectionEvents {
  /** A text frame. */
  message: [text: string];
  /** A ping follows whatever was sent until now. */
  ping: [];
  /** The last ping was answered: what was sent before it has arrived. */
  pong: [];
  /** The connection is gone, `broken` if without a goodbye; emitted once. */
  close: [broken: boolean];
}

/** One client's WebSocket: text frames only, and watched for life. */
export class Connection extends EventEmitter<ConnectionEvents> {
  /** The id of the request that opened it. */
  readonly id: string;
  /** The network that the client is in. */
  readonly network: string;
  /** When it was opened, ms since the epoch. */
  readonly since = Date.now();
  readonly #socket: WebSocket;
  readonly #limits: Config['limits'];
  readonly #bucket: TokenBucket;
  #tokens = 0;
  /** The length of the message that came last, bytes. */
  #newest = 0;
  /** What unanswered requests hold, bytes. */
  #pending = 0;
  #tooSlow = false;
  #flooding = false;
  #ending: Ending | undefined;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #pingInterval: number;
  #pings = 0;
  /** The newest ping that was answered, and with it all before. */
  #answered = 0;
  /** The pings on the heartbeat since a ping was answered. */
  #missed = 0;
  #lastChance: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    socket: WebSocket,
    { signalling, limits }: Config,
    network: string,
    id: string,
  ) {
    super();
    this.network = network;
    this.id = id;
    this.#limits = limits;
    this.#bucket = new TokenBucket(() => ({
      perSecond: limits.messagesPerSecond,
      burst: limits.messageBurst,
    }));
    this.#socket = socket;
    this.#pingInterval = signalling.pingInterval;
    socket.on('message', (data: Buffer, isBinary) => {
      this.#newest = data.length;
      this.#count(data.length);
      if (this.#closed || this.#flooding) {
        return;
      }
      if (isBinary) {
        this.close('notText', 'expected a text frame, got a binary one');
        return;
      }
      this.emit('message', data.toString());
    });
    socket.on('ping', (data) => this.#count(data.length));
    socket.on('pong', (data) => {
      this.#count(data.length);
      this.#receivePong(data.toString());
    });
    // A frame against the rules: ws says goodbye itself, with the code that
    // fits.
    socket.on('error', (error) => this.#depart(violation(error)));
    socket.on('close', (code) => this.#end(departure(code)));
    this.#heartbeat = setInterval(() => this.#beat(), signalling.pingInterval);
  }

  /** The reason of its end, once there is one. */
  get ending(): Ending | undefined {
    return this.#ending;
  }

  /** Whether nothing can be sent any more. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Sends a text frame, given as its text or its bytes; silently dropped once
   * the connection is closed. A client that lets too much wait to be read is
   * closed instead, but not before whoever sends has finished what it is about:
   * other clients may be next.
   */
  send(text: string | Buffer): void {
    if (this.#closed || this.#tooSlow) {
      return;
    }
    const { sendBufferBytes } = this.#limits;
    if (this.#socket.bufferedAmount <= sendBufferBytes) {
      this.#socket.send(text, AS_TEXT);
      return;
    }
    this.#tooSlow = true;
    queueMicrotask(() => {
      this.close(
        'slowReader',
        `limits.sendBufferBytes: expected at most ${sendBufferBytes} bytes to wait to be read`,
      );
    });
  }

  /**
   * Takes the message that came last for a request, if the client keeps to its
   * rate and does not have too much unanswered already.
   *
   * @throws {AppError} LIMIT_REACHED.
   */
  admit(): PendingRequest {
    this.#requirePace();
    const bytes = this.#newest;
    const held = bytes + REQUEST_OVERHEAD;
    const { pendingBytes } = this.#limits;
    if (this.#pending + held > pendingBytes) {
      throw new AppError(
        coreErrors.LIMIT_REACHED,
        `limits.pendingBytes: expected at most ${pendingBytes} bytes of requests that are not answered yet, got more; wait for answers`,
      );
    }
    this.#pending += held;
    return {
      fail: () => this.#take(Math.floor(bytes / FAILED_BYTES_PER_TOKEN)),
      [Symbol.dispose]: () => {
        this.#pending -= held;
      },
    };
  }

  #requirePace(): void {
    if (this.#tokens < 0) {
      const { messagesPerSecond } = this.#limits;
      throw new AppError(
        coreErrors.LIMIT_REACHED,
        `limits.messagesPerSecond: expected at most ${messagesPerSecond} messages a second, got more; wait, or the connection will be closed`,
        { option: 'limits.messagesPerSecond' },
      );
    }
  }

  /**
   * Says goodbye. Whatever still comes in is ignored, and a client that does
   * not answer the close frame is cut off.
   *
   * @param reason - Shown to the client; at most 123 bytes go into the frame.
   */
  close(name: CloseCode, reason: string): void {
    if (this.#closed) {
      return;
    }
    const { code, option }: CloseReason = CLOSE_CODES[name];
    this.#socket.close(code, truncate(reason, 123));
    this.#depart({ reason: name, code, option, detail: reason });
  }

  /**
   * Asks the client to confirm what was sent until now, unless it is asked
   * already.
   */
  probe(): void {
    if (!this.#closed && this.#answered === this.#pings) {
      this.#ping();
    }
  }

  /** Cuts the connection without a word. */
  terminate(): void {
    this.#socket.terminate();
  }

  #count(bytes: number): void {
    this.#take(1 + Math.floor(bytes / BYTES_PER_TOKEN));
  }

  /**
   * Takes tokens. A client that does not slow down when told so is not read any
   * more, and closed when the answers to what came before are out.
   */
  #take(tokens: number): void {
    this.#tokens = this.#bucket.take(tokens);
    const { messagesPerSecond, messageBurst } = this.#limits;
    if (this.#tokens >= -messageBurst || this.#flooding) {
      return;
    }
    this.#flooding = true;
    this.#socket.pause();
    setImmediate(() => {
      this.close(
        'flooding',
        `limits.messagesPerSecond: expected at most ${messagesPerSecond} messages a second, got far more`,
      );
    });
  }

  /**
   * The last ping that may stay unanswered gets less than an interval: so a
   * client is gone within two and a half of its last pong. Whatever else it
   * sends does not tell that it receives.
   */
  #beat(): void {
    this.#ping();
    this.#missed += 1;
    if (this.#missed === MISSED_PINGS) {
      this.#lastChance = setTimeout(() => {
        if (this.#missed >= MISSED_PINGS) {
          this.#ending ??= SILENT;
          this.terminate();
        }
      }, this.#pingInterval * LAST_CHANCE);
    }
  }

  #ping(): void {
    this.emit('ping');
    this.#pings += 1;
    this.#socket.ping(String(this.#pings));
  }

  /** A pong of any ping proves life; one of the newest confirms what was sent. */
  #receivePong(payload: string): void {
    const number = Number(payload);
    if (this.#closed || !(number > this.#answered && number <= this.#pings)) {
      return;
    }
    this.#answered = number;
    this.#missed = 0;
    if (number === this.#pings) {
      this.emit('pong');
    }
  }

  /** The goodbye is on its way; whoever does not answer it is cut off. */
  #depart(ending: Ending): void {
    if (this.#closed) {
      return;
    }
    const cutOff = setTimeout(() => this.#socket.terminate(), CLOSE_TIMEOUT);
    this.#socket.once('close', () => clearTimeout(cutOff));
    this.#end(ending);
  }

  #end(ending: Ending): void {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    this.#ending ??= ending;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#lastChance);
    this.emit('close', this.#ending.code === NO_GOODBYE);
  }
}

/** The end of a connection whose client broke the rules of WebSocket. */
function violation(error: Error & { code?: string }): Ending {
  if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') {
    return { ...CLOSE_CODES.tooBig, reason: 'tooBig', detail: error.message };
  }
  const { code } = CLOSE_CODES.notTheProtocol;
  return { reason: 'protocolError', code, detail: error.message };
}

/** The end of a connection that the server did not close. */
function departure(code: number): Ending {
  return { reason: code === NO_GOODBYE ? 'lost' : 'client', code };
}

/** Cuts a text to a number of UTF-8 bytes without splitting a character. */
function truncate(text: string, bytes: number): string {
  const buffer = Buffer.from(text);
  if (buffer.length <= bytes) {
    return text;
  }
  return new TextDecoder().decode(buffer.subarray(0, bytes), { stream: true });
}
