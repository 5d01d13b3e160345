import { WebSocketServer } from 'ws';
import type { ServerOptions } from 'ws';

/**
 * The most frames of one message; well-meaning clients send far fewer. And
 * the time for a client to answer a close frame before it is cut off, ms.
 */
const BOUNDS = { maxFragments: 1_024, closeTimeout: 1_000 };

/** The WebSocket server that Engine.IO makes for itself, with bounds. */
export class FrameServer extends WebSocketServer {
  constructor(options: ServerOptions) {
    super({ ...options, ...BOUNDS });
  }
}
