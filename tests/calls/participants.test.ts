import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import type { CallSignal } from '../../lib/calls/types.ts';
import {
  CallsHarness,
  guest,
  MEDIA,
  participantOf,
  UNKNOWN_ID,
  user,
} from '../support/calls.ts';
import type { Device } from '../support/calls.ts';
import { aboveEachEngine } from '../support/stores.ts';

aboveEachEngine('the participants of a call', (engine) => {
  const people = ['ada', 'bob', 'cy'].map((name) => user(name));
  const admin = user('root', 'admin');
  const eve = user('eve');
  let harness: CallsHarness;
  let conversationId: string;
  let ada: Device & Disposable;
  let bob: Device & Disposable;
  let cy: Device & Disposable;

  before(async () => {
    harness = await CallsHarness.open(engine);
  });

  after(() => harness.close());

  beforeEach(() => begin());

  /** Begins with other options. */
  async function begin(options: object = {}): Promise<void> {
    await harness.restart(options);
    conversationId = await harness.conversation(people);
    ada = harness.connect(user('ada'));
    bob = harness.connect(user('bob'));
    cy = harness.connect(user('cy'));
  }

  test('are told when another leaves, and the last one ends the call', async () => {
    const call = await harness.call([ada, bob], conversationId);
    const bobs = participantOf(call, bob.caller);
    const left = await harness.calls.remove(bob.caller, call.callId, bobs);
    assert.ok(left.leftAt);
    assert.equal(left.participantId, bobs);
    assert.deepEqual(ada.all('participantLeft'), [
      {
        type: 'participantLeft',
        callId: call.callId,
        participant: left,
        totalParticipants: 1,
      },
    ]);
    assert.deepEqual(bob.all('participantLeft'), []);
    const again = await harness.calls.join(bob.caller, call.callId, MEDIA, bob);
    assert.notEqual(again.participant.participantId, bobs);
    for (const device of [ada, bob]) {
      const id = participantOf(again.call, device.caller);
      await harness.calls.remove(device.caller, call.callId, id);
    }
    const over = await harness.calls.get(ada.caller, call.callId);
    assert.equal(over.status, 'ended');
    assert.equal(over.participants.length, 3);
    assert.ok(over.participants.every(({ leftAt }) => leftAt));
    const { calls, total } = await harness.calls.history(
      cy.caller,
      conversationId,
      { limit: 10, offset: 0 },
    );
    assert.equal(total, 1);
    assert.equal(calls[0]?.participantCount, 2);
  });

  test('are members of the conversation, or its guests', async () => {
    const { callId } = await harness.call([ada], conversationId);
    await assert.rejects(harness.calls.join(eve, callId, MEDIA), {
      code: 'PERMISSION_DENIED',
    });
    await assert.rejects(harness.calls.join(guest(UNKNOWN_ID), callId, MEDIA), {
      code: 'PERMISSION_DENIED',
    });
    const visitor = guest(conversationId);
    const { participant } = await harness.calls.join(visitor, callId, MEDIA);
    assert.equal(participant.anonymousUserId, visitor.guestId);
    assert.equal(participant.userId, undefined);
  });

  test('are in the call once, and not too many', async () => {
    await begin({ maxParticipants: 2 });
    const { callId } = await harness.call([ada, bob], conversationId);
    await assert.rejects(harness.calls.join(bob.caller, callId, MEDIA, bob), {
      code: 'ALREADY_PARTICIPANT',
    });
    await assert.rejects(harness.calls.join(cy.caller, callId, MEDIA, cy), {
      code: 'MAX_PARTICIPANTS_REACHED',
      option: 'calls.maxParticipants',
    });
  });

  test('cannot join again and again without end', async () => {
    await begin({ joinsPerCall: 2 });
    const call = await harness.call([ada, bob], conversationId);
    const id = participantOf(call, bob.caller);
    await harness.calls.remove(bob.caller, call.callId, id);
    await assert.rejects(harness.calls.join(bob.caller, call.callId, MEDIA), {
      code: 'MAX_PARTICIPANTS_REACHED',
      option: 'calls.joinsPerCall',
    });
  });

  for (const who of ['the initiator', 'an admin']) {
    test(`are removed for good by ${who}`, async () => {
      const call = await harness.call([ada, bob], conversationId);
      const { callId } = call;
      const remover = who === 'an admin' ? admin : ada.caller;
      const id = participantOf(call, bob.caller);
      await assert.rejects(harness.calls.remove(cy.caller, callId, id), {
        code: 'PERMISSION_DENIED',
      });
      await harness.calls.remove(remover, callId, id);
      assert.equal(bob.events.at(-1)?.type, 'error');
      assert.equal(bob.all('error')[0]?.code, 'KICKED');
      await assert.rejects(harness.calls.join(bob.caller, callId, MEDIA), {
        code: 'KICKED',
      });
      await assert.rejects(
        harness.calls.setMedia(bob.caller, callId, {
          ...MEDIA,
          screenShareEnabled: true,
        }),
        { code: 'KICKED' },
      );
      const stored = await harness.store.calls.get(callId);
      assert.deepEqual(
        stored?.participants.map(({ userId, kicked }) => [userId, kicked]),
        [
          ['ada', false],
          ['bob', true],
        ],
      );
    });
  }

  for (const who of ['the initiator', 'an admin']) {
    test(`see the call end when ${who} ends it`, async () => {
      const { callId } = await harness.call([ada, bob], conversationId);
      const ender = who === 'an admin' ? admin : ada.caller;
      await assert.rejects(harness.calls.end(bob.caller, callId), {
        code: 'PERMISSION_DENIED',
      });
      const ended = await harness.calls.end(ender, callId);
      assert.equal(ended.status, 'ended');
      for (const device of [ada, bob, cy]) {
        assert.deepEqual(device.events.at(-1), {
          type: 'ended',
          callId,
          reason: 'forced',
          endedBy: ender.userId,
          endedAt: ended.endedAt,
          duration: 0,
        });
      }
      await assert.rejects(harness.calls.end(ada.caller, callId), {
        code: 'CALL_ENDED',
      });
      const stored = await harness.calls.get(bob.caller, callId);
      assert.deepEqual(stored.endedAt, ended.endedAt);
    });
  }

  test('alone see the call, and those of the conversation its history', async () => {
    const { callId } = await harness.call([ada, bob], conversationId);
    await assert.rejects(harness.calls.get(cy.caller, callId), {
      code: 'PERMISSION_DENIED',
    });
    assert.equal((await harness.calls.get(admin, callId)).callId, callId);
    await assert.rejects(harness.calls.get(ada.caller, UNKNOWN_ID), {
      code: 'CALL_NOT_FOUND',
    });
    const page = { limit: 10, offset: 0 };
    await assert.rejects(harness.calls.history(eve, conversationId, page), {
      code: 'PERMISSION_DENIED',
    });
    await assert.rejects(harness.calls.history(eve, UNKNOWN_ID, page), {
      code: 'CONVERSATION_NOT_FOUND',
    });
  });

  test('return with another device after they were disconnected', async () => {
    const call = await harness.call([ada, bob], conversationId);
    const { callId } = call;
    bob[Symbol.dispose]();
    const away = await harness.calls.get(ada.caller, callId);
    assert.equal(away.participants[1]?.status, 'disconnected');
    await assert.rejects(
      harness.calls.signal(
        ada.caller,
        callId,
        participantOf(call, bob.caller),
        { type: 'ice-candidate', candidate: { candidate: '' } },
        ada,
      ),
      { code: 'SIGNALING_ERROR' },
    );
    const device = harness.connect(bob.caller);
    const back = await harness.calls.get(ada.caller, callId);
    assert.deepEqual(back.participants, call.participants);
    assert.deepEqual(device.events, [{ type: 'started', call: back }]);
  });

  test('are told of the end of the call when they connect again, once', async () => {
    const { callId } = await harness.call([ada, bob], conversationId);
    bob[Symbol.dispose]();
    await harness.calls.end(ada.caller, callId);
    const { endedAt, duration } = await ada.next('ended');
    using device = harness.connect(bob.caller);
    assert.deepEqual(device.events, [
      {
        type: 'ended',
        callId,
        reason: 'forced',
        endedBy: ada.caller.userId,
        endedAt,
        duration,
      },
    ]);
    assert.deepEqual(harness.connect(bob.caller).events, []);
  });

  test('are told that they were removed when they connect again', async () => {
    const call = await harness.call([ada, bob], conversationId);
    bob[Symbol.dispose]();
    const bobs = participantOf(call, bob.caller);
    await harness.calls.remove(ada.caller, call.callId, bobs);
    const { events } = harness.connect(bob.caller);
    assert.equal(events.length, 1);
    assert.partialDeepStrictEqual(events, [
      { type: 'error', callId: call.callId, code: 'KICKED' },
    ]);
  });

  test('return by joining with a device that was connected before', async () => {
    const call = await harness.call([ada, bob], conversationId);
    const other = harness.connect(bob.caller);
    bob[Symbol.dispose]();
    const { participant } = await harness.calls.join(
      bob.caller,
      call.callId,
      MEDIA,
      other,
    );
    assert.equal(participant.participantId, participantOf(call, bob.caller));
  });

  for (const how of ['joins', 'only connects'] as const) {
    test(`give their place to a device that ${how} after theirs was lost unnoticed`, async () => {
      const call = await harness.call([ada, bob], conversationId);
      const { callId } = call;
      bob.onConfirm = () => {
        bob[Symbol.dispose]();
        return false;
      };
      const device = harness.connect(bob.caller);
      if (how === 'joins') {
        const id = participantOf(call, bob.caller);
        const back = await harness.calls.join(
          bob.caller,
          callId,
          MEDIA,
          device,
        );
        assert.equal(back.participant.participantId, id);
      }
      await device.next('started');
      await assert.rejects(
        how === 'joins'
          ? harness.calls.join(bob.caller, callId, MEDIA, device)
          : harness.calls.join(bob.caller, callId, MEDIA),
        { code: 'ALREADY_PARTICIPANT' },
      );
      const { participants } = await harness.calls.get(ada.caller, callId);
      assert.deepEqual(participants, call.participants);
      assert.deepEqual(ada.all('participantLeft'), []);
    });
  }

  test('keep their place if their device gives a sign of life', async () => {
    const { callId } = await harness.call([ada, bob], conversationId);
    let asked = 0;
    bob.onConfirm = () => {
      asked += 1;
      return true;
    };
    const device = harness.connect(bob.caller);
    await assert.rejects(
      harness.calls.join(bob.caller, callId, MEDIA, device),
      { code: 'ALREADY_PARTICIPANT' },
    );
    assert.equal(asked, 2);
    assert.deepEqual(device.events, []);
  });

  test('leave when they do not return in time', async () => {
    await begin({ reconnectTimeout: 100 });
    const call = await harness.call([ada, bob], conversationId);
    bob[Symbol.dispose]();
    const { participant } = await ada.next('participantLeft');
    assert.equal(participant.participantId, participantOf(call, bob.caller));
    ada[Symbol.dispose]();
    await cy.next('ended');
  });

  test('are told when they return too late', async () => {
    await begin({ reconnectTimeout: 100 });
    await harness.call([ada, bob], conversationId);
    bob[Symbol.dispose]();
    await ada.next('participantLeft');
    const late = harness.connect(bob.caller);
    assert.deepEqual(
      late.all('error').map(({ code }) => code),
      ['CALL_ENDED'],
    );
  });

  test('leave when they have joined without a device and none comes', async () => {
    await begin({ reconnectTimeout: 100 });
    const dee = user('dee');
    conversationId = await harness.conversation([dee, cy.caller]);
    await harness.calls.initiate(dee, { conversationId, type: 'video' });
    assert.equal((await cy.next('ended')).reason, 'normal');
  });

  test('tell the others of their devices', async () => {
    const call = await harness.call([ada, bob], conversationId);
    const media = {
      audioEnabled: false,
      videoEnabled: true,
      screenShareEnabled: true,
    };
    await harness.calls.setMedia(bob.caller, call.callId, media);
    assert.deepEqual(ada.all('mediaState'), [
      {
        type: 'mediaState',
        callId: call.callId,
        participantId: participantOf(call, bob.caller),
        username: 'bob-name',
        ...media,
      },
    ]);
    assert.deepEqual(bob.all('mediaState'), []);
    await assert.rejects(
      harness.calls.setMedia(
        bob.caller,
        call.callId,
        media,
        participantOf(call, ada.caller),
      ),
      { code: 'PERMISSION_DENIED' },
    );
  });

  test('signal to the device in the call and no other', async () => {
    const other = harness.connect(ada.caller);
    const call = await harness.call([ada, bob], conversationId);
    const adas = participantOf(call, ada.caller);
    const signal = { type: 'answer', sdp: 'v=0' } as const;
    const { callId } = call;
    await harness.calls.signal(bob.caller, callId, adas, signal, bob);
    assert.deepEqual(ada.all('signal'), [
      {
        type: 'signal',
        callId,
        fromParticipantId: participantOf(call, bob.caller),
        signal,
      },
    ]);
    assert.deepEqual(other.all('signal'), []);
    assert.deepEqual(cy.all('signal'), []);
    const refuse = async (
      code: string,
      from: Device,
      target: string,
      refused: CallSignal = signal,
    ): Promise<void> => {
      await assert.rejects(
        harness.calls.signal(from.caller, callId, target, refused, from),
        { code },
      );
    };
    await refuse('PERMISSION_DENIED', other, adas);
    await refuse('PERMISSION_DENIED', cy, adas);
    await refuse('SIGNALING_ERROR', ada, adas);
    await refuse('PARTICIPANT_NOT_FOUND', bob, UNKNOWN_ID);
    await refuse('SIGNALING_ERROR', bob, adas, {
      type: 'offer',
      sdp: 'x'.repeat(65_537),
    });
    await refuse('SIGNALING_ERROR', bob, adas, {
      type: 'ice-candidate',
      candidate: { candidate: 'x'.repeat(4_096) },
    });
  });

  test('cannot signal too often', async () => {
    await harness.restart({}, { signalBurst: 3, signalsPerSecond: 1 });
    ada = harness.connect(user('ada'));
    bob = harness.connect(user('bob'));
    const call = await harness.call([ada, bob], conversationId);
    const signals = Array.from({ length: 5 }, () =>
      harness.calls.signal(
        bob.caller,
        call.callId,
        participantOf(call, ada.caller),
        { type: 'ice-candidate', candidate: { candidate: '' } },
        bob,
      ),
    );
    const outcomes = await Promise.allSettled(signals);
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    assert.ok(refused.length >= 1);
    assert.ok(ada.all('signal').length >= 3);
    await assert.rejects(Promise.all(signals), {
      code: 'LIMIT_REACHED',
      option: 'limits.signalsPerSecond',
    });
  });
});
