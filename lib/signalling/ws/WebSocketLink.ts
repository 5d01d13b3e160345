import type { Writable } from 'node:stream';

import type { WebSocket } from 'ws';

import type { Live } from '../../core/Live.ts';
import { OpenRequests } from '../../core/OpenRequests.ts';
import type { Absence } from '../../rooms/Resumption.ts';
import type { Limits } from '../../limits/options.ts';
import type { SessionSections } from '../options.ts';
import { CLIENT_CLOSE_CODES, CLOSE_CODES, closingFor } from '../closeCodes.ts';
import type {
  CloseCode,
  CloseDetails,
  CloseReason,
  Closing,
} from '../closeCodes.ts';
import type {
  ClientLink,
  CloseListener,
  DeliveryListener,
  MessageListener,
} from '../ClientLink.ts';
import { MessageAllowance } from '../MessageAllowance.ts';
import type { SendBudget, Sender } from '../SendBudget.ts';
import { VIOLATION } from './ServerWebSocket.ts';
import { WriteBursts } from './WriteBursts.ts';
import type { Held } from './WriteBursts.ts';

/** Time for a client to answer a close frame before it is cut off, ms. */
const CLOSE_TIMEOUT = 1_000;

/** The number of unanswered pings in a row after which a client is gone. */
const MISSED_PINGS = 2;

/** The share of a ping interval in which the last of them can be answered. */
const LAST_CHANCE = 0.4;

/** The code that ws reports if no close frame came (RFC 6455, 7.1.5). */
const NO_GOODBYE = 1006;

/** Maximum size of held-back frames, bytes: the contents of one TLS record. */
const BURST_BYTES = 16_384;

/** One for all connections, which have one event loop. */
const bursts = new WriteBursts();

/** Has ws send bytes as a text frame. */
const AS_TEXT = { binary: false };

/** The end of a connection, for the log and the metrics. */
export interface Ending {
  /**
   * The close code by which the server closed it; or `client` if the client
   * closed it, `returning` if it did to come back, `lost` if it ended without a
   * close frame, `silent` if pings were not answered, `protocolError`, or
   * `handedOver` if another node serves the client from then on.
   */
  reason:
    | CloseCode
    | 'client'
    | 'returning'
    | 'lost'
    | 'silent'
    | 'protocolError'
    | 'handedOver';
  /** The WebSocket close code. */
  code: number;
  /** The option of the limit that was reached, if it was one. */
  option?: string | undefined;
  /** The close reason sent to the client. */
  detail?: string | undefined;
}

const SILENT: Ending = {
  reason: 'silent',
  code: NO_GOODBYE,
  option: 'signalling.pingInterval',
};

/** A message that waits, with the verdict about it. */
type Kept = Parameters<MessageListener>;

const HANDED_OVER: Ending = {
  reason: 'handedOver',
  code: CLOSE_CODES.moved.code,
};

/** One client's WebSocket: text frames only, kept alive by pings. */
export class WebSocketLink implements ClientLink, Sender, Held {
  readonly id: string;
  readonly network: string;
  /** The time of its opening, ms since the epoch. */
  readonly since = Date.now();
  readonly requests = new OpenRequests();
  readonly #socket: WebSocket;
  /** The stream below it. */
  readonly #stream: Writable;
  #held = false;
  readonly #limits: Live<Limits>;
  readonly #budget: SendBudget;
  readonly #allowance: MessageAllowance;
  #closeListeners: readonly CloseListener[] = [];
  #listener: MessageListener | undefined;
  /** The messages that came since {@link hold}; undefined while nothing is held. */
  #kept: Kept[] | undefined;
  #delivery: DeliveryListener | undefined;
  #encodeClosing: ((closing: Closing) => string) | undefined;
  #tooSlow = false;
  #flooding = false;
  #ending: Ending | undefined;
  #closed = false;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #pingInterval: number;
  #pings = 0;
  /** The newest ping that was answered, which answers all before it. */
  #answered = 0;
  /** The number of heartbeats since a ping was answered. */
  #missed = 0;
  #lastChance: NodeJS.Timeout | undefined;

