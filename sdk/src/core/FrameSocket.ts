import type { RequestFrame, ServerFrame } from '@atrium/protocol/protoo';
import { Emitter } from './Emitter.ts';
import type { CloseInfo } from './wire.ts';

type FrameSocketEvents = {
  open: [];
  frame: [ServerFrame];
  /** The socket is gone. Not emitted after `close()`. */
  close: [];
};

/** One WebSocket that carries frames of protoo. It never reconnects. */
export class FrameSocket extends Emitter<FrameSocketEvents> {
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
      this.emit('close');
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

  /** Sends a frame. Throws where the socket is not open. */
  send(frame: RequestFrame): void {
    if (this.#socket.readyState !== WebSocket.OPEN) {
      throw new Error('The connection to the server is not open.');
    }
    this.#socket.send(JSON.stringify(frame));
  }

  close(code?: number): void {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    this.#socket.onopen = null;
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
    this.#socket.close(code);
  }

  #receive(text: unknown): void {
    let frame: unknown;
    try {
      frame = JSON.parse(String(text));
    } catch {
      console.warn('The server sent no JSON:', text);
      return;
    }
    if (typeof frame === 'object' && frame !== null) {
      this.emit('frame', frame as ServerFrame);
    }
  }
}
