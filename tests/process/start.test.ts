import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { TestContext } from 'node:test';

import { ConfigFolder, ServerProcess } from '../support/ServerProcess.ts';

/** A port below 1024. */
const privileged = { listen: { port: 843 } };

/** A TCP port of loopback that is in use until the test ends. */
async function takenTcp(t: TestContext) {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { port: (server.address() as AddressInfo).port, server };
}

describe('the start of the server', () => {
  let folder: ConfigFolder;

  before(async () => {
    folder = await ConfigFolder.create();
  });

  after(() => folder.remove());

  /** Waits until a start fails, with one line of output and no worker left. */
  async function refused(options: object): Promise<string> {
    const server = ServerProcess.launch(await folder.add(options));
    assert.equal(await server.ended(), 1, server.output.join('\n'));
    const said = server.output.filter(
      (line) => !/atrium:(?:info|warn):/.test(line),
    );
    return said.join('\n');
  }

  test('waits for a port in use to become free', async (t) => {
    const { port, server: blocker } = await takenTcp(t);
    const server = ServerProcess.launch(await folder.add({ listen: { port } }));
    await server.says(
      new RegExp(`listen\\.port: port ${port} is taken on 127\\.0\\.0\\.1`),
    );
    blocker.close();
    await server.says(/^Atrium is at /);
    assert.equal(await server.end('SIGINT'), 0);
  });

  test('fails with the name of the option if its port stays in use', async (t) => {
    const { port } = await takenTcp(t);
    assert.equal(
      await refused({ listen: { port }, startup: { portTimeout: 500 } }),
      `listen.port: expected a port that is free on 127.0.0.1, got ${port}, which something else uses; stop that, or set another port`,
    );
  });

  test('names an invalid option', async () => {
    assert.equal(
      await refused({ listen: { port: 'https' } }),
      'The configuration is wrong:\n  listen.port: expected number, got "https"',
    );
  });

  test('names the option of a certificate that cannot be generated', async () => {
    // There is a file where the folder should be.
    const file = await folder.add();
    assert.match(
      await refused({ tls: { cert: `${file}/c.pem`, key: `${file}/k.pem` } }),
      /^The configuration is wrong:\n {2}tls\.cert, tls\.key: expected a certificate with its key, or folders in which a self-signed pair can be created, got EEXIST.*$/,
    );
  });

  test('names the option of a port that it may not open', async () => {
    const server = ServerProcess.launch(await folder.add(privileged), [
      'setpriv',
      '--bounding-set=-net_bind_service',
      '--inh-caps=-net_bind_service',
    ]);
    assert.equal(await server.ended(), 1, server.output.join('\n'));
    assert.equal(
      server.output.at(-1),
      'listen.port: expected a port that this user may open, got 843; set one from 1024 on, or give the process the capability CAP_NET_BIND_SERVICE',
    );
  });

  test('names a media worker that does not exist', async () => {
    const server = ServerProcess.launch(await folder.add(), [], {
      MEDIASOUP_WORKER_BIN: '/nonexistent/worker',
    });
    assert.equal(await server.ended(), 1);
    assert.deepEqual(server.output, [
      'the media worker is not a program that can be run: put it in place with npm run setup, or correct the variable MEDIASOUP_WORKER_BIN',
    ]);
  });

  test('warns of options that are most likely a mistake', async () => {
    const server = await ServerProcess.start(
      await folder.add({
        auth: { users: { url: 'http://users.example/{id}' } },
      }),
      [],
      { ATRIUM_PROT: '443' },
    );
    await server.says(
      /warn:process ATRIUM_PROT: there is no such environment variable/,
    );
    await server.says(/warn:Server auth\.users\.url: expected https/);
    await server.end('SIGINT');
  });
});
