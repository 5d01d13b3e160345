import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { MIGRATIONS } from '../../lib/store/migrations/index.ts';
import { ChatProcess } from '../support/ChatProcess.ts';
import { ConfigFolder } from '../support/ServerProcess.ts';
import { onEachEngine } from '../support/stores.ts';

const ada = {
  email: 'ada@example.com',
  name: 'Ada',
  password: 'correct horse battery',
};

onEachEngine('two servers that start together', (engine) => {
  let folder: ConfigFolder;

  before(async () => {
    folder = await ConfigFolder.create();
  });
  after(() => folder.remove());

  test('migrate an empty database once, and share accounts and keys', async () => {
    const store = await engine.emptyStore();
    const starts = await Promise.allSettled([
      ChatProcess.start(folder, store),
      ChatProcess.start(folder, store),
    ]);
    await using running = new AsyncDisposableStack();
    const servers = starts.flatMap((it) =>
      it.status === 'fulfilled' ? [running.use(it.value)] : [],
    );
    const [one, other] = servers;
    assert.ok(one && other, JSON.stringify(starts));

    const migrated = servers
      .flatMap(({ server }) => server.output)
      .flatMap((line) => /migrated the database: (\S+)/.exec(line)?.[1] ?? []);
    assert.deepEqual(
      migrated,
      MIGRATIONS.map(({ name }) => name),
    );

    const registered = await one.ask('POST', 'auth/register/', ada);
    const { body: tokens } = await other.ask('POST', 'auth/login/', ada);
    const { status, body } = await one.ask(
      'GET',
      'auth/profile/',
      undefined,
      tokens.access,
    );
    assert.deepEqual([status, body], [200, registered.body]);
  });
});
