import type {
  Method,
  Notification,
  Reply,
  RequestData,
} from '@atrium/protocol/protoo';
import {
  ConnectionClosed,
  HandshakeRefused,
  ProtooConnection,
  Refused,
} from '../fixtures/ProtooConnection.ts';
import { Failure } from './Failure.ts';

/** Longest wait for the handshake, and for a reply, ms. */
const REPLY_TIMEOUT = 30_000;

/** Longest wait for the server to close its side, ms. */
const CLOSE_TIMEOUT = 2_000;

interface Listeners {
  notification: (notification: Notification) => void;
  /** The connection closed, and not from this side. */
  lost: (failure: Failure) => void;
}

/** An address to connect to, and the identity to use there. */
export interface Destination {
  url: string;
  roomId: string;
  peerId: string;
  token: string | undefined;
  /** Accepts a certificate that no authority has signed. */
  insecure: boolean;
}

/** A peer's connection to the protoo gateway, whose errors are Failures. */
export class Signalling {
  readonly #connection: ProtooConnection;
  #closing = false;

  private constructor(connection: ProtooConnection, listeners: Listeners) {
    this.#connection = connection;
    connection.on('notification', listeners.notification);
    connection.on('close', (code, reason) => {
      if (!this.#closing) {
        listeners.lost(new Failure(`closed ${code}`, reason));
      }
    });
  }

  /** @throws {Failure} When the server refuses, or cannot be reached. */
  static async connect(
    { url, roomId, peerId, token, insecure }: Destination,
    listeners: Listeners,
  ): Promise<Signalling> {
    try {
      const connection = await ProtooConnection.connect(url, roomId, peerId, {
        rejectUnauthorized: !insecure,
        handshakeTimeout: REPLY_TIMEOUT,
        ...(token !== undefined && {
          headers: { Authorization: `Bearer ${token}` },
        }),
      });
      return new Signalling(connection, listeners);
    } catch (error) {
      throw error instanceof HandshakeRefused
        ? new Failure(`connect ${error.status}`, error.message)
        : Failure.of('connect', error);
    }
  }

  /**
   * Sends a request and waits for its reply.
   *
   * @throws {Failure} When it is refused, takes too long, or the connection
   *   closes.
   */
  async request<M extends Method>(
    method: M,
    data?: RequestData<M>,
  ): Promise<Reply<M>> {
    const timeout = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const message = `no reply within ${REPLY_TIMEOUT} ms`;
      timeout.reject(new Failure(`${method} timeout`, message));
    }, REPLY_TIMEOUT);
    try {
      return await Promise.race([
        this.#connection.request(method, data),
        timeout.promise,
      ]);
    } catch (error) {
      throw failureOf(method, error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Closes the connection, and waits until it is gone. */
  async close(): Promise<void> {
    this.#closing = true;
    const { socket } = this.#connection;
    const timer = setTimeout(() => socket.terminate(), CLOSE_TIMEOUT);
    await this.#connection.close();
    clearTimeout(timer);
  }
}

function failureOf(method: Method, error: unknown): Failure {
  if (error instanceof Refused) {
    return new Failure(`${method} ${error.code}`, error.message);
  }
  if (error instanceof ConnectionClosed) {
    return new Failure(`closed ${error.code}`, error.reason);
  }
  return Failure.of(method, error);
}
