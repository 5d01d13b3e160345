import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { ChatRooms } from '../../lib/chat/ChatRooms.ts';
import { chatSection } from '../../lib/chat/options.ts';
import { openStore } from '../../lib/store/openStore.ts';
import type { Store, UserRecord } from '../../lib/store/Store.ts';
import { aboveEachEngine } from '../support/stores.ts';

aboveEachEngine('lasting rooms', (engine) => {
  let store: Store;
  let rooms: ChatRooms;
  let options = {};
  let creator: UserRecord;
  let stranger: UserRecord;

  before(async () => {
    store = await openStore(await engine.emptyStore(), '/');
    rooms = new ChatRooms(store.rooms, store.messages, () =>
      chatSection.parse(options),
    );
    [creator, stranger] = await Promise.all([createUser('a'), createUser('b')]);
  });
  after(() => store.close());

  async function createUser(name: string): Promise<UserRecord> {
    const email = `${name}@example.com`;
    const user = await store.users.create({
      email,
      name,
      passwordHash: '$hash',
      role: 'user',
    });
    assert.ok(user);
    return user;
  }

  const createRoom = () =>
    rooms.create({
      name: 'Room',
      description: '',
      type: 'chat',
      creatorId: creator.id,
    });

  test('are changed and deleted by their creator alone', async () => {
    const room = await createRoom();
    const refused = { code: 'NOT_THE_CREATOR', status: 403 };
    const change = { name: 'New' };
    await assert.rejects(rooms.update(room.id, stranger.id, change), refused);
    await assert.rejects(rooms.delete(room.id, stranger.id), refused);
    const changed = await rooms.update(room.id, creator.id, change);
    assert.equal(changed.name, 'New');
    const deleted: number[] = [];
    rooms.on('roomDeleted', (roomId) => deleted.push(roomId));
    await rooms.delete(room.id, creator.id);
    assert.deepEqual(deleted, [room.id]);
  });

  test('take nothing once they are deleted', async () => {
    const room = await createRoom();
    await rooms.delete(room.id, creator.id);
    const missing = { code: 'CHAT_ROOM_NOT_FOUND', status: 404 };
    await assert.rejects(rooms.get(room.id), missing);
    await assert.rejects(rooms.messages(room.id, {}), missing);
    await assert.rejects(rooms.post(room.id, creator.id, 'late'), missing);
    await assert.rejects(rooms.delete(room.id, creator.id), missing);
    await assert.rejects(rooms.update(room.id, creator.id, {}), missing);
  });

  test('are no more than one user may have', async () => {
    const before = (await rooms.list({})).length;
    options = { roomsPerUser: before + 1 };
    await createRoom();
    await assert.rejects(createRoom(), {
      code: 'LIMIT_REACHED',
      option: 'chat.roomsPerUser',
    });
    options = {};
    await createRoom();
  });

  test('are listed no further than an answer goes, as are messages', async () => {
    const room = await createRoom();
    await createRoom();
    for (const content of ['one', 'two', 'three']) {
      await rooms.post(room.id, creator.id, content);
    }
    options = { listedEntries: 2 };
    const all = await rooms.list({});
    assert.equal(all.length, 2);
    const [first, second] = all;
    assert.deepEqual(await rooms.list({}, { limit: 1, offset: 1 }), [second]);
    assert.deepEqual(await rooms.list({}, { limit: 9 }), [first, second]);
    for (const [range, contents] of [
      [{}, ['two', 'three']],
      [{ limit: 9 }, ['two', 'three']],
      [{ limit: 1 }, ['three']],
      [{ after: { id: 0 } }, ['one', 'two']],
    ] as const) {
      const messages = await rooms.messages(room.id, range);
      assert.deepEqual(
        messages.map(({ content }) => content),
        contents,
      );
    }
    options = {};
  });

  test('are listed and counted no further than a search goes', async () => {
    await createRoom();
    const newest = await createRoom();
    options = { searchedRooms: 1 };
    assert.deepEqual(await rooms.list({ search: 'room' }), [newest]);
    assert.equal(await rooms.count({ search: 'room' }), 1);
    assert.ok((await rooms.count({})) > 1);
    options = {};
  });

  test('tell of messages that came together in the order of their ids', async () => {
    const room = await createRoom();
    const told: number[] = [];
    rooms.on('message', (roomId, { id }) => {
      if (roomId === room.id) {
        told.push(id);
      }
    });
    const posted = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        rooms.post(room.id, creator.id, `${index}`),
      ),
    );
    assert.deepEqual(
      posted.map(({ content }) => content),
      Array.from({ length: 30 }, (_, index) => `${index}`),
    );
    assert.deepEqual(
      told,
      posted.map(({ id }) => id),
    );
    assert.deepEqual(
      told,
      told.toSorted((one, other) => one - other),
    );
  });
});
