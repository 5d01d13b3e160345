import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { liveRoomIdOf } from '../../lib/calls/liveRoomIds.ts';
import type { Caller, CallEvent } from '../../lib/calls/types.ts';
import type { Peer } from '../../lib/rooms/Peer.ts';
import { CallsHarness, MEDIA, participantOf, user } from '../support/calls.ts';
import type { Device } from '../support/calls.ts';
import { peerOptions } from '../support/rooms.ts';
import { onEachEngine } from '../support/stores.ts';

onEachEngine('a user who is no longer a member', (engine) => {
  const people = ['ada', 'bob', 'cy', 'dan'].map((name) => user(name));
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

  /** Begins with other options. */
  async function begin(options: object = {}): Promise<void> {
    await harness.restart({ returnToP2p: false, ...options });
    conversationId = await harness.conversation(people);
    ada = harness.connect(user('ada'));
    bob = harness.connect(user('bob'));
    cy = harness.connect(user('cy'));
    dan = harness.connect(user('dan'));
  }

  /** Removes a user from the conversation. */
  async function remove({ userId = '' }: Caller): Promise<void> {
    await harness.store.conversations.removeMember(conversationId, userId);
    harness.calls.removeMember(conversationId, userId);
  }

  /** Enters the room of a call as a user of any gateway. */
  async function enter(callId: string, userId: string): Promise<Peer> {
    const options = peerOptions(userId);
    const identity = { userId, role: 'user' };
    const { peer } = await harness.registry.join(
      liveRoomIdOf(callId),
      { ...options, grants: { ...options.grants, identity } },
      (join) => join(),
    );
    return peer;
  }

  /** Acknowledges switches from now on. */
  function acknowledge(...devices: readonly Device[]): void {
    for (const device of devices) {
      device.onEvent = (event: CallEvent) => {
        if (event.type === 'modeSwitch') {
          const { caller } = device;
          const { callId } = event;
          void harness.calls.acknowledgeSwitch(caller, callId, 'switched');
        }
      };
    }
  }

  test('is put out of the call, and may return with the conversation', async () => {
    const call = await harness.call([ada, bob], conversationId);
    const { callId } = call;
    await remove(bob.caller);
    const { code } = await bob.next('error');
    assert.equal(code, 'KICKED');
    const { participant } = await ada.next('participantLeft');
    assert.equal(participant.participantId, participantOf(call, bob.caller));
    const join = () => harness.calls.join(bob.caller, callId, MEDIA, bob);
    await assert.rejects(join(), { code: 'PERMISSION_DENIED' });
    const stored = await harness.store.calls.get(callId);
    assert.deepEqual(
      stored?.participants.map(({ leftAt, kicked }) => [
        leftAt !== undefined,
        kicked,
      ]),
      [
        [false, false],
        [true, false],
      ],
    );
    const member = { userId: 'bob', username: 'bob-name' };
    await harness.store.conversations.addMember(conversationId, member, 9);
    assert.equal((await join()).call.participants.length, 2);
  });

  test('ends the call by it as the last participant', async () => {
    const { callId } = await harness.call([bob], conversationId);
    await remove(bob.caller);
    const { reason } = await ada.next('ended');
    assert.equal(reason, 'normal');
    const { status } = await harness.calls.get(bob.caller, callId);
    assert.equal(status, 'ended');
  });

  test('is put out of the room, in the call or not, and cannot enter it again', async () => {
    acknowledge(ada, bob);
    const { callId } = await harness.call([ada, bob, cy], conversationId);
    for (const name of ['bob', 'dan']) {
      const peer = await enter(callId, name);
      await remove(user(name));
      assert.ok(peer.closed, name);
      await assert.rejects(enter(callId, name), { code: 'FORBIDDEN' });
    }
    assert.ok(!(await enter(callId, 'cy')).closed);
  });

  test('is called no more, and the call ends if nobody else is', async () => {
    const { callId } = await harness.calls.initiate(
      ada.caller,
      { conversationId, type: 'audio' },
      ada,
    );
    await remove(bob.caller);
    await harness.calls.reject(cy.caller, callId, cy);
    const ended = await bob.next('ended');
    assert.partialDeepStrictEqual(ended, { callId, reason: 'forced' });
    await assert.rejects(harness.calls.reject(bob.caller, callId, bob), {
      code: 'PERMISSION_DENIED',
    });
    assert.deepEqual(harness.connect(bob.caller).events, []);
    assert.deepEqual(dan.all('ended'), []);
    await remove(dan.caller);
    assert.equal((await ada.next('ended')).reason, 'normal');
  });

  test('does not join after it where the call lets them wait', async () => {
    await begin({ returnToP2p: 100, switchTimeout: 60_000 });
    acknowledge(ada, bob);
    const call = await harness.call([ada, bob, cy], conversationId);
    const { callId } = call;
    ada.onEvent = bob.onEvent = undefined;
    const cys = participantOf(call, cy.caller);
    await harness.calls.remove(cy.caller, callId, cys);
    await ada.last('modeSwitch', ({ newMode }) => newMode === 'p2p');
    const joined = harness.calls.join(dan.caller, callId, MEDIA, dan);
    const refused = assert.rejects(joined, { code: 'PERMISSION_DENIED' });
    await remove(dan.caller);
    for (const { caller } of [ada, bob]) {
      await harness.calls.acknowledgeSwitch(caller, callId, 'switched');
    }
    await refused;
  });
});
