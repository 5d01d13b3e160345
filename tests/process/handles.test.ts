import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';

import { ProtooClient } from '../support/ProtooClient.ts';
import { ServerProcess } from '../support/ServerProcess.ts';

/** The file handles that the server may have. */
const HANDLES = 100;

/** Fewer than this are not enough to start a worker. */
const SPARE = 4;

test('a server without file handles outlives a worker, and replaces it when it has some', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'atrium-handles-'));
  const config = path.join(folder, 'config.ts');
  const options = {
    listen: { port: 0 },
    tls: {
      cert: path.join(folder, 'cert.pem'),
      key: path.join(folder, 'key.pem'),
    },
    rtc: { port: 0 },
    workers: { count: 1 },
  };
  await writeFile(config, `export default ${JSON.stringify(options)};\n`);
  const limited = ['sh', '-c', `ulimit -n ${HANDLES}; exec "$@"`, 'sh'];
  const server = await ServerProcess.start(config, limited);
  const sockets: Socket[] = [];
  try {
    const handles = `/proc/${server.child.pid}/fd`;
    const { hostname, port } = new URL(server.url);
    while (readdirSync(handles).length < HANDLES - SPARE) {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      sockets.push(socket);
      await once(socket, 'connect');
    }
    const [worker = 0] = server.workers;
    process.kill(worker, 'SIGKILL');
    await server.says(/worker 0 died/);
    await server.says(/worker 0 cannot start.+ EMFILE/);
    await server.says(/worker 0 cannot start.+ EMFILE/);

    for (const socket of sockets) {
      socket.destroy();
    }
    await server.says(/worker 0 is replaced/);
    const { client } = await ProtooClient.join(server.url, 'room', 'alice');
    await client.request('createWebRtcTransport', { direction: 'send' });
    await client.close();
    assert.equal(await server.end('SIGINT'), 0);
  } finally {
    for (const socket of sockets) {
      socket.destroy();
    }
    server.child.kill('SIGKILL');
    await rm(folder, { recursive: true });
  }
});
