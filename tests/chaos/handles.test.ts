import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';

import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { ServerProcess } from '../support/ServerProcess.ts';

/** The server's limit on file handles. */
const HANDLES = 256;

/** Opens files in the server until it is out of handles, or closes them. */
const TAKE_HANDLES = `
import { closeSync, openSync } from 'node:fs';
const taken = [];
process.on('SIGUSR2', () => {
  if (taken.length > 0) {
    taken.splice(0).forEach((handle) => closeSync(handle));
    return;
  }
  try {
    for (;;) {
      taken.push(openSync('/dev/null'));
    }
  } catch (error) {
    console.log('took %d handles: %s', taken.length, error.code);
  }
});
`;

test('a server out of file handles survives the death of a worker, and replaces it once handles are free', async () => {
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
  await writeFile(
    config,
    `${TAKE_HANDLES}export default ${JSON.stringify(options)};\n`,
  );
  const limited = ['sh', '-c', `ulimit -n ${HANDLES}; exec "$@"`, 'sh'];
  const server = await ServerProcess.start(config, limited);
  try {
    server.child.kill('SIGUSR2');
    await server.says(/took \d+ handles: EMFILE/);
    const [worker = 0] = server.workers;
    process.kill(worker, 'SIGKILL');
    await server.says(/worker 0 died/);
    await server.says(/worker 0 cannot start.+ EMFILE/);
    await server.says(/worker 0 cannot start.+ EMFILE/);

    server.child.kill('SIGUSR2');
    await server.says(/worker 0 is replaced/);
    const { client } = await ProtooClient.join(server.url, 'room', 'alice');
    await client.request('createWebRtcTransport', { direction: 'send' });
    await client.close();
    assert.equal(await server.end('SIGINT'), 0);
  } finally {
    server.child.kill('SIGKILL');
    await rm(folder, { recursive: true });
  }
});
