import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { TestContext } from 'node:test';

import { openStore } from '../../lib/store/openStore.ts';
import { storeSection } from '../../lib/store/options.ts';
import type { MessageRange, Store } from '../../lib/store/Store.ts';

describe('an index, on SQLite', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'atrium-plans-'));
  const file = path.join(folder, 'atrium.db');
  let store: Store;
  let reader: DatabaseSync;

  before(async () => {
    store = await openStore(storeSection.parse({ file }), '/');
    reader = new DatabaseSync(file);
  });
  after(async () => {
    reader.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });

  /** The steps by which SQLite answers the queries of some work. */
  async function stepsOf(
    t: TestContext,
    work: () => Promise<unknown>,
  ): Promise<string[]> {
    const prepare = t.mock.method(DatabaseSync.prototype, 'prepare');
    await work();
    const queries = prepare.mock.calls.map(({ arguments: [sql] }) => sql);
    prepare.mock.restore();
    return queries
      .filter((sql) => /^(?:select|update)/.test(sql))
      .flatMap((sql) => reader.prepare(`explain query plan ${sql}`).all())
      .map(({ detail }) => String(detail));
  }

  const time = { time: new Date() };
  for (const [place, range, searches] of [
    ['the newest', { limit: 50 }, ['messages_of_room (room_id=?)']],
    [
      'those before one',
      { limit: 51, before: { id: 9 } },
      ['messages_of_room (room_id=? AND id<?)'],
    ],
    [
      'those after one',
      { limit: 52, after: { id: 9 } },
      ['messages_of_room (room_id=? AND id>?)'],
    ],
    [
      'those before a time',
      { limit: 53, before: time },
      ['messages_of_room_by_time (room_id=? AND created_at>?)'],
    ],
    [
      'those after a time',
      { limit: 54, after: time },
      ['messages_of_room_by_time (room_id=? AND created_at<?)'],
    ],
    [
      'those that contain a text',
      { limit: 55, before: { id: 9 }, search: 'a', searched: 100 },
      ['messages_of_room (room_id=? AND id<?)'],
    ],
  ] as const satisfies [string, MessageRange, string[]][]) {
    test(`finds messages without those that are skipped: ${place}`, async (t) => {
      const steps = await stepsOf(t, () => store.messages.list(1, range));
      for (const search of searches) {
        assert.ok(
          steps.some((step) => step.endsWith(`INDEX ${search}`)),
          steps.join('\n'),
        );
      }
      const slow = steps.filter((step) => /B-TREE|SCAN (?!read)/.test(step));
      assert.deepEqual(slow, []);
    });
  }

  test('lists rooms of one type or of both without sorting them', async (t) => {
    const page = { limit: 50, offset: 0 };
    const steps = await stepsOf(t, async () => {
      await store.rooms.list({}, page);
      await store.rooms.list({ type: 'chat' }, page);
    });
    for (const index of ['rooms_in_order', 'rooms_listed']) {
      const skipping = `COVERING INDEX ${index} (`;
      assert.ok(
        steps.some((step) => step.includes(skipping)),
        skipping,
      );
    }
    assert.deepEqual(
      steps.filter((step) => !/^(SEARCH|LIST SUBQUERY)/.test(step)),
      [],
    );
  });

  test('finds the rooms that a search looks through', async (t) => {
    const filter = { search: 'a', searched: 100 };
    const page = { limit: 50, offset: 0 };
    const steps = await stepsOf(t, async () => {
      await store.rooms.list(filter, page);
      await store.rooms.list({ ...filter, type: 'chat' }, page);
      await store.rooms.count(filter);
    });
    for (const search of [
      'INDEX rooms_in_order (is_active=?)',
      'INDEX rooms_listed (is_active=? AND room_type=?)',
    ]) {
      assert.ok(
        steps.some((step) => step.endsWith(`SEARCH rooms USING ${search}`)),
        steps.join('\n'),
      );
    }
    assert.deepEqual(
      steps.filter((step) => step.startsWith('SCAN') && step !== 'SCAN read'),
      [],
    );
  });

  test('finds accounts, logins, and the rooms of a user', async (t) => {
    const steps = await stepsOf(t, async () => {
      await store.users.findByEmail('ada@example.com');
      await store.users.get(1);
      await store.logins.get('login');
      await store.rooms.get(1);
      const user = await store.users.create({
        email: 'ada@example.com',
        name: 'Ada',
        passwordHash: '$hash',
        role: 'user',
      });
      const creatorId = user?.id ?? 0;
      await store.rooms.create(
        { name: 'Room', description: '', type: 'chat', creatorId },
        1,
      );
    });
    assert.ok(steps.some((step) => step.includes('INDEX rooms_of_creator')));
    assert.deepEqual(
      steps.filter((step) => !step.startsWith('SEARCH')),
      [],
    );
  });

  test('finds conversations with their members, links and guests', async (t) => {
    const page = { limit: 50, offset: 0 };
    const steps = await stepsOf(t, async () => {
      const conversation = {
        id: 'conversation',
        type: 'group',
        title: '',
        creatorId: 'ada',
        createdAt: new Date(),
        members: [{ userId: 'ada', username: 'Ada' }],
      } as const;
      await store.conversations.create(conversation, 1);
      await store.conversations.get('conversation');
      await store.conversations.listOf('ada', page);
      await store.conversations.countOf('ada');
      await store.conversations.shareLink('hash');
      await store.conversations.guest('hash');
      const conversationId = 'conversation';
      const link = { conversationId, expiresAt: new Date() };
      await store.conversations.createShareLink('hash', link, 0);
    });
    for (const index of [
      'conversations_of_member',
      'members_in_order',
      'share_links_of_conversation',
    ]) {
      assert.ok(
        steps.some((step) => step.includes(index)),
        steps.join('\n'),
      );
    }
    assert.deepEqual(
      steps.filter((step) => !step.startsWith('SEARCH')),
      [],
    );
  });

  test('finds calls with their participants and texts', async (t) => {
    const page = { limit: 50, offset: 0 };
    const steps = await stepsOf(t, async () => {
      const call = {
        id: 'call',
        conversationId: 'conversation',
        type: 'video',
        mode: 'p2p',
        status: 'initiated',
        initiator: { userId: 'ada', username: 'Ada' },
        createdAt: new Date(),
        expiresAt: new Date(),
        startedAt: undefined,
        endedAt: undefined,
        endReason: undefined,
        participants: [],
      } as const;
      await store.calls.create(call, { holder: 'here', time: 1_000 });
      await store.calls.get('call');
      await store.calls.liveIn('conversation');
      await store.calls.history('conversation', page);
      await store.calls.history('conversation', { ...page, status: 'ended' });
      await store.calls.transcriptions('call', page);
      await store.calls.renew({ holder: 'here', time: 1_000 });
      await store.calls.endAbandoned('error', new Date());
      await store.calls.endAbandoned('error', new Date(), 'here');
    });
    for (const index of [
      'live_call_of_conversation',
      'calls_of_conversation ',
      'calls_of_conversation_by_status',
      'participants_of_call',
      'transcriptions_of_call',
      'live_calls_by_holder',
      'live_calls_by_held_until',
    ]) {
      assert.ok(
        steps.some((step) => step.includes(index)),
        steps.join('\n'),
      );
    }
    assert.deepEqual(
      steps.filter((step) => /SCAN|B-TREE FOR ORDER/.test(step)),
      [],
    );
  });

  test('finds the deliveries that are due, and those that hold them up', async (t) => {
    const now = new Date();
    const event = (id: string) => ({
      id,
      type: 'peer.joined',
      roomId: 'lounge',
      at: now,
      data: {},
      userIds: ['ada'],
      endpointIds: ['backend'],
    });
    await store.webhooks.add([event('msg_1'), event('msg_2')]);
    const until = new Date(now.getTime() + 60_000);
    const steps = await stepsOf(t, async () => {
      const [claimed] = await store.webhooks.claim({
        endpointId: 'backend',
        now: new Date(),
        until,
        orderedSince: new Date(0),
        limit: 10,
      });
      await store.webhooks.nextDue('backend', now);
      await store.webhooks.settle({
        id: claimed?.id ?? 0,
        attempts: 1,
        status: 'delivered',
        at: now,
        nextAt: now,
        responseStatus: 200,
        error: undefined,
      });
      await store.webhooks.state();
    });
    for (const search of [
      'deliveries_by_due_time (endpoint_id=? AND status=? AND next_at<?)',
      'deliveries_by_due_time (endpoint_id=? AND status=? AND next_at>?)',
      'deliveries_of_room (room_id=? AND endpoint_id=? AND status=? AND id<?)',
      'deliveries_of_room (room_id=? AND endpoint_id=? AND status=?)',
    ]) {
      assert.ok(
        steps.some((step) => step.endsWith(`INDEX ${search}`)),
        steps.join('\n'),
      );
    }
    assert.deepEqual(
      steps.filter((step) => /SCAN|B-TREE FOR ORDER/.test(step)),
      [],
    );
  });
});
