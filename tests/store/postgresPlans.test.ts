import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TestContext } from 'node:test';

import { Client } from 'pg';

import { openStore } from '../../lib/store/openStore.ts';
import type { Store } from '../../lib/store/Store.ts';
import { onPostgres } from '../support/stores.ts';

/** So many rows that reading a whole table costs far more than an index. */
const FILL = `
  insert into users (email, email_key, name, password_hash, role, joined_at)
    select n || '@x.org', n || '@x.org', 'User', '$hash', 'user', n
    from generate_series(1, 20000) n;
  insert into logins (id, user_id, created_at, expires_at, ended_at)
    select 'login-' || n, n, n, n, case when n % 2 = 0 then n end
    from generate_series(1, 20000) n;
  insert into rooms (name, description, creator_id, room_type, created_at, is_active)
    select 'Room ' || n, '', n, case when n % 3 = 0 then 'video' else 'chat' end,
      n, case when n % 10 = 1 then 1 else 0 end
    from generate_series(1, 20000) n;
  insert into messages (room_id, user_id, content, created_at)
    select 1 + n % 500, 1 + n % 20000, 'Message ' || n, n
    from generate_series(1, 50000) n;
  analyze`;

/** The most rows that a query may sort; all it reads would be many more. */
const MOST_SORTED = 200;

/** A step of a plan, with those that it is made of. */
interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  'Plan Rows': number;
  Plans?: PlanNode[];
}

onPostgres('an index', (engine) => {
  let store: Store;
  let reader: Client;

  before(async () => {
    const options = await engine.emptyStore();
    store = await openStore(options, '/');
    reader = new Client(options.url);
    await reader.connect();
    await reader.query(FILL);
  });
  after(async () => {
    await reader.end();
    await store.close();
  });

  /** The steps by which PostgreSQL answers the queries of some work. */
  async function stepsOf(
    t: TestContext,
    work: () => Promise<unknown>,
  ): Promise<PlanNode[]> {
    const query = t.mock.method(Client.prototype, 'query');
    await work();
    const calls = query.mock.calls.map(({ arguments: given }): unknown[] =>
      Array.from(given),
    );
    query.mock.restore();
    const steps: PlanNode[] = [];
    for (const [sql, values] of calls) {
      if (typeof sql === 'string' && sql.startsWith('select')) {
        const { rows } = await reader.query<{
          'QUERY PLAN': [{ Plan: PlanNode }];
        }>(`explain (format json) ${sql}`, values as unknown[]);
        steps.push(
          ...rows.flatMap((row) => nodesOf(row['QUERY PLAN'][0].Plan)),
        );
      }
    }
    return steps;
  }

  const time = { time: new Date(25_000) };
  const page = { limit: 50, offset: 0 };
  for (const [what, work, indexes] of [
    [
      'the newest messages of a room',
      () => store.messages.list(1, { limit: 50 }),
      ['messages_of_room (room_id = *)'],
    ],
    [
      'messages before one',
      () => store.messages.list(1, { limit: 50, before: { id: 25_000 } }),
      ['messages_of_room (room_id = *) AND (id < *)'],
    ],
    [
      'messages after one',
      () => store.messages.list(1, { limit: 50, after: { id: 25_000 } }),
      ['messages_of_room (room_id = *) AND (id > *)'],
    ],
    [
      'messages before a time',
      () => store.messages.list(1, { limit: 50, before: time }),
      ['messages_of_room_by_time (room_id = *) AND (created_at >= *)'],
    ],
    [
      'messages after a time',
      () => store.messages.list(1, { limit: 50, after: time }),
      ['messages_of_room_by_time (room_id = *) AND (created_at <= *)'],
    ],
    [
      'the messages that a search looks through',
      () =>
        store.messages.list(1, { limit: 50, search: 'nowhere', searched: 20 }),
      ['messages_of_room (room_id = *)'],
    ],
    [
      'a page of rooms',
      () => store.rooms.list({}, page),
      ['rooms_in_order (is_active = *)'],
    ],
    [
      'a page of rooms of one type',
      () => store.rooms.list({ type: 'video' }, page),
      ['rooms_listed (is_active = *) AND (room_type = *)'],
    ],
    [
      'the rooms that a search looks through',
      async () => {
        const filter = { search: 'nowhere', searched: 100 };
        await store.rooms.list(filter, page);
        await store.rooms.list({ ...filter, type: 'video' }, page);
        await store.rooms.count(filter);
      },
      [
        'rooms_in_order (is_active = *)',
        'rooms_listed (is_active = *) AND (room_type = *)',
      ],
    ],
    [
      'a room, and those of a user',
      async () => {
        await store.rooms.get(11);
        const room = { name: 'Room', description: '', type: 'chat' } as const;
        await store.rooms.create({ ...room, creatorId: 9 }, 1);
      },
      ['rooms_of_creator (creator_id = *) AND (is_active = *)'],
    ],
    [
      'an account by its id and by its address',
      async () => {
        await store.users.get(1);
        await store.users.findByEmail('9@x.org');
      },
      ['users_pkey (id = *)', 'users_email_key_key (email_key = *)'],
    ],
    [
      'a login, and those that have ended lately',
      async () => {
        await store.logins.get('login-9');
        await store.logins.endedSince(new Date(19_990));
      },
      ['logins_pkey (id = *)', 'logins_by_end (ended_at >= *)'],
    ],
  ] as const satisfies [string, () => Promise<unknown>, string[]][]) {
    test(`finds ${what} without reading others`, async (t) => {
      const steps = await stepsOf(t, work);
      const searches = steps.map(describeSearch);
      for (const index of indexes) {
        assert.ok(searches.includes(index), searches.join('\n'));
      }
      assert.deepEqual(
        steps.filter(
          (step) =>
            step['Node Type'] === 'Seq Scan' ||
            (step['Node Type'] === 'Sort' && step['Plan Rows'] > MOST_SORTED),
        ),
        [],
      );
    });
  }
});

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** The index of a step and its condition, without the values in it. */
function describeSearch(node: PlanNode): string {
  const condition = (node['Index Cond'] ?? '')
    .replaceAll(/ ('[^']*'(::\w+)?|\d+)\)/g, ' *)')
    .replace(/^\((\(.*\))\)$/, '$1');
  return `${node['Index Name'] ?? node['Node Type']} ${condition}`;
}
