import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';

import type { ForwardedUpgrade } from './ClientRelay.ts';

/** The time for a client to take what it was sent last, ms. */
const CLOSE_TIMEOUT = 1_000;

/** The connection of one client to another node. */
export class NodeLink implements ForwardedUpgrade {
  readonly #upstream: TLSSocket;
  readonly #silence: number;

  /** @param silence - The time without a byte after which the node is gone, ms. */
  constructor(upstream: TLSSocket, silence: number) {
    this.#upstream = upstream;
    this.#silence = silence;
  }

  start(socket: Duplex, head: Buffer): void {
    const upstream = this.#upstream;
    const silent = setTimeout(() => upstream.destroy(), this.#silence);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => upstream.destroy());
    upstream.on('data', () => silent.refresh());
    upstream.once('close', () => {
      clearTimeout(silent);
      endSoon(socket);
    });
    upstream.write(head);
    socket.pipe(upstream);
    upstream.pipe(socket);
    if (upstream.destroyed) {
      endSoon(socket);
    } else if (socket.destroyed) {
      upstream.destroy();
    }
  }

  destroy(): void {
    this.#upstream.destroy();
  }
}

/** Ends a connection once what was written has gone out, or after a while. */
function endSoon(socket: Duplex): void {
  const cutOff = setTimeout(() => socket.destroy(), CLOSE_TIMEOUT);
  socket.once('close', () => clearTimeout(cutOff));
  socket.end(() => socket.destroy());
}
