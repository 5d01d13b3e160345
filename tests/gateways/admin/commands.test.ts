import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { PROJECT_ROOT } from '../../../lib/core/projectRoot.ts';
import { routeContract } from '../../../lib/gateways/admin/routes.ts';
import type { RouteSpec } from '../../../lib/http/RouteSpec.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { newSecret } from '../../../tools/webhooks/receiver.ts';
import { rtpCapabilities } from '../../../tools/fixtures/rtp.ts';
import { AtriumServer } from '../../../server-sdk/src/index.ts';
import { rootKey } from '../../support/apiKeys.ts';
import { withTokens } from '../../support/JsonClient.ts';
import { sendAudio } from '../../support/protooMembers.ts';
import { until } from '../../support/until.ts';

const run = promisify(execFile);

/** The commands of the page, in its order. */
async function commands(): Promise<string[]> {
  const file = path.join(PROJECT_ROOT, 'docs', 'server-api.md');
  const page = await readFile(file, 'utf8');
  return Array.from(
    page.matchAll(/```sh\n(curl [^]*?)\n```/g),
    ([, command = '']) => command,
  );
}

/** The route that a command asks for. */
function routeOf(command: string): string | undefined {
  const method =
    / -X (\w+)/.exec(command)?.[1] ??
    (command.includes('--json') ? 'POST' : 'GET');
  const asked = /\$API(\/[^\s"?]+)/.exec(command)?.[1] ?? '';
  return Object.entries<RouteSpec>(routeContract.routes).find(
    ([, spec]) =>
      spec.method === method &&
      new RegExp(
        `^${spec.path.replace('/api/server/v1', '').replaceAll(/\{\w+\}/g, '[^/]+')}$`,
      ).test(asked),
  )?.[0];
}

/** The first line that a command prints, which is then ended. */
async function firstLine(
  command: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const child = spawn('sh', ['-c', command], { env });
  const closed = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) {
    child.kill();
    await closed;
    return line;
  }
  throw new Error(`${command} prints nothing`);
}

test('the page of the server API has a command for each operation', async () => {
  const named = (await commands()).map(routeOf);
  const operations = Object.keys(routeContract.routes);
  assert.equal(named.length, operations.length);
  assert.deepEqual(new Set(named), new Set(operations));
});

test('the commands of the page of the server API work in its order', async () => {
  const server = await startServer({
    ops: { port: 0 },
    // The last of the commands drains it, with peers in its rooms.
    shutdown: { drainTimeout: 100 },
    // Nothing listens there.
    webhooks: {
      endpoints: [
        {
          id: 'backend',
          url: 'http://127.0.0.1:1/',
          secrets: [newSecret()],
          events: ['peer.joined'],
        },
      ],
    },
    auth: { ...withTokens.auth, apiKeys: [rootKey.entry] },
  });
  const [ada] = await Promise.all(
    ['ada', 'bob'].map((name) =>
      ProtooClient.join(server.url, 'lounge', name, { rtpCapabilities }),
    ),
  );
  assert.ok(ada);
  const { producerId } = await sendAudio(ada.client);
  await ProtooClient.join(server.url, 'hall', 'host');
  server.registry
    .get('hall')
    .moderationBy({ id: 'test', kind: 'key', gateway: 'admin' })
    .setLobby(true);
  for (const name of ['cleo', 'dan']) {
    await assert.rejects(ProtooClient.join(server.url, 'hall', name), {
      errorName: 'IN_LOBBY',
    });
  }
  const API = `${server.opsUrl}api/server/v1`;
  const atrium = new AtriumServer({
    url: server.opsUrl ?? '',
    key: rootKey.token,
  });
  const ban = await atrium.bans.create({ roomId: 'lounge', userId: 'mallory' });
  const delivery = await until(
    'a delivery',
    async () => (await atrium.webhooks.deliveries().next()).value,
  );
  for (const command of await commands()) {
    const env = {
      ...process.env,
      API,
      KEY: rootKey.token,
      TRACK: producerId,
      BAN: ban.banId,
      DELIVERY: delivery.deliveryId,
    };
    if (routeOf(command) === 'followServerEvents') {
      assert.equal(await firstLine(`exec ${command}`, env), ': open');
      continue;
    }
    const { stdout } = await run('sh', ['-c', command], { env }).catch(
      (error: { stderr: string }) => assert.fail(`${command}\n${error.stderr}`),
    );
    assert.doesNotThrow(() => stdout === '' || JSON.parse(stdout), command);
  }
  await server.stopped;
});
