import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';

import { callsSection } from '../../lib/calls/options.ts';
import { RemoteConversations } from '../../lib/calls/RemoteConversations.ts';

const ID = '65abc123def456789012345a';
const SECRET = 'a-secret-of-32-or-more-characters';
const unavailable = { code: 'DIRECTORY_UNAVAILABLE', status: 503 };

const conversation = {
  conversationId: ID,
  type: 'group',
  title: 'Team',
  members: [
    { userId: 'ada', username: 'Ada\u202E' },
    { userId: 7, username: ' ' },
  ],
};

/** A service that knows conversations, and the directory that queries it. */
async function directoryOf(
  t: TestContext,
  listener: RequestListener,
  directory: { timeout?: number; cacheTime?: number } = {},
): Promise<RemoteConversations> {
  const service = createServer(listener);
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  const { port } = service.address() as AddressInfo;
  const remote = new RemoteConversations(
    `http://127.0.0.1:${port}/api/conversations/{id}`,
    () => callsSection.parse({ directory, secret: SECRET }),
  );
  t.after(async () => {
    remote.close();
    service.closeAllConnections();
    service.close();
    await once(service, 'close');
  });
  return remote;
}

describe('a directory of conversations elsewhere', () => {
  test('is asked once for each, with the secret of the server', async (t) => {
    const asked: unknown[] = [];
    const remote = await directoryOf(t, (request, response) => {
      asked.push([request.url, request.headers.authorization]);
      response.end(JSON.stringify({ success: true, data: conversation }));
    });
    const expected = {
      id: ID,
      type: 'group',
      title: 'Team',
      members: [
        { userId: 'ada', username: 'Ada' },
        { userId: '7', username: '7' },
      ],
    };
    assert.deepEqual(await remote.get(ID), expected);
    assert.deepEqual(await remote.get(ID), expected);
    assert.deepEqual(asked, [[`/api/conversations/${ID}`, `Bearer ${SECRET}`]]);
  });

  for (const status of [404, 410]) {
    test(`has no conversation for which it answers ${status}`, async (t) => {
      const remote = await directoryOf(t, (_request, response) => {
        response.writeHead(status).end('{}');
      });
      assert.equal(await remote.get(ID), undefined);
    });
  }

  test('is left alone for a while when it fails', async (t) => {
    let asked = 0;
    const remote = await directoryOf(t, (_request, response) => {
      asked += 1;
      response.writeHead(500).end();
    });
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await assert.rejects(remote.get(ID), unavailable);
    }
    assert.ok(asked < 5, `asked ${asked} times`);
  });

  test('is given up on when it does not answer', async (t) => {
    const remote = await directoryOf(t, () => undefined, { timeout: 100 });
    await assert.rejects(remote.get(ID), unavailable);
  });

  for (const [what, answer] of [
    ['a redirect', undefined],
    ['no JSON', 'no JSON'],
    ['no conversation', '{"data":{}}'],
    ['an unknown type', answerWith({ type: 'secret' })],
    ['another conversation', answerWith({ conversationId: 'f'.repeat(24) })],
    ['too long an answer', ' '.repeat(5_000_000)],
  ] as const) {
    test(`is not believed: ${what}`, async (t) => {
      const remote = await directoryOf(t, (_request, response) => {
        if (answer === undefined) {
          response.writeHead(302, { Location: '/elsewhere' }).end();
        } else {
          response.end(answer);
        }
      });
      await assert.rejects(remote.get(ID), unavailable);
    });
  }

  test('is believed without a title', async (t) => {
    const remote = await directoryOf(t, (_request, response) => {
      response.end(answerWith({ title: null, members: [] }));
    });
    assert.deepEqual(await remote.get(ID), {
      id: ID,
      type: 'group',
      title: '',
      members: [],
    });
  });
});

function answerWith(change: object): string {
  return JSON.stringify({ data: { ...conversation, ...change } });
}