  /**
   * @param stream - The stream below the socket.
   * @param budget - The bound on the data that waits on all links.
   */
  constructor(
    socket: WebSocket,
    stream: Writable,
    config: Pick<SessionSections, 'limits' | 'signalling'>,
    budget: SendBudget,
    network: string,
    id: string,
  ) {
    this.#budget = budget;
    this.network = network;
    this.id = id;
    this.#limits = config.limits;
    this.#allowance = new MessageAllowance(config.limits, this);
    this.#socket = socket;
    this.#stream = stream;
    this.#pingInterval = config.signalling.pingInterval;
    socket.on('message', (data: Buffer, isBinary) => {
      const arrival = this.#allowance.count(data.length);
      if (this.closed || this.#flooding) {
        return;
      }
      if (isBinary) {
        this.close('notText', 'expected a text frame, got a binary one');
        return;
      }
      this.#take(data.toString(), arrival);
    });
    socket.on('ping', (data) => this.#allowance.count(data.length));
    socket.on('pong', (data) => {
      this.#allowance.count(data.length);
      this.#receivePong(data.toString());
    });
    // A frame against the rules: ws says goodbye itself, with the code that
    // fits, and reports the error afterwards.
    socket.on(VIOLATION, (code: number) =>
      this.#announce({ code, name: 'protocol', reason: ruleOf(code) }),
    );
    socket.on('error', (error) => this.#depart(violation(error)));
    socket.on('close', (code) => this.#end(departure(code)));
    this.#heartbeat = setInterval(() => this.#beat(), this.#pingInterval);
  }

  /** The reason for its end, once it has ended. */
  get ending(): Ending | undefined {
    return this.#ending;
  }

  get closed(): boolean {
    return this.#closed;
  }

  onMessage(listener: MessageListener): void {
    this.#listener = listener;
  }

  onClosing(encode: (closing: Closing) => string): void {
    this.#encodeClosing = encode;
  }

  onDelivery(listener: DeliveryListener): void {
    this.#delivery = listener;
  }

  onClose(listener: CloseListener): void {
    // Unlike a list that is spread, this one has no room for more.
    this.#closeListeners = this.#closeListeners.concat(listener);
  }

  send(text: string | Buffer): void {
    if (this.closed || this.#tooSlow) {
      return;
    }
    const { sendBufferBytes } = this.#limits;
    if (this.#socket.bufferedAmount <= sendBufferBytes) {
      this.#hold();
      this.#socket.send(text, AS_TEXT);
      if (this.#stream.writableLength >= BURST_BYTES) {
        this.flush();
      }
      return;
    }
    this.#giveUp(
      'limits.sendBufferBytes',
      `expected at most ${sendBufferBytes} unread bytes`,
    );
  }

  flush(): void {
    if (this.#held) {
      this.#held = false;
      this.#stream.uncork();
      // Closed links, and those about to close, are not counted any more.
      if (!this.closed && !this.#tooSlow) {
        this.#budget.report(this);
      }
    }
  }

  get waiting(): number {
    return this.#socket.bufferedAmount;
  }

  drop(limit: number): void {
    this.#giveUp(
      'limits.sendBufferBytesInAll',
      `expected at most ${limit} unread bytes on all connections`,
    );
  }

  /**
   * Says goodbye. Whatever still comes in is ignored, and a client that does
   * not answer the close frame is cut off.
   *
   * @param reason - Shown to the client; at most 123 bytes go into the frame.
   */
  close(name: CloseCode, reason: string, details: CloseDetails = {}): void {
    if (this.closed) {
      return;
    }
    const { code, option }: CloseReason = CLOSE_CODES[name];
    const closing = closingFor(name, reason, details);
    if (closing !== undefined) {
      this.#announce(closing);
    }
    this.#socket.close(code, truncate(reason, 123));
    this.#depart({
      reason: name,
      code,
      option: details.option ?? option,
      detail: reason,
    });
  }

  probe(): void {
    if (!this.closed && this.#answered === this.#pings) {
      this.#ping();
    }
  }

  /**
   * Reads nothing more from the client, and keeps what has been read already,
   * until {@link resume} or {@link release}.
   */
  hold(): void {
    this.#kept ??= [];
    this.#socket.pause();
  }

  /** Goes on with what {@link hold} has kept. */
  resume(): void {
    const kept = this.#kept ?? [];
    this.#kept = undefined;
    for (const message of kept) {
      this.#take(...message);
    }
    if (this.#kept === undefined && !this.#flooding) {
      this.#socket.resume();
    }
  }

  /**
   * Ends the link, but not the connection, which belongs to the caller from now on.
   *
   * @returns Its socket, which is paused, and the messages that were kept.
   */
  release(): { socket: WebSocket; kept: string[] } {
    this.flush();
    this.#socket.removeAllListeners();
    const kept = (this.#kept ?? []).map(([text]) => text);
    this.#kept = undefined;
    this.#end(HANDED_OVER);
    return { socket: this.#socket, kept };
  }

  /** Cuts the connection without a close frame. */
  terminate(): void {
    this.#socket.terminate();
  }

  #take(...message: Kept): void {
    if (this.#kept === undefined) {
      this.#listener?.(...message);
    } else {
      this.#kept.push(message);
    }
  }

  /** Holds back what is sent until the next flush. */
  #hold(): void {
    if (!this.#held) {
      this.#held = true;
      this.#stream.cork();
      bursts.add(this);
    }
  }

  /** Tells the client why its connection is closed, where its contract does. */
  #announce(closing: Closing): void {
    if (this.#encodeClosing !== undefined) {
      this.#socket.send(this.#encodeClosing(closing), AS_TEXT);
    }
  }

  /** Sends nothing more, and closes when the caller has finished. */
  #giveUp(option: string, problem: string): void {
    if (!this.#tooSlow) {
      this.#tooSlow = true;
      queueMicrotask(() =>
        this.close('slowReader', `${option}: ${problem}`, { option }),
      );
    }
  }

  /**
   * Stops reading from a client that does not slow down when told so, and
   * closes when its earlier requests are answered. Unread pings bound the wait.
   */
  stopFlood(problem: string): void {
    if (!this.#flooding) {
      this.#flooding = true;
      this.#socket.pause();
      const { messageBurst, messagesPerSecond } = this.#limits;
      const retryAfter = Math.ceil(messageBurst / messagesPerSecond);
      void this.requests
        .answered()
        .then(() => this.close('flooding', problem, { retryAfter }));
    }
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
    this.#delivery?.onProbe();
    this.#pings += 1;
    this.#socket.ping(String(this.#pings));
  }

  /** A pong proves that the client is alive; one of the newest ping confirms what was sent. */
  #receivePong(payload: string): void {
    const number = Number(payload);
    if (this.closed || !(number > this.#answered && number <= this.#pings)) {
      return;
    }
    this.#answered = number;
    this.#missed = 0;
    if (number === this.#pings) {
      this.#delivery?.onArrived();
    }
  }

  /** Cuts the client off unless it answers the close frame in time. */
  #depart(ending: Ending): void {
    if (this.closed) {
      return;
    }
    const cutOff = setTimeout(() => this.#socket.terminate(), CLOSE_TIMEOUT);
    this.#socket.once('close', () => clearTimeout(cutOff));
    this.#end(ending);
  }

  #end(ending: Ending): void {
    if (this.closed) {
      return;
    }
    this.#ending ??= ending;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#lastChance);
    this.#budget.forget(this);
    this.#closed = true;
    const absence = absenceAfter(this.#ending.code);
    const listeners = this.#closeListeners;
    this.#closeListeners = [];
    for (const listener of listeners) {
      listener(absence);
    }
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

/** The rule that a client broke, by the code with which ws closes. */
function ruleOf(code: number): string {
  switch (code) {
    case CLOSE_CODES.tooBig.code:
      return 'the message is longer than signalling.maxFrameBytes allows';
    case CLOSE_CODES.notJson.code:
      return 'expected valid UTF-8';
    case CLOSE_CODES.joinTimeout.code:
      return 'the message is split into too many frames';
    default:
      return 'the frame is not one of WebSocket';
  }
}

/** The end of a connection that the server did not close. */
function departure(code: number): Ending {
  switch (code) {
    case NO_GOODBYE:
      return { reason: 'lost', code };
    case CLIENT_CLOSE_CODES.returning.code:
      return { reason: 'returning', code };
    default:
      return { reason: 'client', code };
  }
}

/** The absence of a client after the end of its connection. */
function absenceAfter(code: number): Absence | undefined {
  switch (code) {
    case NO_GOODBYE:
      return 'lost';
    case CLIENT_CLOSE_CODES.returning.code:
      return 'announced';
    default:
      return undefined;
  }
}

/** Cuts a text to a number of UTF-8 bytes without splitting a character. */
function truncate(text: string, bytes: number): string {
  const buffer = Buffer.from(text);
  if (buffer.length <= bytes) {
    return text;
  }
  return new TextDecoder().decode(buffer.subarray(0, bytes), { stream: true });
}
