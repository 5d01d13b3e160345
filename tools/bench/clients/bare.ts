import { once } from 'node:events';

import { WebSocket } from 'ws';

import { socketOptions } from '../../fixtures/ProtooConnection.ts';

/** A WebSocket over TLS that speaks nothing in particular. */
export async function connectBare(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), socketOptions);
  await once(socket, 'open');
  return socket;
}
