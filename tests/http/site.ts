import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Express } from 'express';

/** An app that is served over plain HTTP on the loopback. */
export type Site = Awaited<ReturnType<typeof listen>>;

/** Serves an app on a free port. */
export async function listen(app: Express) {
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    ask: (method: string, path: string, init: RequestInit = {}) =>
      fetch(`${url}${path}`, { method, ...init }),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** The body of a reply. */
// The tests read fields of many shapes.
// oxlint-disable-next-line typescript/no-explicit-any
export function read(reply: Response): Promise<any> {
  return reply.json();
}

/** A request with a body of JSON. */
export function json(
  body: string,
  headers: Record<string, string> = {},
): RequestInit {
  return { body, headers: { 'Content-Type': 'application/json', ...headers } };
}
