import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';

import createDebug from 'debug';

import { setLogLevel } from '../../lib/core/logger.ts';
import { Database } from '../../lib/store/Database.ts';
import { MIGRATIONS } from '../../lib/store/migrations/index.ts';
import type { Migration } from '../../lib/store/migrations/Migration.ts';
import { openStore } from '../../lib/store/openStore.ts';
import { storeSection } from '../../lib/store/options.ts';
import type { RoomRecord, Store } from '../../lib/store/Store.ts';
import { wrong } from '../support/config.ts';
import { noPostgres, PostgresCluster } from '../support/PostgresCluster.ts';
import { SmallDisk } from '../support/SmallDisk.ts';
import { onEachEngine } from '../support/stores.ts';

setLogLevel('error');

const unavailable = {
  name: 'AppError',
  code: 'STORE_UNAVAILABLE',
  status: 503,
};

async function createRoom(store: Store): Promise<RoomRecord> {
  const creator = await store.users.create({
    email: 'ada@example.com',
    name: 'Ada',
    passwordHash: '$hash',
    role: 'user',
  });
  assert.ok(creator);
  const room = await store.rooms.create(
    { name: 'Room', description: '', type: 'chat', creatorId: creator.id },
    1,
  );
  assert.ok(room);
  return room;
}

onEachEngine('a database', (engine) => {
  test('is migrated once by processes that start together', async () => {
    const options = await engine.emptyStore();
    let runs = 0;
    const counted: Migration = {
      name: '9999-counted',
      up: async (db) => {
        runs += 1;
        await db.schema
          .createTable('once')
          .addColumn('id', 'integer')
          .execute();
      },
    };
    const opened = await Promise.all(
      Array.from({ length: 4 }, () =>
        Database.open(options, '/', [...MIGRATIONS, counted]),
      ),
    );
    await Promise.all(opened.map((database) => database.close()));
    assert.equal(runs, 1);
  });

  test('that a newer version has written to is refused', async () => {
    const options = await engine.emptyStore();
    const newer: Migration = {
      name: '9999-newer',
      up: () => Promise.resolve(),
    };
    const database = await Database.open(options, '/', [...MIGRATIONS, newer]);
    await database.close();
    await assert.rejects(Database.open(options, '/'), {
      name: 'SchemaTooNewError',
      message:
        'the database has the migration 9999-newer, which this version of Atrium does not know: start the newer version, or restore a backup from before the upgrade',
    });
  });

  test('is left as it was by a migration that fails', async () => {
    const options = await engine.emptyStore();
    const failing: Migration = {
      name: '9999-failing',
      up: async (db) => {
        await db.schema
          .createTable('half')
          .addColumn('id', 'integer')
          .execute();
        throw new Error('fails');
      },
    };
    await assert.rejects(
      Database.open(options, '/', [...MIGRATIONS, failing]),
      {
        message: 'fails',
      },
    );
    const whole: Migration = {
      name: '9999-failing',
      up: async (db) => {
        await db.schema
          .createTable('half')
          .addColumn('id', 'integer')
          .execute();
      },
    };
    const database = await Database.open(options, '/', [...MIGRATIONS, whole]);
    await database.close();
  });
});

describe('an SQLite database', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'atrium-sqlite-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('is for its account alone, and its folder is created', async () => {
    const file = path.join(folder, 'new', 'atrium.db');
    const store = await openStore(storeSection.parse({ file }), '/');
    await store.close();
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(path.dirname(file)).mode & 0o777, 0o700);
  });

  test('that is locked fails queries until it is unlocked', async () => {
    const file = path.join(folder, 'locked.db');
    const store = await openStore(
      storeSection.parse({ file, busyTimeout: 0 }),
      '/',
    );
    const other = new DatabaseSync(file);
    other.exec('begin exclusive');
    const end = () => store.logins.end('any');
    await assert.rejects(end, unavailable);
    assert.equal(await store.isHealthy(), false);
    other.exec('rollback');
    other.close();
    await end();
    await store.close();
  });

  test('that is locked is reported once, although it can be read', async (t) => {
    const file = path.join(folder, 'reported.db');
    const store = await openStore(
      storeSection.parse({ file, busyTimeout: 0 }),
      '/',
    );
    const log = t.mock.method(createDebug, 'log', () => undefined);
    using other = new DatabaseSync(file);
    other.exec('begin exclusive');
    for (let round = 0; round < 3; round += 1) {
      await assert.rejects(store.logins.end('any'), unavailable);
      assert.equal(await store.users.get(1), undefined);
    }
    assert.equal(log.mock.callCount(), 1);
    await store.close();
  });

  test('on a full disk fails writes until there is space', async (t) => {
    using disk = SmallDisk.mount();
    if (disk === undefined) {
      t.skip('a small file system cannot be mounted here');
      return;
    }
    const file = path.join(disk.path, 'atrium.db');
    const store = await openStore(storeSection.parse({ file }), '/');
    const { id, creator } = await createRoom(store);
    disk.fill();
    await assert.rejects(store.users.rename(creator.id, 'Grace'), unavailable);
    // In a transaction, which SQLite rolls back by itself.
    await assert.rejects(
      store.messages.add(id, creator.id, 'x'.repeat(10_000)),
      unavailable,
    );
    assert.equal(await store.isHealthy(), false);
    disk.clear();
    assert.ok(await store.messages.add(id, creator.id, 'text'));
    await store.close();
  });

  test('that cannot be created fails the start', async () => {
    const file = path.join(folder, 'a-folder.db');
    mkdirSync(file);
    const options = storeSection.parse({ file });
    await assert.rejects(openStore(options, '/'), {
      name: 'ConfigError',
      message: wrong(
        `store.file: expected a database that can be opened and written, got ${file}: unable to open database file`,
      ),
    });
    assert.ok(existsSync(file));
  });
});

describe('a PostgreSQL database', { skip: noPostgres }, () => {
  let cluster: PostgresCluster;
  before(async () => {
    cluster = await PostgresCluster.start();
  });
  after(() => cluster[Symbol.asyncDispose]());

  test('that goes away fails queries until it is back', async () => {
    const url = await cluster.createDatabase();
    const store = await openStore(storeSection.parse({ url }), '/');
    assert.equal(await store.users.get(1), undefined);
    await cluster.stop();
    await assert.rejects(store.users.get(1), unavailable);
    assert.equal(await store.isHealthy(), false);
    await cluster.restart();
    assert.equal(await store.users.get(1), undefined);
    await store.close();
  });

  test('that goes away during transactions fails them, and nothing else', async () => {
    const url = await cluster.createDatabase();
    const store = await openStore(storeSection.parse({ url }), '/');
    const room = await createRoom(store);
    const post = () => store.messages.add(room.id, room.creator.id, 'text');
    const acknowledged: (number | undefined)[] = [];
    const outcomes = Array.from({ length: 500 }, async () => {
      acknowledged.push((await post())?.id);
    });
    await Promise.race(outcomes);
    await cluster.stop();
    const results = await Promise.allSettled(outcomes);

    const failures = results.filter((it) => it.status === 'rejected');
    assert.ok(failures.length > 0);
    for (const { reason } of failures) {
      assert.equal(reason.code, unavailable.code, String(reason));
    }
    await cluster.restart();
    const kept = await store.messages.list(room.id, {});
    const ids = new Set<number | undefined>(kept.map(({ id }) => id));
    assert.deepEqual(
      acknowledged.filter((id) => !ids.has(id)),
      [],
    );
    assert.ok(await post());
    await store.close();
  });
});
