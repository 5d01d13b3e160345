import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Conversations } from '../../lib/calls/Conversations.ts';
import type { NewConversation } from '../../lib/calls/Conversations.ts';
import { callsSection } from '../../lib/calls/options.ts';
import type { Requester } from '../../lib/calls/requester.ts';
import { showConversation } from '../../lib/calls/showConversation.ts';
import type { Caller } from '../../lib/calls/types.ts';
import { openStore } from '../../lib/store/openStore.ts';
import type { Store } from '../../lib/store/Store.ts';
import { aboveEachEngine } from '../support/stores.ts';
import { guestIn, userCaller } from '../support/callers.ts';

const denied = { code: 'CONVERSATION_DENIED', status: 403 };
const notMember = { code: 'NOT_A_MEMBER', status: 403 };
const notFound = { code: 'CONVERSATION_NOT_FOUND', status: 404 };
const limited = { code: 'LIMIT_REACHED', status: 429 };
const fixed = { code: 'CONVERSATION_FIXED', status: 409 };

const UNKNOWN = 'f'.repeat(24);

aboveEachEngine('conversations', (engine) => {
  let store: Store;
  let options = {};
  let conversations: Conversations;
  const ada = userCaller('ada');
  const bob = userCaller('bob');
  const eve = userCaller('eve');
  const admin = userCaller('root', 'admin');

  before(async () => {
    store = await openStore(await engine.emptyStore(), '/');
    conversations = new Conversations(store.conversations, store.users, () =>
      callsSection.parse(options),
    );
  });
  after(() => store.close());

  function create(
    caller: Caller | 'backend',
    type: NewConversation['type'],
    ...memberIds: string[]
  ) {
    return conversations.create(caller, { type, title: 'Title', memberIds });
  }

  const show = (requester: Requester, id: string) =>
    showConversation(conversations, requester, id);

  async function membersOf(id: string): Promise<string[] | undefined> {
    const conversation = await conversations.get(id);
    return conversation?.members.map(({ userId }) => userId);
  }

  test('have their creator as first member, and everyone once', async () => {
    const created = await create(ada, 'group', 'bob', 'ada', 'bob', 'cyd');
    assert.match(created.id, /^[\da-f]{24}$/);
    assert.deepEqual(await conversations.get(created.id), created);
    assert.deepEqual(
      created.members.map(({ userId, username }) => [userId, username]),
      [
        ['ada', 'Name of ada'],
        ['bob', 'bob'],
        ['cyd', 'cyd'],
      ],
    );
  });

  test('know members by the names of their accounts', async () => {
    const account = await store.users.create({
      email: 'grace@example.com',
      name: 'Grace',
      passwordHash: '$hash',
      role: 'user',
    });
    const userId = String(account?.id);
    const created = await create(ada, 'group', userId, '999', '9'.repeat(16));
    assert.deepEqual(
      created.members.slice(1).map(({ username }) => username),
      ['Grace', '999', '9'.repeat(16)],
    );
  });

  test('learn the name of a member who lists them', async () => {
    const kay = userCaller('kay');
    const { id } = await create(ada, 'group', 'kay');
    const page = { limit: 9, offset: 0 };
    const { conversations: listed, total } = await conversations.list(
      kay,
      page,
    );
    assert.equal(total, 1);
    assert.deepEqual(listed, [await conversations.get(id)]);
    assert.equal(listed[0]?.members[1]?.username, 'Name of kay');
  });

  test('are listed for users, and not for guests and backends', async () => {
    const page = { limit: 9, offset: 0 };
    await assert.rejects(conversations.list('backend', page), denied);
    await assert.rejects(conversations.list(guestIn(UNKNOWN), page), denied);
    const nothing = { conversations: [], total: 0 };
    assert.deepEqual(
      await conversations.list(userCaller('loner'), page),
      nothing,
    );
  });

  test('between two have two members, who stay', async () => {
    for (const memberIds of [[], ['ada'], ['bob', 'cyd']]) {
      await assert.rejects(create(ada, 'direct', ...memberIds), {
        code: 'VALIDATION_ERROR',
        message: `memberIds: expected two members of a direct conversation, got ${new Set(['ada', ...memberIds]).size}`,
      });
    }
    const { id } = await create(ada, 'direct', 'bob');
    await assert.rejects(conversations.addMember(ada, id, 'cyd'), fixed);
    await assert.rejects(conversations.removeMember(ada, id, 'ada'), fixed);
    assert.deepEqual(await membersOf(id), ['ada', 'bob']);
    const other = await create('backend', 'direct', 'ada', 'bob');
    assert.equal(other.creatorId, undefined);
    await assert.rejects(create('backend', 'direct', 'ada'), {
      code: 'VALIDATION_ERROR',
    });
  });

  test('that are public are created by staff and backends alone', async () => {
    for (const type of ['public', 'global'] as const) {
      await assert.rejects(create(ada, type), denied);
      await assert.rejects(create(guestIn(UNKNOWN), type), denied);
      assert.deepEqual(
        (await create(admin, type, 'ada')).members.map(({ userId }) => userId),
        ['root', 'ada'],
      );
      const moderator = userCaller('mod', 'moderator');
      assert.equal((await create(moderator, type)).creatorId, 'mod');
      assert.deepEqual((await create('backend', type)).members, []);
    }
  });

  test('are not created by guests', async () => {
    await assert.rejects(create(guestIn(UNKNOWN), 'group', 'ada'), denied);
  });

  test('are seen by those who belong to them, and by staff', async () => {
    const group = await create(ada, 'group', 'bob');
    for (const who of [
      ada,
      bob,
      admin,
      'backend',
      guestIn(group.id),
    ] as const) {
      assert.deepEqual(await show(who, group.id), group);
    }
    for (const who of [eve, guestIn(UNKNOWN)]) {
      await assert.rejects(show(who, group.id), notMember);
    }
    await assert.rejects(show(admin, UNKNOWN), notFound);
    const open = await create('backend', 'public');
    assert.deepEqual(await show(eve, open.id), open);
    await assert.rejects(show(guestIn(group.id), open.id), notMember);
  });

  test('take new members from their members, and from staff', async () => {
    const { id } = await create(ada, 'group', 'bob');
    const add = (who: Caller | 'backend', userId: string) =>
      conversations.addMember(who, id, userId);
    await assert.rejects(add(eve, 'eve'), notMember);
    await assert.rejects(add(guestIn(id), 'eve'), denied);
    await assert.rejects(add(bob, 'ada'), {
      code: 'ALREADY_MEMBER',
      status: 409,
    });
    const grown = await add(bob, 'cyd');
    assert.deepEqual(grown, await conversations.get(id));
    await add('backend', 'dan');
    await add(admin, 'root');
    assert.deepEqual(await membersOf(id), ['ada', 'bob', 'cyd', 'dan', 'root']);
    await assert.rejects(
      conversations.addMember(admin, UNKNOWN, 'eve'),
      notFound,
    );
  });

  test('that are public are joined by anyone, for oneself', async () => {
    const { id } = await create('backend', 'public');
    const joined = await conversations.addMember(eve, id, 'eve');
    assert.deepEqual(joined.members, [
      { userId: 'eve', username: 'Name of eve' },
    ]);
    await assert.rejects(conversations.addMember(eve, id, 'bob'), denied);
    await assert.rejects(
      conversations.addMember(guestIn(UNKNOWN), id, 'bob'),
      denied,
    );
    await conversations.addMember(admin, id, 'bob');
    assert.deepEqual(await membersOf(id), ['eve', 'bob']);
  });

  test('let go of a member who leaves, and of others by their creator', async () => {
    const { id } = await create(ada, 'group', 'bob', 'cyd', 'dan', 'fay');
    const remove = (who: Caller | 'backend', userId: string) =>
      conversations.removeMember(who, id, userId);
    await assert.rejects(remove(bob, 'cyd'), denied);
    await assert.rejects(remove(eve, 'bob'), notMember);
    await assert.rejects(remove(guestIn(id), 'bob'), denied);
    await remove(bob, 'bob');
    await remove(ada, 'cyd');
    await remove(admin, 'dan');
    await remove('backend', 'fay');
    assert.deepEqual(await membersOf(id), ['ada']);
    await assert.rejects(remove(ada, 'bob'), {
      code: 'MEMBER_NOT_FOUND',
      status: 404,
    });
    await assert.rejects(
      conversations.removeMember(admin, UNKNOWN, 'ada'),
      notFound,
    );
  });

  test('are as many, with as many members, as the options say', async (t) => {
    options = { conversationsPerUser: 2, membersPerConversation: 3 };
    t.after(() => {
      options = {};
    });
    const max = userCaller('max');
    const { id } = await create(max, 'group', 'b', 'c');
    await create(max, 'group');
    await assert.rejects(create(max, 'group'), {
      ...limited,
      option: 'calls.conversationsPerUser',
    });
    const full = { ...limited, option: 'calls.membersPerConversation' };
    await assert.rejects(conversations.addMember(max, id, 'd'), full);
    await assert.rejects(create(bob, 'group', 'x', 'y', 'z'), full);
    await conversations.removeMember(max, id, 'max');
    await create(max, 'group');
  });
});
