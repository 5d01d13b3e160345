import type { Message, Transport } from 'protoo-client';
import { Emitter } from './Emitter.ts';
import type { CloseInfo } from './wire.ts';

type SocketTransportEvents = {
  open: [];
  disconnected: [];
  close: [];
  message: [Message];
};

/**
 * One WebSocket under a protoo-client Peer.
 *
 * It stands in for protoo-client's own WebSocketTransport, which hides the
 * close code and the reason the server gave, and which gives up after ten
 * attempts. This one never reconnects: `Signalling` opens a new one instead.
 */
export class SocketTransport
  extends Emitter<SocketTransportEvents>
  implements Transport
{
  readonly #socket: WebSocket;
  #closed = false;
  #closeInfo: CloseInfo = { code: 1006, reason: '' };

  constructor(url: string) {
    super();
    this.#socket = new WebSocket(url, 'protoo');
    this.#socket.onopen = () => this.emit('open');
    this.#socket.onmessage = (event) => this.#receive(event.data);
    this.#socket.onclose = ({ code, reason }) => {
      this.#closeInfo = { code, reason };
      // Not `close`: on `disconnected` the owner closes the Peer, and only
      // that rejects the requests which still wait for their answer.
      this.emit('disconnected');
    };
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * The reason why the socket closed; code 1006 until the server has given one.
   */
  get closeInfo(): CloseInfo {
    return this.#closeInfo;
  }

  async send(message: Message): Promise<void> {
    if (this.#socket.readyState !== WebSocket.OPEN) {
      throw new Error('The connection to the server is not open.');
    }
    this.#socket.send(JSON.stringify(message));
  }

  close(): void {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    this.#socket.onopen = null;
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
    this.#socket.close();
    this.emit('close');
  }

  #receive(frame: unknown): void {
    let message: unknown;
    try {
      message = JSON.parse(String(frame));
    } catch {
      console.warn('The server sent a frame that is not JSON:', frame);
      return;
    }
    if (typeof message === 'object' && message !== null) {
      this.emit('message', message as Message);
    }
  }
}
