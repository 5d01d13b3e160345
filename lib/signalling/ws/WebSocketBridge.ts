import type { RawData } from 'ws';
import { WebSocket } from 'ws';

import { SILENT_INTERVALS } from '../../cluster/ClientRelay.ts';

/** The bytes that may wait at one end before the other is no longer read. */
const MOST_WAITING = 65_536;

/** The time for an end to answer a close frame before it is cut off, ms. */
const CLOSE_TIMEOUT = 1_000;

/** A close that RFC 6455 (7.4.1) lets no frame carry: without a code. */
const NO_STATUS = 1005;

/** The closes without a close frame. */
const LOST = new Set([1006, 1015]);

/**
 * Passes messages between a client and another node, which serves it, both ways and
 * one by one, until either end closes; then the other is closed in the same way.
 * Pings come from the node and pongs from the client, so that both tell of the whole
 * way. An end that does not read stops the other.
 */
export class WebSocketBridge {
  readonly #client: WebSocket;
  readonly #silent: NodeJS.Timeout;

  /** @param pingInterval - The time between pings of a node, ms. */
  constructor(client: WebSocket, node: WebSocket, pingInterval: number) {
    this.#client = client;
    this.#silent = setTimeout(
      () => node.terminate(),
      pingInterval * SILENT_INTERVALS,
    );
    const noteSign = (): void => {
      this.#silent.refresh();
    };
    node.on('message', noteSign);
    node.on('ping', noteSign);
    node.on('ping', (data) => client.ping(data));
    node.on('close', () => clearTimeout(this.#silent));
    client.on('pong', (data) => {
      node.pong(data, undefined, () => resumeFor(client, node));
      pauseFor(client, node);
    });
    pass(client, node);
    pass(node, client);
  }

  /** Closes the connection of the client, and with it that to the node. */
  close(code: number, reason: string): void {
    closeSoon(this.#client, code, reason);
  }
}

/** Passes the messages of one end on, and its end. */
function pass(from: WebSocket, to: WebSocket): void {
  from.on('message', (data: RawData, isBinary) => {
    to.send(data, { binary: isBinary }, () => resumeFor(from, to));
    pauseFor(from, to);
  });
  // "close" follows.
  from.on('error', () => undefined);
  from.on('close', (code, reason) => closeSoon(to, code, reason));
}

/** Stops reading from an end while too much waits at the other. */
function pauseFor(from: WebSocket, to: WebSocket): void {
  if (to.bufferedAmount > MOST_WAITING) {
    from.pause();
  }
}

/** Reads from an end again once the other has taken what waited. */
function resumeFor(from: WebSocket, to: WebSocket): void {
  if (to.bufferedAmount <= MOST_WAITING) {
    from.resume();
  }
}

/** Closes an end unless it is closing, and cuts it off if it does not answer. */
function closeSoon(
  end: WebSocket,
  code: number,
  reason: string | Buffer,
): void {
  if (end.readyState !== WebSocket.OPEN) {
    return;
  }
  if (LOST.has(code)) {
    end.terminate();
    return;
  }
  const cutOff = setTimeout(() => end.terminate(), CLOSE_TIMEOUT);
  end.once('close', () => clearTimeout(cutOff));
  end.resume();
  if (code === NO_STATUS) {
    end.close();
  } else {
    end.close(code, reason);
  }
}
