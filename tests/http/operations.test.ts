import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { parseConfig } from '../../lib/config/load.ts';
import { ConfigError } from '../../lib/core/ConfigError.ts';
import { systemContract } from '../../lib/http/system/contract.ts';
import { get } from '../support/http.ts';
import { startServer, testConfig } from '../../tools/fixtures/server.ts';

const everything = Object.values(systemContract.routes);

/** The paths that a server does not serve. */
async function hidden(base: string): Promise<string[]> {
  const replies = await Promise.all(
    everything.map(async ({ path }) => ({ path, ...(await get(base, path)) })),
  );
  return replies.filter(({ status }) => status === 404).map(({ path }) => path);
}

const forOperators = ['/status', '/metrics', '/metrics/json'];

describe('routes for operators', () => {
  test('are served on the main port if only this machine can connect', async () => {
    const server = await startServer();
    try {
      assert.deepEqual(await hidden(server.url), []);
      assert.equal(server.opsUrl, undefined);
      assert.equal((await get(server.url, '/admin/')).status, 200);
    } finally {
      await server.close();
    }
  });

  test('are not served on an address that others can reach', async () => {
    // A first server creates the certificate, which this one requires.
    await (await startServer()).close();
    const server = await startServer({
      listen: { host: '0.0.0.0' },
      auth: { allowOpen: true },
    });
    try {
      assert.deepEqual(await hidden(server.url), forOperators);
      for (const path of ['/admin', '/admin/', '/admin/index.html']) {
        assert.equal((await get(server.url, path)).status, 404);
      }
    } finally {
      await server.close();
    }
  });

  test('are not served once a trusted proxy is configured', async () => {
    const server = await startServer();
    try {
      server.reconfigure(
        testConfig({
          access: { trustProxy: ['loopback'] },
          auth: { allowOpen: true },
        }),
      );
      assert.deepEqual(await hidden(server.url), forOperators);
    } finally {
      await server.close();
    }
  });

  test('are served only on their own port if there is one, without the page', async () => {
    const server = await startServer({ ops: { port: 0 } });
    try {
      const ops = server.opsUrl ?? '';
      assert.match(ops, /^http:\/\/127\.0\.0\.1:\d+\/$/);
      assert.deepEqual(await hidden(server.url), forOperators);
      assert.deepEqual(await hidden(ops), []);
      assert.equal((await get(ops, '/')).status, 404);
      assert.equal((await get(server.url, '/admin/')).status, 404);
      const dashboard = await get(ops, '/admin/');
      assert.match(dashboard.body, /<title>Dashboard/);
      const policy = String(dashboard.headers['content-security-policy']);
      assert.match(policy, /script-src 'self';.*frame-ancestors 'none'/);
      const moved = await get(ops, '/admin');
      assert.deepEqual(
        [moved.status, moved.headers.location],
        [308, './admin/'],
      );
      const [, script = ''] =
        /src="\.(\/assets\/[^"]+)"/.exec(dashboard.body) ?? [];
      assert.equal((await get(ops, `/admin${script}`)).status, 200);
      assert.equal((await get(ops, '/admin/other')).status, 404);
    } finally {
      await server.close();
    }
  });

  test('keep the server from starting if their port is taken', async () => {
    const first = await startServer({ ops: { port: 0 } });
    try {
      const port = Number(new URL(first.opsUrl ?? '').port);
      await assert.rejects(startServer({ ops: { port } }), {
        name: 'StartError',
      });
    } finally {
      await first.close();
    }
  });

  test('require a valid port number', () => {
    assert.throws(
      () => parseConfig({ ops: { port: 70_000 } }),
      (error) =>
        error instanceof ConfigError &&
        error.message.includes('ops.port: expected a value of at most 65535'),
    );
  });
});
