import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { openStore } from '../../lib/store/openStore.ts';
import type { MessageRecord, Store } from '../../lib/store/Store.ts';
import { onEachEngine } from '../support/stores.ts';
import { createRoom, createUser } from './records.ts';

onEachEngine('stored messages', (engine) => {
  let store: Store;

  before(async () => {
    store = await openStore(await engine.emptyStore(), '/');
  });
  after(() => store.close());

  test('are ordered by growing ids, also when they come together', async () => {
    const author = await createUser(store);
    const room = await createRoom(store, author);
    const added = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        store.messages.add(room.id, author.id, `message ${index}`),
      ),
    );
    const listed = await store.messages.list(room.id, {});
    const ids = listed.map(({ id }) => id);
    assert.deepEqual(
      ids,
      added.map((it) => it?.id).toSorted((a, b) => (a ?? 0) - (b ?? 0)),
    );
    assert.equal(new Set(ids).size, added.length);
  });

  test('have times in the order of their ids, also when the clock is set back', async (t) => {
    const author = await createUser(store);
    const room = await createRoom(store, author);
    const add = () => store.messages.add(room.id, author.id, 'text');
    const first = await add();
    assert.ok(first);
    const hourAgo = first.createdAt.getTime() - 3_600_000;
    const clock = t.mock.method(Date, 'now', () => hourAgo);
    const second = await add();
    clock.mock.restore();
    assert.deepEqual(second?.createdAt, first.createdAt);
  });

  test('are read from a time on, backwards and forwards', async (t) => {
    const author = await createUser(store);
    const room = await createRoom(store, author);
    const start = Date.now();
    let now = start;
    const clock = t.mock.method(Date, 'now', () => now);
    for (const [content, seconds] of [
      ['0', 0],
      ['1', 1],
      ['1 too', 1],
      ['3', 3],
    ] as const) {
      now = start + seconds * 1_000;
      await store.messages.add(room.id, author.id, content);
    }
    clock.mock.restore();
    const at = (seconds: number) => ({
      time: new Date(start + seconds * 1_000),
    });
    for (const [range, contents] of [
      [{ before: at(0) }, []],
      [{ before: at(1) }, ['0']],
      [{ before: at(2) }, ['0', '1', '1 too']],
      [{ before: at(9) }, ['0', '1', '1 too', '3']],
      [{ before: at(9), limit: 2 }, ['1 too', '3']],
      [{ after: at(-1) }, ['0', '1', '1 too', '3']],
      [{ after: at(0), limit: 1 }, ['1']],
      [{ after: at(1) }, ['3']],
      [{ after: at(3) }, []],
      [{ after: at(0), before: at(3) }, ['1', '1 too']],
    ] as const) {
      const listed = await store.messages.list(room.id, range);
      assert.deepEqual(
        listed.map(({ content }) => content),
        contents,
        JSON.stringify(range),
      );
    }
  });

  test('are searched as far as a search goes', async () => {
    const author = await createUser(store);
    const room = await createRoom(store, author);
    for (const content of ['a1', 'a2', 'b1', 'a3', 'b2']) {
      await store.messages.add(room.id, author.id, content);
    }
    for (const [range, contents] of [
      [{ limit: 9, searched: 4 }, ['a2', 'a3']],
      [{ limit: 1, searched: 4 }, ['a3']],
      [{ limit: 9, searched: 2, after: { id: 0 } }, ['a1', 'a2']],
      [{ limit: 9, searched: 1 }, []],
    ] as const) {
      const search = { ...range, search: 'A' };
      const listed = await store.messages.list(room.id, search);
      assert.deepEqual(
        listed.map(({ content }) => content),
        contents,
        JSON.stringify(range),
      );
    }
  });

  test('are read from a place on, backwards and forwards', async () => {
    const author = await createUser(store);
    const room = await createRoom(store, author);
    const all: MessageRecord[] = [];
    for (let index = 0; index < 6; index += 1) {
      const message = await store.messages.add(room.id, author.id, `${index}`);
      assert.ok(message);
      all.push(message);
    }
    const list = async (range: Parameters<typeof store.messages.list>[1]) =>
      (await store.messages.list(room.id, range)).map(({ content }) => content);
    const id = (index: number) => ({ id: all[index]?.id ?? 0 });
    assert.deepEqual(await list({ limit: 2 }), ['4', '5']);
    assert.deepEqual(await list({ limit: 2, before: id(4) }), ['2', '3']);
    assert.deepEqual(await list({ limit: 2, after: id(1) }), ['2', '3']);
    assert.deepEqual(await list({ after: id(1), before: id(4) }), ['2', '3']);
    const { createdAt } = all[5] ?? { createdAt: new Date() };
    assert.deepEqual(await list({ after: { time: createdAt } }), []);
  });

  test('are searched by a part of the text, in which % and _ are characters', async () => {
    const author = await createUser(store);
    const room = await createRoom(store, author);
    for (const content of ['50% off', '500 off', 'snake_case', 'snakeXcase']) {
      await store.messages.add(room.id, author.id, content);
    }
    const found = async (search: string) =>
      (await store.messages.list(room.id, { search })).map(
        ({ content }) => content,
      );
    assert.deepEqual(await found('0% O'), ['50% off']);
    assert.deepEqual(await found('e_c'), ['snake_case']);
  });

  test('go into no deleted room and come from no deleted user', async () => {
    const [author, other] = [await createUser(store), await createUser(store)];
    const room = await createRoom(store, author);
    await store.users.erase(other.id, 'keep');
    assert.equal(await store.messages.add(room.id, other.id, 'x'), undefined);
    await store.rooms.delete(room.id);
    assert.equal(await store.messages.add(room.id, author.id, 'x'), undefined);
  });
});
