import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';

import { Certificate } from '../../../lib/http/Certificate.ts';
import { testConfig } from '../../fixtures/server.ts';
import { serve, vitals } from './serve.ts';

/**
 * WebSockets over TLS and nothing behind them: the baseline under a server's
 * answers and events. A frame on the path `/echo` comes back; one on `/answer` begins
 * with the lengths of the frames that answer it; and one on any other path goes to all
 * others on that path.
 */
const certificate = await Certificate.load(testConfig());
const https = createServer({ ...certificate.current, minVersion: 'TLSv1.2' });
const sockets = new WebSocketServer({
  server: https,
  perMessageDeflate: false,
});
const groups = new Map<string, Set<WebSocket>>();

sockets.on('connection', (socket, { url = '/' }) => {
  if (url === '/echo') {
    socket.on('message', (data: Buffer) => socket.send(data.toString()));
    return;
  }
  if (url === '/answer') {
    socket.on('message', (data: Buffer) => {
      const text = data.toString();
      const lengths = text.slice(0, text.indexOf(';')).split(',');
      for (const length of lengths) {
        socket.send(' '.repeat(Number(length)));
      }
    });
    return;
  }
  const group = groups.get(url) ?? new Set();
  groups.set(url, group.add(socket));
  socket.on('close', () => group.delete(socket));
  socket.on('message', (data: Buffer) => {
    const text = data.toString();
    for (const other of group) {
      if (other !== socket) {
        other.send(text);
      }
    }
  });
});

https.listen(0, '127.0.0.1');
await once(https, 'listening');

const handlers = {
  ...vitals,

  /** The address that clients connect to. */
  url: () => `https://127.0.0.1:${(https.address() as AddressInfo).port}`,
};

/** The requests that a process with bare WebSockets answers. */
export type WebSocketsApi = typeof handlers;

serve(handlers, async () => {
  https.close();
  for (const socket of sockets.clients) {
    socket.terminate();
  }
  await certificate.close();
});
