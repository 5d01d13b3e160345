import type { IncomingMessage } from 'node:http';
import { createSecureContext } from 'node:tls';

import { WebSocket } from 'ws';

import { Failure } from './Failure.ts';

/** Longest wait for the handshake, and for an answer, ms. */
const PATIENCE = 30_000;

/** Longest wait for the server's goodbye, ms. */
const FAREWELL = 2_000;

/** Making one takes as long as a handshake, and all peers can share it. */
const secureContext = createSecureContext();

/** Data of a message, as the server sent it. */
// What it holds is the server's word; whoever asks knows what they asked for.
// oxlint-disable-next-line typescript/no-explicit-any
export type Data = any;

interface Waiting {
  resolve: (data: Data) => void;
  reject: (failure: Failure) => void;
  method: string;
  deadline: NodeJS.Timeout;
}

interface Frame {
  response?: boolean;
  notification?: boolean;
  id: number;
  ok?: boolean;
  method: string;
  data: Data;
  errorCode?: number;
  errorReason?: string;
}

/** Who listens to a connection. */
interface Listeners {
  notification: (method: string, data: Data) => void;
  /** It ended, and nobody here wanted that. */
  lost: (failure: Failure) => void;
}

/** Where and as whom to connect. */
export interface Door {
  url: string;
  roomId: string;
  peerId: string;
  token: string | undefined;
  /** Whether a certificate that nobody vouches for will do. */
  insecure: boolean;
}

/** One peer's connection to the main door. */
export class Signalling {
  readonly #socket: WebSocket;
  readonly #listeners: Listeners;
  readonly #waiting = new Map<number, Waiting>();
  readonly #gone: Promise<void>;
  #nextId = 1;
  #closing = false;

  private constructor(socket: WebSocket, listeners: Listeners) {
    this.#socket = socket;
    this.#listeners = listeners;
    socket.on('message', (data: Buffer) => {
      this.#receive(JSON.parse(data.toString()) as Frame);
    });
    this.#gone = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        this.#end(new Failure(`closed ${code}`, reason.toString()));
        resolve();
      });
    });
  }

  /** @throws {Failure} When nobody answers, or the server lets us not in. */
  static async connect(door: Door, listeners: Listeners): Promise<Signalling> {
    const { roomId, peerId, token, insecure } = door;
    const url = new URL(door.url);
    url.searchParams.set('roomId', roomId);
    url.searchParams.set('peerId', peerId);
    // The types know nothing of secureContext, which goes on to node:tls.
    const tls = { rejectUnauthorized: !insecure, secureContext };
    const socket = new WebSocket(url, 'protoo', {
      ...tls,
      perMessageDeflate: false,
      handshakeTimeout: PATIENCE,
      ...(token !== undefined && {
        headers: { Authorization: `Bearer ${token}` },
      }),
    });
    await opened(socket);
    return new Signalling(socket, listeners);
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @throws {Failure} When it is refused, takes too long, or the connection
   *   closes.
   */
  request(method: string, data: object = {}): Promise<Data> {
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Failure(`${method} timeout`, `no answer in ${PATIENCE} ms`));
      }, PATIENCE);
      this.#waiting.set(id, { resolve, reject, method, deadline });
      if (this.#socket.readyState === WebSocket.OPEN) {
        this.#socket.send(JSON.stringify({ request: true, id, method, data }));
      } else {
        this.#settle(id)?.reject(
          new Failure(`${method} not sent`, 'the connection has closed'),
        );
      }
    });
  }

  /** Says goodbye, and waits until the connection is gone. */
  async close(): Promise<void> {
    this.#closing = true;
    const deadline = setTimeout(() => this.#socket.terminate(), FAREWELL);
    this.#socket.close(1000);
    await this.#gone;
    clearTimeout(deadline);
  }

  #receive(frame: Frame): void {
    if (frame.notification === true) {
      this.#listeners.notification(frame.method, frame.data);
    } else if (frame.response === true) {
      const waiting = this.#settle(frame.id);
      if (frame.ok === true) {
        waiting?.resolve(frame.data);
      } else {
        waiting?.reject(
          new Failure(
            `${waiting.method} ${frame.errorCode}`,
            frame.errorReason ?? '',
          ),
        );
      }
    }
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    clearTimeout(waiting?.deadline);
    return waiting;
  }

  #end(failure: Failure): void {
    for (const id of Array.from(this.#waiting.keys())) {
      this.#settle(id)?.reject(failure);
    }
    if (!this.#closing) {
      this.#listeners.lost(failure);
    }
  }
}

/** Waits until the server lets the connection in. */
function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.on('error', (error) => reject(Failure.of('connect', error)));
    socket.once('unexpected-response', (request, response) => {
      void refusal(response).then((failure) => {
        request.destroy();
        reject(failure);
      });
    });
  });
}

/** What a server says that answers a handshake with something else. */
async function refusal(response: IncomingMessage): Promise<Failure> {
  const { statusCode } = response;
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) {
      chunks.push(chunk as Buffer);
    }
    return new Failure(
      `connect ${statusCode}`,
      Buffer.concat(chunks).toString(),
    );
  } catch (error) {
    return Failure.of(`connect ${statusCode}`, error);
  }
}
