import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';

import type { Caller } from '../../lib/calls/types.ts';
import { Logger } from '../../lib/core/logger.ts';
import type { CallRecord } from '../../lib/store/CallStore.ts';
import { CallsHarness, guest, MEDIA, user } from '../support/calls.ts';
import { onEachEngine } from '../support/stores.ts';

const newId = () => randomBytes(12).toString('hex');

onEachEngine('a server that shares its database', (engine) => {
  const [ada, bob] = ['ada', 'bob'].map((name) => user(name));
  assert.ok(ada && bob);
  let harness: CallsHarness;

  before(async () => {
    harness = await CallsHarness.open(engine);
  });

  after(() => harness.close());

  // A server looks three times in this time.
  beforeEach(() => harness.restart({ server: 'own', serverTimeout: 1_000 }));

  /** Stores a live call, as a server has left it behind. */
  async function leave(
    holder: string,
    time: number,
    ...people: readonly Caller[]
  ): Promise<CallRecord> {
    const createdAt = new Date();
    const call: CallRecord = {
      id: newId(),
      conversationId: newId(),
      type: 'video',
      mode: 'p2p',
      status: 'active',
      initiator: { userId: 'ada', username: 'ada-name' },
      createdAt,
      expiresAt: createdAt,
      startedAt: createdAt,
      endedAt: undefined,
      endReason: undefined,
      participants: people.map(({ userId, guestId, username }) => ({
        id: newId(),
        userId,
        guestId,
        username,
        role: 'participant',
        joinedAt: createdAt,
        leftAt: undefined,
        kicked: false,
      })),
    };
    assert.ok(await harness.store.calls.create(call, { holder, time }));
    return call;
  }

  async function statusOf({ id }: { id: string }): Promise<string | undefined> {
    return (await harness.store.calls.get(id))?.status;
  }

  test('ends at its start its own calls and those of servers that are gone, and no others', async () => {
    const own = await leave('own', 600_000);
    const gone = await leave('gone', -1);
    const other = await leave('other', 600_000);
    assert.equal(await harness.calls.endInterrupted(), 2);
    assert.deepEqual(await Promise.all([own, gone, other].map(statusOf)), [
      'ended',
      'ended',
      'active',
    ]);
    await harness.store.calls.endAbandoned('error', new Date(), 'other');
  });

  test('tells those who were in its earlier calls when they connect, once', async () => {
    const visitor = guest(newId());
    const call = await leave('own', 600_000, ada, bob, visitor);
    const [participant] = call.participants;
    assert.ok(participant);
    await harness.store.calls.updateParticipant(participant.id, {
      leftAt: new Date(),
      kicked: false,
    });
    await harness.calls.endInterrupted();
    const stored = await harness.store.calls.get(call.id);
    for (const caller of [bob, visitor]) {
      assert.deepEqual(harness.connect(caller).events, [
        {
          type: 'ended',
          callId: call.id,
          reason: 'error',
          endedBy: undefined,
          endedAt: stored?.endedAt,
          duration: 0,
        },
      ]);
      assert.deepEqual(harness.connect(caller).events, []);
    }
    // She had left the call before.
    assert.deepEqual(harness.connect(ada).events, []);
  });

  test('shows calls of others, and says where they are to those who want in', async () => {
    const call = await leave('other', 600_000, ada, bob);
    const [, left] = call.participants;
    assert.ok(left);
    await harness.store.calls.updateParticipant(left.id, {
      leftAt: new Date(),
      kicked: false,
    });
    const { calls } = harness;
    const shown = await calls.get(ada, call.id);
    assert.equal(shown.status, 'active');
    assert.deepEqual(
      shown.participants.map(({ userId, status }) => [userId, status]),
      [['ada', 'connected']],
    );
    const elsewhere = { code: 'CALL_ELSEWHERE', status: 503 };
    await assert.rejects(calls.join(bob, call.id, MEDIA), elsewhere);
    await assert.rejects(calls.reject(bob, call.id), elsewhere);
    await assert.rejects(calls.end(ada, call.id), elsewhere);
    const texts = await calls.transcripts.list(ada, call.id, {
      limit: 1,
      offset: 0,
    });
    assert.equal(texts.total, 0);
    await harness.store.calls.endAbandoned('error', new Date(), 'other');
    const over = { code: 'CALL_ENDED' };
    await assert.rejects(calls.join(bob, call.id, MEDIA), over);
  });

  test('ends calls of servers that stop while it runs, and tells who is there', async () => {
    await harness.calls.endInterrupted();
    const device = harness.connect(bob);
    const call = await leave('gone', -1, bob);
    const { callId, reason } = await device.next('ended');
    assert.deepEqual([callId, reason], [call.id, 'error']);
    assert.equal(await statusOf(call), 'ended');
  });

  test('keeps its calls, and ends one that another server has ended', async (t) => {
    t.mock.method(Logger.prototype, 'warn', () => undefined);
    await harness.calls.endInterrupted();
    const conversationId = await harness.conversation([ada, bob]);
    const [hers, his] = [harness.connect(ada), harness.connect(bob)];
    const { callId } = await harness.call([hers, his], conversationId);
    // By then, the hold has been renewed, or it would be over.
    const gone = await leave('gone', 1_100, bob);
    const { callId: ended } = await his.next('ended');
    assert.equal(ended, gone.id);
    assert.equal(await statusOf({ id: callId }), 'active');

    await harness.store.calls.endAbandoned('error', new Date(), 'own');
    const { reason } = await hers.next('ended');
    assert.equal(reason, 'error');
    assert.equal((await harness.calls.get(ada, callId)).status, 'ended');
    await harness.call([hers], conversationId);
  });
});
