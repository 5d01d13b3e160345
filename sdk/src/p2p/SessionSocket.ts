import type {
  Events,
  RequestFrame,
  RequestType,
  ServerFrame,
} from '@atrium/protocol/sessions';
import { CLOSE_CODES } from '@atrium/protocol';
import { Emitter } from '../core/index.ts';
import type { EndReason } from '../Snapshot.ts';
import { asVideoconfError, VideoconfError } from '../VideoconfError.ts';
import { Pace } from './Pace.ts';

/** The longest that the socket may take to open, or the server to answer, ms. */
const ANSWER_TIMEOUT = 10_000;

/** The longest pause between two attempts, ms. */
const MAX_RETRY_DELAY = 8_000;

/** Every so many failed attempts, the ticket may be the reason. */
const DOUBTFUL_ATTEMPTS = 3;

/** Within what servers allow by default, with room for pings and the like. */
const PACE = { burst: 400, perSecond: 80 };

/** Errors of `connect` that another attempt would end in as well. */
const FINAL: ReadonlySet<string> = new Set([
  'SESSION_NOT_FOUND',
  'SESSION_FULL',
  'FORBIDDEN',
  'PEER_ID_TAKEN',
  'VALIDATION_ERROR',
]);

/** Close codes after which the server does not want the client back. */
const ENDS: ReadonlySet<number> = new Set([
  CLOSE_CODES.ended,
  CLOSE_CODES.roomDeleted,
  CLOSE_CODES.loginEnded,
]);

/** The way to the socket of a session. */
export type SessionAddress = {
  /** The WebSocket of the server, with a slash at the end: `wss://host/`. */
  url: string;
  ticket: string;
  name: string;
  /** Gets another ticket for the same person. */
  renew: () => Promise<string>;
};

type SessionSocketEvents = {
  /** The client is in the session again: nothing of the last connection is left. */
  connected: [Events['connected']];
  /** A message of the server while the client is in the session. */
  frame: [Exclude<ServerFrame, { type: 'connected' }>];
  disconnected: [attempt: number, code: number];
  /** An attempt failed for a reason that may pass. */
  refused: [VideoconfError];
  /** There is no further attempt. */
  ended: [EndReason, VideoconfError];
};

/** The socket of a session, which is opened again whenever it is lost. */
export class SessionSocket extends Emitter<SessionSocketEvents> {
  readonly #address: SessionAddress;
  #socket: WebSocket | undefined;
  #connected = false;
  #pace = new Pace(PACE);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #renewing = false;
  #closed = false;

  constructor(address: SessionAddress) {
    super();
    this.#address = { ...address };
  }

  /** Makes the first attempt, or the next one without waiting any longer. */
  connect(): void {
    if (this.#closed || this.#socket || this.#renewing) {
      return;
    }
    clearTimeout(this.#timer);
    if (this.#attempt % DOUBTFUL_ATTEMPTS === DOUBTFUL_ATTEMPTS - 1) {
      void this.#renew();
    } else {
      this.#open();
    }
  }

  /**
   * Sends a message, as soon as the pace allows. Without a connection it is dropped:
   * the next one starts over.
   */
  send(frame: RequestFrame<RequestType>): void {
    if (!this.#connected) {
      return;
    }
    const socket = this.#socket;
    const delay = this.#pace.take(JSON.stringify(frame).length);
    if (delay === 0) {
      this.#write(frame);
      return;
    }
    setTimeout(() => {
      if (this.#socket === socket) {
        this.#write(frame);
      }
    }, delay);
  }

  /** Makes sure that the connection is alive: the answer is an error, in time. */
  check(): void {
    if (this.#connected) {
      this.#expectAnswer();
      this.#write({ type: 'connect' });
    }
    this.connect();
  }

  close(): void {
    this.#closed = true;
    if (this.#connected) {
      this.#write({ type: 'disconnect' });
    }
    this.#drop();
  }

  #write(frame: RequestFrame<RequestType>): void {
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify(frame));
    }
  }

  #expectAnswer(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lost(1006, ''), ANSWER_TIMEOUT);
  }

  #receive(text: unknown): void {
    clearTimeout(this.#timer);
    const frame = JSON.parse(String(text)) as ServerFrame;
    if (frame.type === 'connected') {
      this.#attempt = 0;
      this.#connected = true;
      this.emit('connected', frame);
    } else if (this.#connected) {
      this.emit('frame', frame);
    } else if (frame.type === 'error') {
      this.#refuse(frame);
    }
  }

  #refuse({ code, message }: { code: string; message: string }): void {
    const error = new VideoconfError(code, message, {
      final: FINAL.has(code),
    });
    if (error.final) {
      this.#end('refused', error);
    } else {
      this.emit('refused', error);
      this.#lost(1006, '');
    }
  }

  #lost(code: number, reason: string): void {
    this.#drop();
    if (ENDS.has(code)) {
      this.#end(
        'closed',
        new VideoconfError('CLOSED', reason, { final: true }),
      );
      return;
    }
    this.#attempt += 1;
    const longest = Math.min(500 * 2 ** this.#attempt, MAX_RETRY_DELAY);
    this.#timer = setTimeout(
      () => this.connect(),
      longest * (0.5 + Math.random() / 2),
    );
    this.emit('disconnected', this.#attempt, code);
  }

  /** Opens a socket with another ticket, as the last one may be the obstacle. */
  async #renew(): Promise<void> {
    this.#renewing = true;
    try {
      this.#address.ticket = await this.#address.renew();
    } catch (error) {
      const refusal = asVideoconfError(error);
      if (refusal.final && !this.#closed) {
        this.#end('refused', refusal);
      }
    }
    this.#renewing = false;
    if (!this.#closed) {
      this.#open();
    }
  }

  #open(): void {
    const { url, ticket, name } = this.#address;
    const socket = new WebSocket(`${url}ws/${encodeURIComponent(ticket)}`);
    this.#socket = socket;
    this.#pace = new Pace(PACE);
    this.#expectAnswer();
    socket.onopen = () => this.#write({ type: 'connect', name });
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code, reason }) => this.#lost(code, reason);
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.#connected = false;
    const socket = this.#socket;
    if (!socket) {
      return;
    }
    this.#socket = undefined;
    socket.onmessage = null;
    socket.onclose = null;
    if (socket.readyState === WebSocket.CONNECTING) {
      // Browsers report sockets as failed that are closed while they open.
      socket.onopen = () => socket.close();
    } else {
      socket.close();
    }
  }

  #end(reason: EndReason, error: VideoconfError): void {
    this.#closed = true;
    this.#drop();
    this.emit('ended', reason, error);
  }
}
