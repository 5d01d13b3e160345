import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import type { Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';

import { connectTls, UPGRADE_HEADERS } from '../support/handshake.ts';
import { get } from '../support/http.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { ConfigFolder, ServerProcess } from '../support/ServerProcess.ts';
import { until } from '../support/until.ts';

/** The files that a process may have open if it has few. */
const FEW_FILES = 256;

describe('the sockets of clients', () => {
  let folder: ConfigFolder;
  /** A server that may have few files open. */
  let small: ServerProcess;
  /** A server that soon closes what makes no progress. */
  let strict: ServerProcess;

  before(async () => {
    folder = await ConfigFolder.create();
    [small, strict] = await Promise.all([
      start({}, ['prlimit', `--nofile=${FEW_FILES}`]),
      start({
        answerTimeout: 3_000,
        requestTimeout: 5_000,
        unansweredRequests: 100,
      }),
    ]);
  });

  after(async () => {
    const ended = await Promise.all([
      small.end('SIGINT'),
      strict.end('SIGINT'),
    ]);
    await folder.remove();
    assert.deepEqual(ended, [0, 0]);
  });

  async function start(
    limits: object,
    command: readonly string[] = [],
  ): Promise<ServerProcess> {
    const config = await folder.add({
      limits: { requestsPerMinute: 1_000_000, ...limits },
    });
    const server = await ServerProcess.start(config, command);
    // Some files are opened once, on the first request.
    await assetOf(server);
    return server;
  }

  /** The path of a script of the page, which the server serves. */
  async function assetOf({ url }: ServerProcess): Promise<string> {
    const { status, body } = await get(url, '/');
    assert.equal(status, 200);
    const asset = /\/assets\/[\w-]+\.js/.exec(body)?.[0] ?? '';
    assert.equal((await get(url, asset)).status, 200);
    return asset;
  }

  /** Waits until the server has released its handles; the test has a timeout. */
  async function settled(server: ServerProcess, before: number): Promise<void> {
    await until('all handles released', () => server.handles <= before);
  }

  /** Many connections that request an asset often and read nothing. */
  function askWithoutReading(
    { url }: ServerProcess,
    asset: string,
  ): Promise<Socket[]> {
    const request = `GET ${asset} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    return Promise.all(
      Array.from({ length: 20 }, async () => {
        const socket = await connectTls(url);
        socket.pause();
        socket.write(request.repeat(40));
        return socket;
      }),
    );
  }

  test(
    'are all released after clients that send many requests, read nothing and leave',
    { timeout: 120_000 },
    async () => {
      const server = small;
      const before = server.handles;
      for (let round = 0; round < 3; round += 1) {
        const sockets = await askWithoutReading(server, await assetOf(server));
        for (const socket of sockets) {
          socket.destroy();
        }
      }
      await settled(server, before);
      await assetOf(server);
    },
  );

  test(
    'are all released after clients that send many requests, read nothing and stay',
    { timeout: 120_000 },
    async () => {
      const server = strict;
      const before = server.handles;
      const sockets = await askWithoutReading(server, await assetOf(server));
      await settled(server, before);
      await assetOf(server);
      for (const socket of sockets) {
        socket.destroy();
      }
    },
  );

  const head = Object.entries({ ...UPGRADE_HEADERS, Host: 'localhost' })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  const halfDone: Record<string, string> = {
    'a handshake behind requests': `GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /?roomId=r&peerId=p HTTP/1.1\r\n${head}\r\n`,
    'a handshake that is refused': `GET /nowhere HTTP/1.1\r\n${head}\r\n`,
    'a request without an end': 'GET /health HTTP/1.1\r\nHost: loc',
    'a body that never comes':
      'POST /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n',
    'metrics that are not read':
      'GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n',
    nothing: '',
  };

  test(
    'are all released after clients that send half a request and stay',
    { timeout: 120_000 },
    async () => {
      const server = strict;
      const before = server.handles;
      const { hostname, port } = new URL(server.url);
      const sockets: Socket[] = [];
      for (const text of Object.values(halfDone)) {
        const socket = await connectTls(server.url);
        socket.allowHalfOpen = true;
        socket.pause();
        socket.write(text);
        sockets.push(socket);
      }
      // One TLS handshake that never starts, and one that never finishes.
      for (const bytes of [[], [22, 3, 1, 2, 0, 1]]) {
        const socket = connectTcp({
          host: hostname,
          port: Number(port),
          allowHalfOpen: true,
        });
        socket.on('error', () => undefined);
        await once(socket, 'connect');
        socket.write(Buffer.from(bytes));
        sockets.push(socket);
      }
      await settled(server, before);
      for (const socket of sockets) {
        socket.destroy();
      }
    },
  );

  test(
    'are never used up by connections, even if the limits would allow it',
    { timeout: 120_000 },
    async () => {
      const server = small;
      await server.says(/the open files that the system allows leave room/);
      const before = server.handles;
      const { hostname, port } = new URL(server.url);
      const sockets = Array.from({ length: 300 }, () => {
        const socket = connectTcp(Number(port), hostname);
        socket.on('error', () => undefined);
        return socket;
      });
      await server.says(
        /refused \d+ connections .+limits\.connections: expected at most \d+ TCP connections/,
      );
      assert.ok(server.handles < FEW_FILES);
      for (const socket of sockets) {
        socket.destroy();
      }
      await settled(server, before);
      const { client } = await ProtooClient.join(server.url, 'room', 'alice');
      await client.close();
    },
  );
});
