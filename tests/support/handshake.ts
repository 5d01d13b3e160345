import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import type { ConnectionOptions, TLSSocket } from 'node:tls';

import { socketOptions } from '../../tools/fixtures/ProtooConnection.ts';

const { rejectUnauthorized, secureContext } = socketOptions;
const tls = { rejectUnauthorized, secureContext };

/** The headers of a complete handshake. */
export const UPGRADE_HEADERS = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version': '13',
};

/** The response to a handshake: the status, and the body of a refusal. */
export interface HandshakeResult {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

/** Requests an upgrade; headers that are undefined are left out. */
export async function shakeHands(
  url: string,
  path: string,
  headers: Record<string, string | undefined> = {},
  method = 'GET',
): Promise<HandshakeResult> {
  const all = Object.entries({ ...UPGRADE_HEADERS, ...headers });
  // The path goes out as it is, also where a URL would change it.
  const asked = request(new URL(url), {
    path,
    method,
    ...tls,
    headers: Object.fromEntries(
      all.filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
  });
  asked.end();
  const accepted = once(asked, 'upgrade') as Promise<[IncomingMessage, Duplex]>;
  const refused = once(asked, 'response') as Promise<[IncomingMessage]>;
  const [response, socket] = await Promise.race([accepted, refused]);
  if (socket !== undefined) {
    socket.destroy();
  }
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: socket === undefined ? await text(response) : '',
  };
}

/** A TLS connection for sending arbitrary bytes to the server. */
export async function connectTls(
  url: string,
  options: ConnectionOptions = {},
): Promise<TLSSocket> {
  const { hostname, port } = new URL(url);
  const socket = connect({
    host: hostname,
    port: Number(port),
    ...tls,
    ...options,
  });
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  return socket;
}
