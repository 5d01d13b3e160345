import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { openStore } from '../../lib/store/openStore.ts';
import type {
  MessageRecord,
  Store,
  UserRecord,
} from '../../lib/store/Store.ts';
import { onEachEngine } from '../support/stores.ts';

function newUser(email: string) {
  return { email, name: 'Ada', passwordHash: '$hash', role: 'user' };
}

onEachEngine('the store', (engine) => {
  let store: Store;
  let users = 0;

  before(async () => {
    store = await openStore(await engine.emptyStore(), '/');
  });
  after(() => store.close());

  async function createUser(): Promise<UserRecord> {
    users += 1;
    const user = await store.users.create(newUser(`user${users}@example.com`));
    assert.ok(user);
    return user;
  }

  async function createRoom(creator: UserRecord, name = 'Room') {
    const description = 'About it';
    const creatorId = creator.id;
    const room = await store.rooms.create(
      { name, description, type: 'chat', creatorId },
      1_000,
    );
    assert.ok(room);
    return room;
  }

  describe('accounts', () => {
    test('are found by their address in any case, which is kept as typed', async () => {
      const email = 'Ada.Lovelace@Example.com';
      const user = await store.users.create(newUser(email));
      const found = await store.users.findByEmail('ADA.LOVELACE@EXAMPLE.COM');
      assert.equal(found?.id, user?.id);
      assert.equal(found?.email, email);
      assert.equal(found?.passwordHash, '$hash');
    });

    test('take an address once, whatever its case', async () => {
      const { email } = await createUser();
      const again = newUser(email.toUpperCase());
      assert.equal(await store.users.create(again), undefined);
    });

    test('take an address once when two ask for it together', async () => {
      const created = await Promise.all(
        Array.from({ length: 5 }, () =>
          store.users.create(newUser('together@example.com')),
        ),
      );
      assert.equal(created.filter((user) => user !== undefined).length, 1);
    });

    test('are renamed', async () => {
      const { id } = await createUser();
      const renamed = await store.users.rename(id, 'Grace');
      assert.equal(renamed?.name, 'Grace');
      assert.deepEqual(await store.users.get(id), renamed);
    });

    test('are listed from any id on, in the order of their ids', async () => {
      const created = [
        await createUser(),
        await createUser(),
        await createUser(),
      ];
      const [first, second, third] = created;
      assert.ok(first !== undefined && second !== undefined);
      await store.users.erase(second.id, 'keep');
      const after = first.id - 1;
      assert.deepEqual(await store.users.list({ after, limit: 2 }), [
        first,
        third,
      ]);
      assert.deepEqual(await store.users.list({ after, limit: 1 }), [first]);
      assert.deepEqual(await store.users.list({ after: first.id, limit: 9 }), [
        third,
      ]);
    });

    test('get another role', async () => {
      const { id } = await createUser();
      const changed = await store.users.setRole(id, 'moderator');
      assert.equal(changed?.role, 'moderator');
      assert.deepEqual(await store.users.get(id), changed);
      await store.users.erase(id, 'keep');
      assert.equal(await store.users.setRole(id, 'user'), undefined);
    });

    test('get another password, which ends their logins and no others', async () => {
      const [changed, other] = [await createUser(), await createUser()];
      const expiry = new Date(Date.now() + 60_000);
      await store.logins.create('of changed', changed.id, expiry);
      await store.logins.create('of other', other.id, expiry);
      assert.equal(await store.users.setPassword(changed.id, '$new'), true);
      const found = await store.users.findByEmail(changed.email);
      assert.equal(found?.passwordHash, '$new');
      assert.equal((await store.logins.get('of changed'))?.ended, true);
      assert.equal((await store.logins.get('of other'))?.ended, false);
      await store.users.erase(changed.id, 'keep');
      assert.equal(await store.users.setPassword(changed.id, '$x'), false);
      assert.equal(await store.users.findByEmail(changed.email), undefined);
    });

    test('are erased with their logins; the address is free again', async () => {
      const { id, email } = await createUser();
      const room = await createRoom({ id } as UserRecord);
      await store.messages.add(room.id, id, 'What I said');
      await store.logins.create('erased', id, new Date(Date.now() + 1_000));

      assert.equal(await store.users.erase(id, 'keep'), true);

      assert.equal(await store.users.get(id), undefined);
      assert.equal(await store.users.findByEmail(email), undefined);
      assert.equal(await store.users.rename(id, 'Grace'), undefined);
      assert.equal((await store.logins.get('erased'))?.ended, true);
      const [message] = await store.messages.list(room.id, {});
      const author = { id, email: '', name: 'Deleted user' };
      assert.deepEqual(message?.user, author);
      assert.deepEqual((await store.rooms.get(room.id))?.creator, author);
      assert.ok(await store.users.create(newUser(email)));
      assert.equal(await store.users.erase(id, 'keep'), false);
    });

    test('take their messages along where that is wanted', async () => {
      const [leaver, other] = [await createUser(), await createUser()];
      const room = await createRoom(other);
      await store.messages.add(room.id, leaver.id, 'gone');
      await store.messages.add(room.id, other.id, 'here');
      await store.users.erase(leaver.id, 'delete');
      const messages = await store.messages.list(room.id, {});
      assert.deepEqual(
        messages.map(({ content }) => content),
        ['here'],
      );
    });
  });

  describe('logins', () => {
    test('end once and for all', async () => {
      const { id } = await createUser();
      await store.logins.create('one', id, new Date(Date.now() + 60_000));
      const open = { id: 'one', userId: id, ended: false };
      assert.deepEqual(await store.logins.get('one'), open);
      await store.logins.end('one');
      assert.deepEqual(await store.logins.get('one'), { ...open, ended: true });
    });

    test('are told apart by when they ended', async () => {
      const { id } = await createUser();
      const expiry = new Date(Date.now() + 60_000);
      await store.logins.create('goes on', id, expiry);
      await store.logins.create('ends', id, expiry);
      const before = new Date(Date.now() - 1);
      await store.logins.end('ends');
      const ended = await store.logins.endedSince(before);
      assert.deepEqual(
        ended.filter(({ userId }) => userId === id),
        [{ id: 'ends', userId: id, ended: true }],
      );
      const later = new Date(Date.now() + 60_000);
      assert.deepEqual(await store.logins.endedSince(later), []);
    });

    test('are forgotten once all their tokens have expired', async () => {
      const { id } = await createUser();
      await store.logins.create('old', id, new Date(Date.now() - 1_000));
      await store.logins.create('new', id, new Date(Date.now() + 60_000));
      assert.equal(await store.logins.deleteExpired(), 1);
      assert.equal(await store.logins.get('old'), undefined);
      assert.equal((await store.logins.get('new'))?.ended, false);
    });
  });

  describe('rooms', () => {
    test('are created, read and updated', async () => {
      const creator = await createUser();
      const room = await createRoom(creator, 'Ångström');
      assert.deepEqual(await store.rooms.get(room.id), room);
      assert.deepEqual(room.creator, {
        id: creator.id,
        email: creator.email,
        name: creator.name,
      });
      const renamed = await store.rooms.update(room.id, { name: 'New' });
      assert.deepEqual(renamed, { ...room, name: 'New' });
      const described = await store.rooms.update(room.id, { description: '' });
      assert.deepEqual(described, { ...renamed, description: '' });
      assert.deepEqual(await store.rooms.update(room.id, {}), described);
    });

    test('are gone for good once deleted, and their ids are not reused', async () => {
      const room = await createRoom(await createUser());
      assert.equal(await store.rooms.delete(room.id), true);
      assert.equal(await store.rooms.delete(room.id), false);
      assert.equal(await store.rooms.get(room.id), undefined);
      assert.equal(await store.rooms.update(room.id, { name: 'x' }), undefined);
      const next = await createRoom(await createUser());
      assert.ok(next.id > room.id);
    });

    test('are as many as their creator may have, also when asked for together', async () => {
      const creatorId = (await createUser()).id;
      const create = (name: string) =>
        store.rooms.create(
          { name, description: '', type: 'chat', creatorId },
          3,
        );
      const created = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(create));
      const rooms = created.filter((room) => room !== undefined);
      assert.equal(rooms.length, 3);
      assert.equal(await create('f'), undefined);
      await store.rooms.delete(rooms[0]?.id ?? 0);
      assert.ok(await create('g'));
      assert.ok(await createRoom(await createUser()));
    });

    test('are listed by type, by a part of the name, and in pages', async () => {
      const creatorId = (await createUser()).id;
      const names = ['100% ÄRGER', '100 percent', 'a_b', 'axb'];
      for (const name of names) {
        await store.rooms.create(
          { name, description: '', type: 'video', creatorId },
          names.length,
        );
      }
      const namesOf = async (search: string): Promise<string[]> => {
        const rooms = await store.rooms.list({ type: 'video', search });
        return rooms.map(({ name }) => name);
      };
      assert.deepEqual(await namesOf('% ärg'), ['100% ÄRGER']);
      assert.deepEqual(await namesOf('A_B'), ['a_b']);
      assert.deepEqual(await namesOf('\\'), []);
      assert.equal(await store.rooms.count({ type: 'video' }), names.length);
      const page = await store.rooms.list(
        { type: 'video' },
        { limit: 2, offset: 1 },
      );
      assert.deepEqual(
        page.map(({ name }) => name),
        names.slice(1, 3),
      );
    });
  });

  describe('messages', () => {
    test('are ordered by growing ids, also when they come together', async () => {
      const author = await createUser();
      const room = await createRoom(author);
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
      const author = await createUser();
      const room = await createRoom(author);
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
      const author = await createUser();
      const room = await createRoom(author);
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
      const author = await createUser();
      const room = await createRoom(author);
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
      const author = await createUser();
      const room = await createRoom(author);
      const all: MessageRecord[] = [];
      for (let index = 0; index < 6; index += 1) {
        const message = await store.messages.add(
          room.id,
          author.id,
          `${index}`,
        );
        assert.ok(message);
        all.push(message);
      }
      const list = async (range: Parameters<typeof store.messages.list>[1]) =>
        (await store.messages.list(room.id, range)).map(
          ({ content }) => content,
        );
      const id = (index: number) => ({ id: all[index]?.id ?? 0 });
      assert.deepEqual(await list({ limit: 2 }), ['4', '5']);
      assert.deepEqual(await list({ limit: 2, before: id(4) }), ['2', '3']);
      assert.deepEqual(await list({ limit: 2, after: id(1) }), ['2', '3']);
      assert.deepEqual(await list({ after: id(1), before: id(4) }), ['2', '3']);
      const { createdAt } = all[5] ?? { createdAt: new Date() };
      assert.deepEqual(await list({ after: { time: createdAt } }), []);
    });

    test('are searched by a part of the text, in which % and _ are characters', async () => {
      const author = await createUser();
      const room = await createRoom(author);
      for (const content of [
        '50% off',
        '500 off',
        'snake_case',
        'snakeXcase',
      ]) {
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
      const [author, other] = [await createUser(), await createUser()];
      const room = await createRoom(author);
      await store.users.erase(other.id, 'keep');
      assert.equal(await store.messages.add(room.id, other.id, 'x'), undefined);
      await store.rooms.delete(room.id);
      assert.equal(
        await store.messages.add(room.id, author.id, 'x'),
        undefined,
      );
    });
  });
});
