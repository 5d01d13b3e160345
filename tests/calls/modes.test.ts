import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { liveRoomIdOf } from '../../lib/calls/liveRoomIds.ts';
import type { CallView } from '../../lib/calls/types.ts';
import { CallsHarness, MEDIA, participantOf, user } from '../support/calls.ts';
import type { Device } from '../support/calls.ts';
import { aboveEachEngine } from '../support/stores.ts';
import { until } from '../support/until.ts';

aboveEachEngine('the mode of a call', (engine) => {
  const people = ['ada', 'bob', 'cy', 'dan'].map((name) => user(name));
  const moderator = user('mod', 'moderator');
  let harness: CallsHarness;
  let conversationId: string;
  let ada: Device;
  let bob: Device;
  let cy: Device;
  let dan: Device;

  before(async () => {
    harness = await CallsHarness.open(engine);
  });

  after(() => harness.close());

  beforeEach(() => begin());

  function connect(name: string): Device & Disposable {
    return harness.connect(user(name));
  }

  /** Begins with other options. */
  async function begin(options: object = {}): Promise<void> {
    await harness.restart({ returnToP2p: false, ...options });
    conversationId = await harness.conversation(people);
    ada = connect('ada');
    bob = connect('bob');
    cy = connect('cy');
    dan = connect('dan');
  }

  function acknowledge(
    device: Device,
    { callId }: CallView,
    outcome: 'switched' | 'failed' = 'switched',
  ): Promise<void> {
    return harness.calls.acknowledgeSwitch(device.caller, callId, outcome);
  }

  /** Lets devices acknowledge every switch. */
  function comply(...devices: Device[]): void {
    for (const device of devices) {
      device.onEvent = (event) => {
        if (event.type === 'modeSwitch') {
          void harness.calls.acknowledgeSwitch(
            device.caller,
            event.callId,
            'switched',
          );
        }
      };
    }
  }

  function reached(call: CallView, mode: 'p2p' | 'sfu'): Promise<CallView> {
    return until(`mode ${mode}`, async () => {
      const now = await harness.calls.get(ada.caller, call.callId);
      return now.mode === mode && now;
    });
  }

  function isOpen({ callId }: CallView): boolean {
    return harness.registry.rooms.has(liveRoomIdOf(callId));
  }

  /** A call of three by the server. */
  async function callOfThree(): Promise<CallView> {
    comply(ada, bob, cy);
    return reached(await harness.call([ada, bob, cy], conversationId), 'sfu');
  }

  function leave(device: Device, call: CallView): Promise<unknown> {
    return harness.calls.remove(
      device.caller,
      call.callId,
      participantOf(call, device.caller),
    );
  }

  test('stays direct for two, without a room', async () => {
    const call = await harness.call([ada, bob], conversationId);
    assert.equal(call.mode, 'p2p');
    assert.equal(call.mediaServerConfig, undefined);
    assert.ok(!isOpen(call));
  });

  test('changes with the third, once both others have acknowledged', async () => {
    const call = await harness.call([ada, bob], conversationId);
    const { call: joined } = await harness.calls.join(
      cy.caller,
      call.callId,
      MEDIA,
      cy,
    );
    assert.equal(joined.mode, 'sfu');
    const room = harness.registry.get(liveRoomIdOf(call.callId));
    assert.deepEqual(joined.mediaServerConfig, {
      routerId: room.id,
      rtpCapabilities: room.routers.rtpCapabilities,
    });
    for (const device of [ada, bob]) {
      const [event] = device.all('modeSwitch');
      assert.ok(event);
      assert.deepEqual(event, {
        type: 'modeSwitch',
        callId: call.callId,
        oldMode: 'p2p',
        newMode: 'sfu',
        reason: 'participant-count-changed',
        mediaServerConfig: joined.mediaServerConfig,
        switchDeadline: event.switchDeadline,
      });
    }
    assert.deepEqual(cy.all('modeSwitch'), []);
    await acknowledge(ada, call);
    // Signals go on until all have switched.
    await harness.calls.signal(
      ada.caller,
      call.callId,
      participantOf(call, bob.caller),
      { type: 'offer', sdp: 'v=0' },
      ada,
    );
    assert.equal(bob.all('signal').length, 1);
    const before = await harness.calls.get(ada.caller, call.callId);
    assert.equal(before.mode, 'p2p');
    await acknowledge(bob, call);
    const after = await reached(call, 'sfu');
    assert.equal(after.participants.length, 3);
    assert.deepEqual(after.mediaServerConfig, joined.mediaServerConfig);
    assert.equal((await harness.store.calls.get(call.callId))?.mode, 'sfu');
    await assert.rejects(
      harness.calls.signal(
        ada.caller,
        call.callId,
        participantOf(call, bob.caller),
        { type: 'offer', sdp: 'v=0' },
        ada,
      ),
      { code: 'INVALID_MODE' },
    );
  });

  test('is the next one for a newcomer who connects again meanwhile', async () => {
    const call = await harness.call([ada, bob], conversationId);
    const phone = connect('cy');
    const { call: joined } = await harness.calls.join(
      phone.caller,
      call.callId,
      MEDIA,
      phone,
    );
    phone[Symbol.dispose]();
    cy = connect('cy');
    const { call: again } = await cy.next('started');
    assert.equal(again.mode, 'sfu');
    assert.deepEqual(again.mediaServerConfig, joined.mediaServerConfig);
  });

  test('puts out those who fail while others have switched', async () => {
    const call = await harness.call([ada, bob, cy], conversationId);
    await acknowledge(ada, call);
    await acknowledge(bob, call, 'failed');
    await reached(call, 'sfu');
    await cy.next('participantLeft');
    assert.deepEqual(
      bob.all('error').map(({ code }) => code),
      ['MODE_SWITCH_FAILED'],
    );
    assert.deepEqual(ada.all('error'), []);
    const { participants } = await harness.calls.get(ada.caller, call.callId);
    assert.deepEqual(
      participants.map(({ userId }) => userId),
      ['ada', 'cy'],
    );
  });

  test('stays the same, without the third, when no acknowledgement comes in time', async () => {
    await begin({ switchTimeout: 100 });
    const call = await harness.call([ada, bob, cy], conversationId);
    for (const device of [ada, bob, cy]) {
      assert.equal((await device.next('error')).code, 'MODE_SWITCH_FAILED');
    }
    const { participants } = await until('the third has left', async () => {
      const now = await harness.calls.get(ada.caller, call.callId);
      return now.participants.length === 2 && now;
    });
    assert.deepEqual(
      participants.map(({ userId }) => userId),
      ['ada', 'bob'],
    );
    assert.equal((await reached(call, 'p2p')).mode, 'p2p');
    await until('the end of the room', () => !isOpen(call));
  });

  test('does not wait for those who leave or disconnect', async () => {
    const phone = connect('dan');
    const call = await harness.call([phone, bob, cy], conversationId);
    const view = await harness.calls.get(phone.caller, call.callId);
    await leave(bob, view);
    phone[Symbol.dispose]();
    const { mode, participants } = await until('the other mode', async () => {
      const now = await harness.calls.get(cy.caller, call.callId);
      return now.mode === 'sfu' && now;
    });
    assert.equal(mode, 'sfu');
    assert.deepEqual(
      participants.map(({ userId, status }) => [userId, status]),
      [
        ['dan', 'disconnected'],
        ['cy', 'connected'],
      ],
    );
  });

  test('returns when two have been alone for a while', async () => {
    await begin({ returnToP2p: 100 });
    const call = await callOfThree();
    await leave(cy, call);
    await reached(call, 'p2p');
    for (const device of [ada, bob]) {
      const [, event] = device.all('modeSwitch');
      assert.equal(event?.oldMode, 'sfu');
      assert.equal(event?.newMode, 'p2p');
      assert.equal(event?.mediaServerConfig, undefined);
    }
    await until('the end of the room', () => !isOpen(call));
  });

  test('does not return while one of the two fails to', async () => {
    await begin({ returnToP2p: 100 });
    const call = await callOfThree();
    bob.onEvent = (event) => {
      if (event.type === 'modeSwitch') {
        void acknowledge(bob, call, 'failed');
      }
    };
    await leave(cy, call);
    assert.equal((await ada.next('error')).code, 'MODE_SWITCH_FAILED');
    assert.equal((await bob.next('error')).code, 'MODE_SWITCH_FAILED');
    assert.equal((await reached(call, 'sfu')).participants.length, 2);
    assert.ok(isOpen(call));
  });

  test('lets a newcomer wait until the others have returned', async () => {
    await begin({ returnToP2p: 100 });
    const call = await callOfThree();
    ada.onEvent = undefined;
    await leave(cy, call);
    await until('the way back', () => ada.all('modeSwitch')[1]);
    const joining = harness.calls.join(dan.caller, call.callId, MEDIA, dan);
    comply(ada);
    await acknowledge(ada, call);
    assert.equal((await joining).call.mode, 'sfu');
    assert.equal((await reached(call, 'sfu')).participants.length, 3);
  });

  test('is switched by moderators, and kept until the count changes', async () => {
    await begin({ returnToP2p: 100 });
    comply(ada, bob, cy);
    const call = await harness.call([ada, bob], conversationId);
    await assert.rejects(
      harness.calls.switchMode(ada.caller, call.callId, 'sfu'),
      { code: 'PERMISSION_DENIED' },
    );
    await assert.rejects(
      harness.calls.switchMode(moderator, call.callId, 'p2p'),
      { code: 'INVALID_MODE' },
    );
    const switched = await harness.calls.switchMode(
      moderator,
      call.callId,
      'sfu',
    );
    assert.equal(switched.mode, 'sfu');
    assert.ok(switched.mediaServerConfig);
    assert.equal(ada.all('modeSwitch')[0]?.reason, 'manual');
    await harness.calls.join(cy.caller, call.callId, MEDIA, cy);
    await assert.rejects(
      harness.calls.switchMode(moderator, call.callId, 'p2p'),
      { code: 'INVALID_MODE' },
    );
    assert.equal(ada.all('modeSwitch').length, 1);
    const now = await harness.calls.get(ada.caller, call.callId);
    await leave(cy, now);
    await reached(call, 'p2p');
  });

  test('says so when a switch that was asked for fails', async () => {
    const call = await harness.call([ada, bob], conversationId);
    const switching = assert.rejects(
      harness.calls.switchMode(moderator, call.callId, 'sfu'),
      { code: 'MODE_SWITCH_FAILED' },
    );
    await Promise.all([ada.next('modeSwitch'), bob.next('modeSwitch')]);
    await assert.rejects(
      harness.calls.switchMode(moderator, call.callId, 'sfu'),
      { code: 'INVALID_MODE' },
    );
    await acknowledge(ada, call, 'failed');
    await acknowledge(bob, call, 'failed');
    await switching;
    await until('the end of the room', () => !isOpen(call));
  });

  test('ignores acknowledgements for others', async () => {
    const call = await harness.call([ada, bob, cy], conversationId);
    await harness.calls.acknowledgeSwitch(
      ada.caller,
      call.callId,
      'switched',
      participantOf(call, bob.caller),
    );
    await acknowledge(cy, call);
    await acknowledge(bob, call);
    const { mode } = await harness.calls.get(ada.caller, call.callId);
    assert.equal(mode, 'p2p');
    await acknowledge(ada, call);
    await reached(call, 'sfu');
  });

  test('ends with the call, and so does the room', async () => {
    const call = await callOfThree();
    assert.ok(isOpen(call));
    await harness.calls.end(ada.caller, call.callId);
    assert.ok(!isOpen(call));
  });

  test('ends the call when the room is lost', async () => {
    const call = await callOfThree();
    harness.registry.get(liveRoomIdOf(call.callId)).close('workerDied');
    assert.equal((await ada.next('ended')).reason, 'error');
  });

  test('stays when the room is lost before all have switched', async () => {
    const call = await harness.call([ada, bob, cy], conversationId);
    harness.registry.get(liveRoomIdOf(call.callId)).close('workerDied');
    for (const device of [ada, bob, cy]) {
      assert.equal((await device.next('error')).code, 'MODE_SWITCH_FAILED');
    }
    assert.deepEqual(ada.all('ended'), []);
    assert.equal((await reached(call, 'p2p')).mode, 'p2p');
  });
});
