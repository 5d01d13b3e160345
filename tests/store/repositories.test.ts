import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { openStore } from '../../lib/store/openStore.ts';
import type { Store, UserRecord } from '../../lib/store/Store.ts';
import { onEachEngine } from '../support/stores.ts';
import { createRoom, createUser, newUser } from './records.ts';

onEachEngine('the store', (engine) => {
  let store: Store;

  before(async () => {
    store = await openStore(await engine.emptyStore(), '/');
  });
  after(() => store.close());

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
      const { email } = await createUser(store);
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
      const { id } = await createUser(store);
      const renamed = await store.users.rename(id, 'Grace');
      assert.equal(renamed?.name, 'Grace');
      assert.deepEqual(await store.users.get(id), renamed);
    });

    test('are listed from any id on, in the order of their ids', async () => {
      const created = [
        await createUser(store),
        await createUser(store),
        await createUser(store),
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
      const { id } = await createUser(store);
      const changed = await store.users.setRole(id, 'moderator');
      assert.equal(changed?.role, 'moderator');
      assert.deepEqual(await store.users.get(id), changed);
      await store.users.erase(id, 'keep');
      assert.equal(await store.users.setRole(id, 'user'), undefined);
    });

    test('get another password, which ends their logins and no others', async () => {
      const [changed, other] = [
        await createUser(store),
        await createUser(store),
      ];
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
      const { id, email } = await createUser(store);
      const room = await createRoom(store, { id } as UserRecord);
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
      const [leaver, other] = [
        await createUser(store),
        await createUser(store),
      ];
      const room = await createRoom(store, other);
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
      const { id } = await createUser(store);
      await store.logins.create('one', id, new Date(Date.now() + 60_000));
      const open = { id: 'one', userId: id, ended: false };
      assert.deepEqual(await store.logins.get('one'), open);
      await store.logins.end('one');
      assert.deepEqual(await store.logins.get('one'), { ...open, ended: true });
    });

    test('are told apart by when they ended', async () => {
      const { id } = await createUser(store);
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
      const { id } = await createUser(store);
      await store.logins.create('old', id, new Date(Date.now() - 1_000));
      await store.logins.create('new', id, new Date(Date.now() + 60_000));
      assert.equal(await store.logins.deleteExpired(), 1);
      assert.equal(await store.logins.get('old'), undefined);
      assert.equal((await store.logins.get('new'))?.ended, false);
    });
  });

  describe('rooms', () => {
    test('are created, read and updated', async () => {
      const creator = await createUser(store);
      const room = await createRoom(store, creator, 'Ångström');
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
      const room = await createRoom(store, await createUser(store));
      assert.equal(await store.rooms.delete(room.id), true);
      assert.equal(await store.rooms.delete(room.id), false);
      assert.equal(await store.rooms.get(room.id), undefined);
      assert.equal(await store.rooms.update(room.id, { name: 'x' }), undefined);
      const next = await createRoom(store, await createUser(store));
      assert.ok(next.id > room.id);
    });

    test('are as many as their creator may have, also when asked for together', async () => {
      const creatorId = (await createUser(store)).id;
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
      assert.ok(await createRoom(store, await createUser(store)));
    });

    test('are listed by type, by a part of the name, and in pages', async () => {
      const creatorId = (await createUser(store)).id;
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

    test('are searched as far as a search goes, from the newest on', async () => {
      const creatorId = (await createUser(store)).id;
      for (const [name, type] of [
        ['s1', 'chat'],
        ['s2', 'chat'],
        ['t1', 'chat'],
        ['s3', 'video'],
        ['s4', 'chat'],
      ] as const) {
        await store.rooms.create({ name, description: '', type, creatorId }, 5);
      }
      for (const [filter, names] of [
        [{ searched: 5 }, ['s1', 's2', 's3', 's4']],
        [{ searched: 4 }, ['s2', 's3', 's4']],
        [{ searched: 1 }, ['s4']],
        [{ searched: 4, type: 'chat' }, ['s1', 's2', 's4']],
        [{ searched: 2, type: 'chat' }, ['s4']],
        [{ searched: 1, type: 'video' }, ['s3']],
      ] as const) {
        const search = { ...filter, search: 'S' };
        const listed = await store.rooms.list(search);
        assert.deepEqual(
          listed
            .filter((it) => it.creator.id === creatorId)
            .map((it) => it.name),
          names,
          JSON.stringify(filter),
        );
        assert.equal(await store.rooms.count(search), listed.length);
      }
      const all = await store.rooms.list({ searched: 1 });
      assert.ok(all.length >= 5, 'a list without a search is whole');
    });
  });
});
