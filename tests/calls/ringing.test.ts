import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import type { Caller } from '../../lib/calls/types.ts';
import {
  CallsHarness,
  guest,
  MEDIA,
  participantOf,
  UNKNOWN_ID,
  user,
} from '../support/calls.ts';
import { aboveEachEngine } from '../support/stores.ts';
import { until } from '../support/until.ts';

aboveEachEngine('a call that rings', (engine) => {
  const [ada, bob, cy, eve] = ['ada', 'bob', 'cy', 'eve'].map((it) => user(it));
  assert.ok(ada && bob && cy && eve);
  let harness: CallsHarness;
  let conversationId: string;

  before(async () => {
    harness = await CallsHarness.open(engine);
  });

  after(() => harness.close());

  beforeEach(async () => {
    await harness.restart();
    conversationId = await harness.conversation([ada, bob, cy]);
  });

  function initiate(caller: Caller = user('ada')) {
    return harness.calls.initiate(caller, { conversationId, type: 'video' });
  }

  test('rings on all devices of the other members, and of guests', async () => {
    const caller = harness.connect(ada);
    const devices = [
      harness.connect(bob),
      harness.connect(bob),
      harness.connect(cy),
      harness.connect(guest(conversationId)),
    ];
    const strangers = [
      harness.connect(eve),
      harness.connect(guest(UNKNOWN_ID)),
    ];
    const call = await harness.calls.initiate(
      ada,
      { conversationId, type: 'audio' },
      caller,
    );
    for (const { events } of devices) {
      assert.deepEqual(events, [
        {
          type: 'incoming',
          callId: call.callId,
          conversationId,
          callType: 'audio',
          caller: { userId: 'ada', username: 'ada-name' },
          expiresAt: call.expiresAt,
        },
      ]);
    }
    for (const { events } of [caller, ...strangers]) {
      assert.deepEqual(events, []);
    }
    assert.equal(call.expiresAt.getTime() - call.createdAt.getTime(), 60_000);
    const [initiator] = call.participants;
    assert.ok(initiator);
    assert.deepEqual(call, {
      callId: call.callId,
      conversationId,
      type: 'audio',
      mode: 'p2p',
      status: 'initiated',
      initiator: { userId: 'ada', username: 'ada-name' },
      participants: [
        {
          participantId: initiator.participantId,
          userId: 'ada',
          username: 'ada-name',
          role: 'initiator',
          status: 'connected',
          joinedAt: initiator.joinedAt,
        },
      ],
      createdAt: call.createdAt,
      expiresAt: call.expiresAt,
      endedAt: undefined,
      duration: 0,
    });
    assert.deepEqual(await harness.calls.get(ada, call.callId), call);
  });

  test('rings on devices that connect later, until it is answered', async () => {
    const call = await initiate();
    const early = harness.connect(bob);
    assert.deepEqual(early.types, ['incoming']);
    await harness.calls.join(bob, call.callId, MEDIA, early);
    assert.deepEqual(harness.connect(bob).events, []);
    assert.deepEqual(harness.connect(cy).types, ['incoming']);
  });

  test('begins with the first acceptance, and stops ringing elsewhere', async () => {
    const caller = harness.connect(ada);
    const [phone, tablet] = [harness.connect(bob), harness.connect(bob)];
    const other = harness.connect(cy);
    const { callId } = await harness.calls.initiate(
      ada,
      { conversationId, type: 'video' },
      caller,
    );
    const joined = await harness.calls.join(bob, callId, MEDIA, phone);
    assert.equal(joined.call.status, 'active');
    assert.equal(joined.call.mode, 'p2p');
    assert.deepEqual(
      joined.call.participants.map(({ userId, role }) => [userId, role]),
      [
        ['ada', 'initiator'],
        ['bob', 'participant'],
      ],
    );
    assert.deepEqual(joined.participant, joined.call.participants[1]);
    assert.deepEqual(caller.events, [
      {
        type: 'participantJoined',
        callId,
        participant: joined.participant,
        totalParticipants: 2,
      },
      { type: 'started', call: joined.call },
    ]);
    assert.deepEqual(phone.events.slice(1), [
      { type: 'started', call: joined.call },
    ]);
    assert.deepEqual(tablet.events.slice(1), [
      { type: 'handled', callId, by: 'accept' },
    ]);
    assert.deepEqual(other.types, ['incoming']);
  });

  test('ends when all who were called have rejected it', async () => {
    const caller = harness.connect(ada);
    const [phone, tablet] = [harness.connect(bob), harness.connect(bob)];
    const { callId } = await initiate();
    await harness.calls.reject(bob, callId, phone);
    assert.deepEqual(phone.types, ['incoming']);
    assert.deepEqual(tablet.events.slice(1), [
      { type: 'handled', callId, by: 'reject' },
    ]);
    assert.deepEqual(caller.events, []);
    await assert.rejects(harness.calls.reject(bob, callId), {
      code: 'PERMISSION_DENIED',
    });
    await harness.calls.reject(cy, callId);
    const { endedAt } = await caller.next('ended');
    assert.deepEqual(caller.events, [
      {
        type: 'ended',
        callId,
        reason: 'normal',
        endedBy: undefined,
        endedAt,
        duration: 0,
      },
    ]);
    assert.deepEqual(phone.types, ['incoming']);
  });

  test('ends when it is not answered in time, also for those called', async () => {
    await harness.restart({ ringTimeout: 1_000 });
    const [caller, called] = [harness.connect(ada), harness.connect(bob)];
    const { callId } = await initiate();
    assert.equal((await caller.next('ended')).reason, 'timeout');
    assert.equal((await called.next('ended')).reason, 'timeout');
    await assert.rejects(harness.calls.join(bob, callId, MEDIA), {
      code: 'CALL_ENDED',
    });
    const { status, participants } = await harness.calls.get(ada, callId);
    assert.equal(status, 'ended');
    assert.ok(participants[0]?.leftAt);
    const { calls } = await harness.calls.history(bob, conversationId, {
      limit: 10,
      offset: 0,
    });
    assert.deepEqual(
      calls.map(({ id, duration }) => [id, duration]),
      [[callId, 0]],
    );
  });

  test('stops ringing, but goes on, when some have accepted', async () => {
    await harness.restart({ ringTimeout: 3_000 });
    const { callId } = await initiate();
    await harness.calls.join(bob, callId, MEDIA);
    assert.deepEqual(harness.connect(cy).types, ['incoming']);
    await until('the ringing is over', () => {
      using device = harness.connect(cy);
      return device.events.length === 0;
    });
    await assert.rejects(harness.calls.reject(cy, callId), {
      code: 'PERMISSION_DENIED',
    });
    const { status } = await harness.calls.get(ada, callId);
    assert.equal(status, 'active');
  });

  test('ends when the caller gives up', async () => {
    const called = harness.connect(bob);
    const call = await initiate();
    await harness.calls.remove(ada, call.callId, participantOf(call, ada));
    assert.equal((await called.next('ended')).reason, 'normal');
    assert.notEqual((await initiate()).callId, call.callId);
  });

  test('is the only one of its conversation', async () => {
    const outcomes = await Promise.allSettled([
      initiate(),
      initiate(bob),
      initiate(cy),
    ]);
    assert.equal(
      outcomes.filter(({ status }) => status === 'fulfilled').length,
      1,
    );
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') {
        assert.equal(outcome.reason.code, 'CALL_ALREADY_ACTIVE');
      }
    }
  });

  test('is not started where it may not be', async () => {
    await assert.rejects(initiate(eve), { code: 'NOT_A_MEMBER' });
    await assert.rejects(initiate(guest(conversationId)), {
      code: 'PERMISSION_DENIED',
    });
    for (const type of ['public', 'global'] as const) {
      conversationId = await harness.conversation([ada], type);
      await assert.rejects(initiate(), { code: 'INVALID_CONVERSATION_TYPE' });
    }
    conversationId = UNKNOWN_ID;
    await assert.rejects(initiate(), { code: 'CONVERSATION_NOT_FOUND' });
  });

  test('is not started too often by one user', async () => {
    await harness.restart({}, { callsPerMinute: 2 });
    await initiate();
    await assert.rejects(initiate(), { code: 'CALL_ALREADY_ACTIVE' });
    await assert.rejects(initiate(), {
      code: 'LIMIT_REACHED',
      option: 'limits.callsPerMinute',
    });
    await assert.rejects(initiate(bob), { code: 'CALL_ALREADY_ACTIVE' });
  });

  test('is not started when the server has too many or stops', async () => {
    await harness.restart({}, { calls: 1 });
    await initiate();
    conversationId = await harness.conversation([bob, cy]);
    await assert.rejects(initiate(bob), {
      code: 'SERVER_FULL',
      option: 'limits.calls',
    });
    harness.calls.drain();
    await assert.rejects(initiate(bob), { code: 'SHUTTING_DOWN' });
  });

  test('ends with an error when the server stops, or has stopped', async () => {
    const device = harness.connect(ada);
    const { callId } = await initiate();
    await harness.calls.close();
    assert.equal((await device.next('ended')).reason, 'error');
    assert.equal((await harness.store.calls.get(callId))?.endReason, 'error');

    // Nothing ends it when the process dies.
    const record = await harness.store.calls.get(callId);
    assert.ok(record);
    const lost = 'a'.repeat(24);
    await harness.store.calls.create(
      {
        ...record,
        id: lost,
        status: 'initiated',
        endedAt: undefined,
        endReason: undefined,
        participants: [],
      },
      { holder: 'this server', time: 600_000 },
    );
    await harness.restart();
    assert.equal(await harness.calls.endInterrupted(), 1);
    assert.equal((await harness.store.calls.get(lost))?.endReason, 'error');
    await initiate();
  });
});
