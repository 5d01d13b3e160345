import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { describe, test } from 'node:test';

import { askHealth } from '../../../lib/http/system/askHealth.ts';
import { Server } from '../../../lib/Server.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { startServer, testConfig } from '../../../tools/fixtures/server.ts';
import { freePort } from '../../support/freePort.ts';

describe('the health check', () => {
  const hosts: Record<string, [asked: string, options?: object]> = {
    '127.0.0.1': ['127.0.0.1'],
    '::1': ['[::1]'],
    localhost: ['localhost'],
    '0.0.0.0': ['127.0.0.1', { auth: { allowOpen: true } }],
    '::': ['[::1]', { auth: { allowOpen: true } }],
  };
  for (const [host, [asked, options]] of Object.entries(hosts)) {
    test(`asks the server that listens on ${host}`, async () => {
      const port = await freePort(host);
      const config = testConfig({ listen: { host, port }, ...options });
      const server = await Server.start(config);
      try {
        assert.equal(
          await askHealth(config.listen),
          `https://${asked}:${port} is healthy: ok`,
        );
      } finally {
        await server.close();
      }
      await assert.rejects(askHealth(config.listen), {
        name: 'Unhealthy',
        message: /^https:\/\/\S+ does not answer: .+$/,
      });
    });
  }

  test('passes while the server drains', async (t) => {
    const port = await freePort();
    const server = await startServer({ listen: { port } });
    t.after(() => server.close());
    const { client } = await ProtooClient.join(server.url, 'room', 'alice');
    const drained = server.drain();
    const said = await askHealth({ host: '127.0.0.1', port, tls: true });
    assert.match(said, /is degraded: .*drain/);
    await client.close();
    await drained;
  });

  test('fails if another program answers, or none does', async () => {
    const { tls } = testConfig();
    const cert = readFileSync(tls.cert);
    const key = readFileSync(tls.key);
    const stranger = createServer({ cert, key }, (_request, response) => {
      response.end('<h1>Welcome</h1>');
    });
    const endless = createServer({ cert, key }, (request, response) => {
      const more = (): void => {
        if (!request.destroyed) {
          response.write('x'.repeat(65_536), more);
        }
      };
      more();
    });
    const silent = createTcpServer();
    for (const [other, problem] of [
      [stranger, 'answers 200, and not as Atrium does'],
      [endless, 'answers with more than 65536 bytes'],
      [silent, 'does not answer: nothing came for 4000 ms'],
    ] as const) {
      const port = await listening(other);
      try {
        await assert.rejects(
          askHealth({ host: '127.0.0.1', port, tls: true }),
          {
            name: 'Unhealthy',
            message: `https://127.0.0.1:${port} ${problem}`,
          },
        );
      } finally {
        if ('closeAllConnections' in other) {
          other.closeAllConnections();
        }
        other.close();
      }
    }
  });

  test('needs a port that is the same at each start', async () => {
    await assert.rejects(askHealth({ host: '127.0.0.1', port: 0, tls: true }), {
      message:
        'listen.port: expected the port to ask at, got 0, which is another at each start',
    });
  });
});

async function listening(server: NetServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
