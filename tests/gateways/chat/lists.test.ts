import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { aboveEachEngine } from '../../support/stores.ts';
import { ChatSite } from './ChatSite.ts';
import type { Member } from './ChatSite.ts';

aboveEachEngine('lists of the chat API', (engine) => {
  let site: ChatSite;
  let ada: Member;
  before(async () => {
    site = await ChatSite.start({ store: await engine.emptyStore() });
    ada = await site.join('ada@example.com', 'Ada');
  });
  after(() => site[Symbol.asyncDispose]());

  const list = async (path: string, headers: Record<string, string> = {}) => {
    const reply = await site.send('GET', path, {
      headers: { Authorization: `Bearer ${ada.access}`, ...headers },
    });
    assert.equal(reply.status, 200, JSON.stringify(reply.body));
    return reply.body;
  };
  const create = async (name: string, type: string) => {
    const room = { name, room_type: type };
    const { body } = await site.ask('POST', '/api/rooms/', room, ada.access);
    return body;
  };

  describe('of rooms', () => {
    const namesOf = (rooms: { name: string }[]) => rooms.map((it) => it.name);
    /** Paths of links, whose order of parameters does not matter. */
    const pathOf = (link: string) => {
      const { pathname, searchParams } = new URL(link);
      searchParams.sort();
      return `${pathname}?${searchParams.toString()}`;
    };
    let rooms: object[];

    before(async () => {
      rooms = [];
      for (const [name, type] of [
        ['Garden', 'chat'],
        ['garage 100%', 'video'],
        ['GARDEN_shed', 'chat'],
        ['Attic', 'chat'],
      ] as const) {
        rooms.push(await create(name, type));
      }
      const { id } = await create('Deleted', 'chat');
      await site.ask('DELETE', `/api/rooms/${id}/`, undefined, ada.access);
    });

    test('come whole, in the order of their ids', async () => {
      assert.deepEqual(await list('/api/rooms/'), rooms);
    });

    test('are filtered by type and searched by name', async () => {
      for (const [query, names] of [
        ['room_type=video', ['garage 100%']],
        ['room_type=chat', ['Garden', 'GARDEN_shed', 'Attic']],
        ['search=gard', ['Garden', 'GARDEN_shed']],
        ['search=%25', ['garage 100%']],
        ['search=n_s', ['GARDEN_shed']],
        ['search=r_e', []],
        ['search=gar&room_type=video', ['garage 100%']],
        ['search=nothing', []],
      ] as const) {
        const found = await list(`/api/rooms/?${query}`);
        assert.deepEqual(namesOf(found), names, query);
      }
    });

    test('come in pages, with links that keep the other parameters', async () => {
      const first = await list('/api/rooms/?limit=2&room_type=chat');
      assert.deepEqual(Object.keys(first), [
        'count',
        'next',
        'previous',
        'results',
      ]);
      assert.equal(first.count, 3);
      assert.deepEqual(first.results, [rooms[0], rooms[2]]);
      assert.equal(first.previous, null);
      assert.equal(
        pathOf(first.next),
        '/api/rooms/?limit=2&offset=2&room_type=chat',
      );
      assert.equal(new URL(first.next).host, new URL(site.url).host);

      const last = await list(pathOf(first.next));
      assert.deepEqual(last.results, [rooms[3]]);
      assert.equal(last.next, null);
      assert.equal(pathOf(last.previous), '/api/rooms/?limit=2&room_type=chat');

      const between = await list('/api/rooms?offset=1&limit=1&search=a&x=%26');
      assert.deepEqual(between.results, [rooms[1]]);
      assert.equal(
        pathOf(between.next),
        '/api/rooms?limit=1&offset=2&search=a&x=%26',
      );
      assert.equal(
        pathOf(between.previous),
        '/api/rooms?limit=1&search=a&x=%26',
      );
    });

    test('have no page beyond the last', async () => {
      const beyond = await list('/api/rooms/?limit=3&offset=10');
      assert.deepEqual(beyond.results, []);
      assert.equal(beyond.count, 4);
      assert.equal(beyond.next, null);
      assert.equal(pathOf(beyond.previous), '/api/rooms/?limit=3&offset=7');
    });

    test('ignore an offset without a limit', async () => {
      assert.deepEqual(await list('/api/rooms/?offset=2'), rooms);
    });
  });

  describe('of messages', () => {
    let path: string;
    let messages: { id: number; content: string; created_at: string }[];
    const contentsOf = (listed: typeof messages) =>
      listed.map(({ content }) => content);

    before(async () => {
      const { id } = await create('Messages', 'chat');
      path = `/api/rooms/${id}/messages/`;
      for (const content of ['one', 'two 50%', 'THREE', 'four', 'five_six']) {
        await site.rooms.post(id, ada.account.id, content);
      }
      messages = await list(path);
    });

    test('come whole, the oldest first', () => {
      const { id, email, name } = ada.account;
      assert.deepEqual(
        messages.map(({ content, ...message }) => ({
          ...message,
          id: 0,
          created_at: '',
          content,
        })),
        ['one', 'two 50%', 'THREE', 'four', 'five_six'].map((content) => ({
          id: 0,
          user: { id, email, name },
          content,
          created_at: '',
        })),
      );
      const ids = messages.map((message) => message.id);
      assert.deepEqual(
        ids,
        ids.toSorted((one, other) => one - other),
      );
      for (const { created_at } of messages) {
        assert.match(created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      }
    });

    test('are read from the newest, and from a message on', async () => {
      const id = (index: number) => messages[index]?.id;
      for (const [query, contents] of [
        ['limit=2', ['four', 'five_six']],
        ['limit=99', contentsOf(messages)],
        [`limit=2&before=${id(3)}`, ['two 50%', 'THREE']],
        [`before=${id(2)}`, ['one', 'two 50%']],
        [`limit=2&after=${id(0)}`, ['two 50%', 'THREE']],
        [`after=${id(3)}`, ['five_six']],
        [`after=${id(4)}`, []],
        [`after=${id(0)}&before=${id(3)}`, ['two 50%', 'THREE']],
        [`before=0`, []],
      ] as const) {
        assert.deepEqual(
          contentsOf(await list(`${path}?${query}`)),
          contents,
          query,
        );
      }
    });

    test('are read from a time on', async () => {
      const newest = messages.at(-1)?.created_at ?? '';
      const later = new Date(Date.parse(newest) + 1);
      const east = `${new Date(later.getTime() + 3_600_000).toISOString().slice(0, -1)}%2B01:00`;
      for (const [query, contents] of [
        [`before=${later.toISOString()}`, contentsOf(messages)],
        [`before=${east}`, contentsOf(messages)],
        [`after=${newest}`, []],
        ['before=2000-01-01T00:00:00Z', []],
        ['limit=1&after=2000-01-01T00:00:00Z', ['one']],
      ] as const) {
        assert.deepEqual(
          contentsOf(await list(`${path}?${query}`)),
          contents,
          query,
        );
      }
    });

    test('are searched', async () => {
      for (const [query, contents] of [
        ['search=thr', ['THREE']],
        ['search=%25', ['two 50%']],
        ['search=_', ['five_six']],
        ['search=o&limit=1', ['four']],
        ['search=nothing', []],
      ] as const) {
        assert.deepEqual(
          contentsOf(await list(`${path}?${query}`)),
          contents,
          query,
        );
      }
    });
  });
});
