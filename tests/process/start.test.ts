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

  test('waits for a port in use to become free, and warns of options that are most likely a mistake', async (t) => {
    const { port, server: blocker } = await takenTcp(t);
    const config = await folder.add({
      listen: { port },
      auth: { users: { url: 'http://users.example/{id}' } },
    });
    const server = ServerProcess.launch(config, [], { ATRIUM_PROT: '443' });
    await server.says(
      new RegExp(`listen\\.port: port ${port} is taken on 127\\.0\\.0\\.1`),
    );
    blocker.close();
    await server.says(/^Atrium is at /);
    await server.says(
      /warn:process ATRIUM_PROT: there is no such environment variable/,
    );
    await server.says(/warn:Server auth\.users\.url: expected https/);
    assert.equal(await server.end('SIGTERM'), 0);
  });

  test('names an invalid option', async () => {
    const config = await folder.add({ listen: { port: 'https' } });
    const server = ServerProcess.launch(config);
    assert.equal(await server.ended(), 1);
    assert.deepEqual(server.output, [
      'The configuration is wrong:',
      '  listen.port: expected number, got "https"',
    ]);
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
});
