import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';

import { Logger } from '../../../lib/core/logger.ts';
import { noPostgres, PostgresCluster } from '../../support/PostgresCluster.ts';
import { PASSWORD } from '../../support/accounts.ts';
import { ChatSite } from './ChatSite.ts';
import type { Reply } from './ChatSite.ts';

const away = {
  detail:
    'the database cannot be reached or written at the moment; try again later',
};
const room = { name: 'Room', room_type: 'chat' };
const email = 'ada@example.com';

function isAway({ status, body }: Reply): void {
  assert.deepEqual([status, body], [503, away]);
}

describe('the chat API', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'atrium-chat-'));
  const file = path.join(folder, 'atrium.db');
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('answers 503 while the SQLite file is locked, and 500 if it is broken', async (t) => {
    t.mock.method(Logger.prototype, 'error', () => undefined);
    await using site = await ChatSite.start({
      store: { file, busyTimeout: 0 },
    });
    const { access } = await site.join(email, 'Ada');
    const create = () => site.ask('POST', '/api/rooms/', room, access);
    const list = () => site.ask('GET', '/api/rooms/', undefined, access);
    using other = new DatabaseSync(file);

    other.exec('begin immediate');
    isAway(await create());
    assert.equal((await list()).status, 200);
    isAway(await site.ask('POST', '/auth/logout/', undefined, access));
    other.exec('commit');
    assert.equal((await create()).status, 201);

    other.exec('alter table rooms rename to lost');
    const { status, body } = await list();
    assert.equal(status, 500);
    assert.deepEqual(body, { detail: 'A server error occurred.' });
    other.exec('alter table lost rename to rooms');
    assert.equal((await list()).status, 200);
  });

  test(
    'answers 503 while PostgreSQL is away, and goes on when it is back',
    { skip: noPostgres },
    async (t) => {
      t.mock.method(Logger.prototype, 'error', () => undefined);
      await using cluster = await PostgresCluster.start();
      const url = await cluster.createDatabase();
      await using site = await ChatSite.start({ store: { url } });
      const { access, refresh } = await site.join(email, 'Ada');
      const login = { email, password: PASSWORD };
      const requests = (): Promise<Reply>[] => [
        site.ask('GET', '/api/rooms/', undefined, access),
        site.ask('GET', '/auth/profile/', undefined, access),
        site.ask('POST', '/api/rooms/', room, access),
        site.ask('POST', '/auth/login/', login),
        site.ask('POST', '/auth/token/refresh/', { refresh }),
      ];

      await cluster.stop();
      for (const reply of await Promise.all(requests())) {
        isAway(reply);
      }
      await cluster.restart();
      const statuses = await Promise.all(
        requests().map(async (reply) => (await reply).status),
      );
      assert.deepEqual(statuses, [200, 200, 201, 200, 200]);
    },
  );
});
