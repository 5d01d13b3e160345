import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { byCodePoints } from '../../lib/core/sorting.ts';
import { openStore } from '../../lib/store/openStore.ts';
import type { ServerRoomRecord } from '../../lib/store/ServerRoomStore.ts';
import type { Store } from '../../lib/store/Store.ts';
import { onEachEngine } from '../support/stores.ts';

const options = {
  maxPeers: undefined,
  emptyTimeout: 1_000,
  metadata: {},
  locked: false,
  lobby: false,
};

onEachEngine('rooms of backends in the store', (engine) => {
  let store: Store;

  before(async () => {
    store = await openStore(await engine.emptyStore(), '/');
  });

  after(() => store.close());

  async function create(id: string): Promise<ServerRoomRecord> {
    const created = await store.serverRooms.create(id, options, 1_000);
    assert.ok(typeof created === 'object', id);
    return created;
  }

  test('are returned as they were created', async () => {
    const full = {
      maxPeers: 7,
      emptyTimeout: 86_400_000,
      metadata: { topic: 'Stand-up ☕', tags: [1, null] },
      locked: true,
      lobby: true,
    };
    const created = await store.serverRooms.create('full', full, 1_000);
    assert.deepEqual(created, {
      id: 'full',
      ...full,
      createdAt: (created as ServerRoomRecord).createdAt,
      version: 1,
    });
    assert.deepEqual(await store.serverRooms.get('full'), created);
    assert.equal(await store.serverRooms.get('none'), undefined);
    assert.equal(
      await store.serverRooms.create('full', options, 1_000),
      'taken',
    );
    assert.equal(await store.serverRooms.create('new', options, 1), 'full');
  });

  test('change in the version that is named alone', async () => {
    const { version } = await create('changing');
    const changed = await store.serverRooms.update('changing', version, {
      ...options,
      maxPeers: 3,
    });
    assert.deepEqual([changed?.maxPeers, changed?.version], [3, 2]);
    assert.equal(
      await store.serverRooms.update('changing', version, options),
      undefined,
    );
    assert.equal(await store.serverRooms.update('none', 1, options), undefined);
  });

  test('are listed in the order of their bytes, by their beginning', async () => {
    const ids = ['z', 'a', 'ä', '\u{ff5e}', '😀', 'aa', 'B', '%', '_'].map(
      (it) => `list-${it}`,
    );
    await Promise.all(ids.map(create));
    await create('lisu');
    const list = async (after: string | undefined, limit: number) => {
      const rooms = await store.serverRooms.list({
        after,
        prefix: 'list-',
        limit,
      });
      return rooms.map(({ id }) => id);
    };
    const sorted = ids.toSorted(byCodePoints);
    assert.deepEqual(await list(undefined, 100), sorted);
    for (let at = 0; at < sorted.length; at += 1) {
      assert.deepEqual(await list(sorted[at], 1), sorted.slice(at + 1, at + 2));
    }
    assert.deepEqual(await list('a', 100), sorted);
    assert.deepEqual(await list('m', 100), []);
    const found = await store.serverRooms.find([...ids, 'none']);
    assert.equal(found.length, ids.length);
    for (const prefix of ['\u{d7ff}', '\u{10ffff}', 'a\u{10ffff}']) {
      await create(`${prefix}1`);
      const rooms = await store.serverRooms.list({
        after: undefined,
        prefix,
        limit: 9,
      });
      assert.deepEqual(
        rooms.map(({ id }) => id),
        [`${prefix}1`],
      );
    }
  });

  test('are deleted once', async () => {
    await create('gone');
    assert.ok((await store.serverRooms.ids()).includes('gone'));
    assert.equal(await store.serverRooms.delete('gone'), true);
    assert.equal(await store.serverRooms.delete('gone'), false);
    assert.equal(await store.serverRooms.get('gone'), undefined);
  });
});
