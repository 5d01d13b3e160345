import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';

import { liveRoomIdOf } from '../../lib/calls/liveRoomIds.ts';
import type { Caller } from '../../lib/calls/types.ts';
import type { NewBan } from '../../lib/rooms/RoomBans.ts';
import {
  CallsHarness,
  guest,
  MEDIA,
  participantOf,
  user,
} from '../support/calls.ts';
import type { Device } from '../support/calls.ts';
import { onEachEngine } from '../support/stores.ts';

const BANNED = {
  code: 'BANNED',
  message: 'a moderator has banned the client from the room',
};

onEachEngine('a person banned from the room of a call', (engine) => {
  const people = ['ada', 'bob', 'cy'].map((name) => user(name));
  let harness: CallsHarness;
  let conversationId: string;
  let ada: Device;
  let bob: Device;
  let cy: Device;

  before(async () => {
    harness = await CallsHarness.open(engine);
  });

  after(() => harness.close());

  beforeEach(async () => {
    await harness.restart({ returnToP2p: false });
    conversationId = await harness.conversation(people);
    ada = harness.connect(user('ada'));
    bob = harness.connect(user('bob'));
    cy = harness.connect(user('cy'));
  });

  function banOf(callId: string, userId: string | undefined): NewBan {
    return {
      roomId: liveRoomIdOf(callId),
      userId,
      spared: [],
      peerId: '',
      displayName: '',
      bannedBy: 'root',
      expiresAt: undefined,
    };
  }

  function join(callId: string, caller: Caller, device: Device) {
    return harness.calls.join(caller, callId, MEDIA, device);
  }

  test('is put out of the call, and may return once the ban is lifted', async () => {
    const call = await harness.call([ada, bob], conversationId);
    const { callId } = call;
    const { id } = harness.bans.add(banOf(callId, 'bob'));
    const { code, message } = await bob.next('error');
    assert.equal(code, 'KICKED');
    assert.match(message, /^a moderator has banned the participant/);
    const { participant } = await ada.next('participantLeft');
    assert.equal(participant.participantId, participantOf(call, bob.caller));
    await assert.rejects(join(callId, bob.caller, bob), BANNED);
    await join(callId, cy.caller, cy);
    assert.ok(await harness.bans.lift(id));
    assert.equal(
      (await join(callId, bob.caller, bob)).call.participants.length,
      3,
    );
  });

  test('is put out by a removal as well, and may return at once', async () => {
    const call = await harness.call([ada, bob], conversationId);
    const { callId } = call;
    harness.bans.add({ ...banOf(callId, 'bob'), issuedUntil: new Date() });
    const { code, message } = await bob.next('error');
    assert.equal(code, 'KICKED');
    assert.match(message, /^a moderator has removed the participant/);
    const { participant } = await ada.next('participantLeft');
    assert.equal(participant.participantId, participantOf(call, bob.caller));
    await join(callId, bob.caller, bob);
    // One that arrives late is of an earlier entry.
    const past = new Date(Date.now() - 60_000);
    harness.bans.add({ ...banOf(callId, 'bob'), issuedUntil: past });
    const { call: grown } = await join(callId, cy.caller, cy);
    assert.equal(grown.participants.length, 3);
    assert.equal(bob.all('error').length, 1);
  });

  test('is called no more, and cannot accept', async () => {
    const { callId } = await harness.call([ada], conversationId);
    harness.bans.add(banOf(callId, 'bob'));
    assert.equal((await bob.next('ended')).reason, 'forced');
    await assert.rejects(join(callId, bob.caller, bob), BANNED);
    assert.equal(cy.all('ended').length, 0);
  });

  test('is put out as a guest', async () => {
    const max = harness.connect(guest(conversationId));
    const { callId } = await harness.call([ada, max], conversationId);
    harness.bans.add(banOf(callId, max.caller.guestId));
    assert.equal((await max.next('error')).code, 'KICKED');
    await ada.next('participantLeft');
    await assert.rejects(join(callId, max.caller, max), BANNED);
  });

  test('does not join while the conversation is looked up', async () => {
    const { callId } = await harness.call([ada], conversationId);
    const joined = join(callId, bob.caller, bob);
    const refused = assert.rejects(joined, BANNED);
    harness.bans.add(banOf(callId, 'bob'));
    await refused;
  });

  test('is put out at the next join if another server has made the ban', async () => {
    const { callId } = await harness.call([ada, bob], conversationId);
    await harness.store.bans.add([
      {
        ...banOf(callId, 'bob'),
        userId: 'bob',
        issuedUntil: undefined,
        secretHash: undefined,
        network: undefined,
        id: randomUUID(),
        createdAt: new Date(),
      },
    ]);
    await join(callId, cy.caller, cy);
    assert.equal((await bob.next('error')).code, 'KICKED');
    await ada.next('participantLeft');
    await assert.rejects(join(callId, bob.caller, bob), BANNED);
  });
});
