import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';

import { UserDirectory } from '../../lib/auth/UserDirectory.ts';

/** A user service, and a directory that queries it. */
async function directoryOf(
  t: TestContext,
  listener: RequestListener,
  options: { timeout?: number; cacheTime?: number } = {},
): Promise<UserDirectory> {
  const service = createServer(listener);
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  const { port } = service.address() as AddressInfo;
  const directory = new UserDirectory(
    `http://127.0.0.1:${port}/api/users/{id}/`,
    { url: undefined, timeout: 60_000, cacheTime: 60_000, ...options },
  );
  t.after(async () => {
    directory.close();
    service.closeAllConnections();
    service.close();
    await once(service, 'close');
  });
  return directory;
}

describe('the directory of users', () => {
  test('queries the service once per user, with the token of the user', async (t) => {
    const asked: unknown[] = [];
    const directory = await directoryOf(t, (request, response) => {
      asked.push([request.url, request.headers.authorization]);
      response.end('{"email":"a@b.c","full_name":"Ada","role":"admin"}');
    });
    const user = { email: 'a@b.c', full_name: 'Ada', role: 'admin' };
    assert.deepEqual(await directory.get('a/b', 'token'), user);
    assert.deepEqual(await directory.get('a/b', 'token'), user);
    assert.deepEqual(asked, [['/api/users/a%2Fb/', 'Bearer token']]);
    assert.equal(directory.health, 'healthy');
  });

  for (const status of [401, 403, 404, 410]) {
    test(`refuses a user for whom the service answers ${status}`, async (t) => {
      const directory = await directoryOf(t, (_request, response) => {
        response.writeHead(status).end('{}');
      });
      await assert.rejects(directory.get('eve', 'token'), {
        code: 'TOKEN_INVALID',
      });
      assert.equal(directory.health, 'healthy');
    });
  }

  test('refuses a user who is no longer active', async (t) => {
    const directory = await directoryOf(t, (_request, response) => {
      response.end('{"is_active":false}');
    });
    await assert.rejects(directory.get('eve', 'token'), {
      code: 'TOKEN_INVALID',
    });
  });

  test('stops querying a failing service for a while', async (t) => {
    let asked = 0;
    const directory = await directoryOf(t, (_request, response) => {
      asked += 1;
      response.writeHead(500).end();
    });
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await assert.rejects(directory.get('ada', 'token'), {
        code: 'USERS_UNAVAILABLE',
      });
    }
    assert.equal(directory.health, 'unhealthy');
    assert.ok(asked < 5, `asked ${asked} times`);
  });

  test('gives up on a service that does not answer', async (t) => {
    const directory = await directoryOf(t, () => undefined, { timeout: 100 });
    await assert.rejects(directory.get('ada', 'token'), {
      code: 'USERS_UNAVAILABLE',
    });
  });

  test('refuses replies that are not a user, and redirects', async (t) => {
    const answers = ['[]', 'no JSON', '{"email":7}', ' '.repeat(100_000)];
    const directory = await directoryOf(t, (request, response) => {
      const index = Number(request.url?.split('/').at(-2));
      if (index === answers.length) {
        response.writeHead(302, { Location: '/elsewhere' }).end();
      } else {
        response.end(answers[index]);
      }
    });
    for (let index = 0; index <= answers.length; index += 1) {
      await assert.rejects(directory.get(String(index), 'token'), {
        code: 'USERS_UNAVAILABLE',
      });
    }
  });
});
