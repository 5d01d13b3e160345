import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { TestContext } from 'node:test';

import { connectTls, UPGRADE_HEADERS } from '../support/handshake.ts';
import { get } from '../support/http.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { ServerProcess } from '../support/ServerProcess.ts';
import { until } from '../support/until.ts';

/** A command that runs the server with few file handles. */
const FEW_FILES = 1_024;

describe('the sockets of clients', () => {
  let folder: string;
  let servers = 0;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'atrium-sockets-'));
  });

  after(() => rm(folder, { recursive: true }));

  async function start(
    t: TestContext,
    limits: object = {},
    openFiles?: number,
  ): Promise<ServerProcess> {
    servers += 1;
    const file = path.join(folder, `config-${servers}.ts`);
    const config = {
      listen: { port: 0 },
      tls: {
        cert: path.join(folder, 'cert.pem'),
        key: path.join(folder, 'key.pem'),
      },
      rtc: { port: 0 },
      workers: { count: 1 },
      limits: { requestsPerMinute: 1_000_000, ...limits },
    };
    await writeFile(file, `export default ${JSON.stringify(config)};\n`);
    const command =
      openFiles === undefined ? [] : ['prlimit', `--nofile=${openFiles}`];
    const server = await ServerProcess.start(file, command);
    t.after(() => server.child.kill('SIGKILL'));
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
    async (t) => {
      const server = await start(t, {}, FEW_FILES);
      const before = server.handles;
      for (let round = 0; round < 3; round += 1) {
        const sockets = await askWithoutReading(server, await assetOf(server));
        for (const socket of sockets) {
          socket.destroy();
        }
      }
      await settled(server, before);
      await assetOf(server);
      assert.equal(await server.end('SIGINT'), 0);
    },
  );

  test(
    'are all released after clients that send many requests, read nothing and stay',
    { timeout: 120_000 },
    async (t) => {
      const server = await start(t, {
        answerTimeout: 3_000,
        unansweredRequests: 100,
      });
      const before = server.handles;
      const sockets = await askWithoutReading(server, await assetOf(server));
      await settled(server, before);
      await assetOf(server);
      for (const socket of sockets) {
        socket.destroy();
      }
      assert.equal(await server.end('SIGINT'), 0);
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
    async (t) => {
      const server = await start(t, {
        answerTimeout: 3_000,
        requestTimeout: 2_000,
      });
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
      assert.equal(await server.end('SIGINT'), 0);
    },
  );

  test(
    'are never used up by connections, even if the limits would allow it',
    { timeout: 120_000 },
    async (t) => {
      const server = await start(t, {}, 256);
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
      assert.ok(server.handles < 256);
      for (const socket of sockets) {
        socket.destroy();
      }
      await settled(server, before);
      const { client } = await ProtooClient.join(server.url, 'room', 'alice');
      await client.close();
      assert.equal(await server.end('SIGINT'), 0);
    },
  );
});
