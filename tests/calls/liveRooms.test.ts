import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { callIdOf, liveRoomIdOf } from '../../lib/calls/liveRoomIds.ts';
import type { Caller } from '../../lib/calls/types.ts';
import type { Joined } from '../../lib/rooms/Room.ts';
import {
  CallsHarness,
  guest,
  MEDIA,
  participantOf,
  user,
} from '../support/calls.ts';
import type { Device } from '../support/calls.ts';
import { heardBy, peerOptions } from '../support/rooms.ts';
import { aboveEachEngine } from '../support/stores.ts';
import { until } from '../support/until.ts';

test('the id of a live room leads back to the call', () => {
  const callId = '0123456789abcdef01234567';
  assert.equal(callIdOf(liveRoomIdOf(callId)), callId);
  for (const id of [callId, 'call-', 'call-1', `chat-${callId}`]) {
    assert.equal(callIdOf(id), undefined);
  }
});

aboveEachEngine('the live room of a call', (engine) => {
  const people = ['ada', 'bob', 'cy', 'dan'].map((name) => user(name));
  let harness: CallsHarness;
  let conversationId: string;
  let devices: Device[];

  before(async () => {
    harness = await CallsHarness.open(engine);
  });

  after(() => harness.close());

  beforeEach(() => begin());

  /** Begins with other options. */
  async function begin(options: object = {}): Promise<void> {
    await harness.restart({ returnToP2p: false, ...options });
    conversationId = await harness.conversation(people);
    devices = people.slice(0, 3).map((person) => harness.connect(person));
  }

  /** Enters the room as a user of any gateway, or as a guest. */
  function enter(
    callId: string,
    userId: string,
    { conversationId: of }: Partial<Caller> = {},
  ): Promise<Joined> {
    const options = peerOptions(userId);
    const identity = {
      userId,
      role: 'user',
      ...(of !== undefined && { conversationId: of }),
    };
    return harness.registry.join(
      liveRoomIdOf(callId),
      { ...options, grants: { ...options.grants, identity } },
      (join) => join(),
    );
  }

  test('exists only while media goes through the server', async () => {
    const { callId } = await harness.call(devices.slice(0, 2), conversationId);
    await assert.rejects(enter(callId, 'ada'), { code: 'ROOM_NOT_FOUND' });
    await assert.rejects(enter('f'.repeat(24), 'ada'), {
      code: 'ROOM_NOT_FOUND',
    });
    const config = await harness.calls.peers.openRoom(callId, undefined);
    assert.deepEqual(
      await harness.calls.peers.openRoom(callId, undefined),
      config,
    );
    assert.equal(config.routerId, liveRoomIdOf(callId));
    const { peer } = await enter(callId, 'ada');
    const events = heardBy(peer);
    await harness.calls.endByServer(callId);
    assert.deepEqual(events, [{ type: 'ended', reason: 'deleted' }]);
    await assert.rejects(enter(callId, 'ada'), { code: 'ROOM_NOT_FOUND' });
  });

  test('stays open without peers', async () => {
    const { callId } = await harness.call(devices, conversationId);
    const { peer } = await enter(callId, 'ada');
    peer.close('left');
    assert.ok(!harness.registry.get(liveRoomIdOf(callId)).closed);
  });

  test('admits those who may join the call, and no others', async () => {
    const call = await harness.call(devices, conversationId);
    const { callId } = call;
    await enter(callId, 'ada');
    // A member who has not joined the call may join it.
    await enter(callId, 'dan');
    await assert.rejects(enter(callId, 'eve'), { code: 'FORBIDDEN' });
    const [ada, bob] = people;
    assert.ok(ada && bob);
    const { peer } = await enter(callId, 'bob');
    await harness.calls.remove(ada, callId, participantOf(call, bob));
    assert.ok(peer.closed);
    await assert.rejects(enter(callId, 'bob'), { code: 'FORBIDDEN' });
  });

  test('admits the guests of its conversation, and no others', async () => {
    const call = await harness.call(devices, conversationId);
    const { callId } = call;
    const [gil, eve, max] = [
      guest(conversationId),
      guest(await harness.conversation(people)),
      guest(conversationId),
    ] as const;
    const enterAs = (who: Caller) => enter(callId, who.guestId ?? '', who);
    // A guest who has not joined the call may join it.
    await enterAs(max);
    await assert.rejects(enterAs(eve), { code: 'FORBIDDEN' });
    // A user is not taken for the guest who has the same id.
    await harness.calls.join(gil, callId, MEDIA);
    await assert.rejects(enter(callId, gil.guestId ?? ''), {
      code: 'FORBIDDEN',
    });
    const { peer } = await enterAs(gil);
    const [ada] = people;
    assert.ok(ada);
    const { participantId } = await harness.calls.participant(gil, callId);
    await harness.calls.remove(ada, callId, participantId);
    assert.ok(peer.closed);
    await assert.rejects(enterAs(gil), {
      code: 'FORBIDDEN',
      message:
        'roomId: the user was removed from the call and cannot return to it',
    });
  });

  test('keeps somebody in the call who has no other connection', async () => {
    await begin({ reconnectTimeout: 100 });
    const ada = user('ada');
    const { callId } = await harness.call(devices.slice(0, 1), conversationId);
    await harness.calls.peers.openRoom(callId, undefined);
    const { peer } = await enter(callId, 'dan');
    await harness.calls.join(user('dan'), callId, MEDIA);
    // Without a peer, the time is over after as long.
    const eve = user('eve');
    const other = await harness.calls.initiate(eve, {
      conversationId: await harness.conversation([eve, ada]),
      type: 'audio',
    });
    await until('the end of the other call', async () => {
      const { status } = await harness.calls.get(eve, other.callId);
      return status === 'ended';
    });
    const present = await harness.calls.get(ada, callId);
    assert.deepEqual(
      present.participants.map(({ userId }) => userId),
      ['ada', 'dan'],
    );
    peer.close('left');
    await devices[0]?.next('participantLeft');
  });

  test('is not waited for without end', async () => {
    await begin({ openTimeout: 100 });
    const { callId } = await harness.call(devices.slice(0, 2), conversationId);
    const [, , third] = devices;
    assert.ok(third);
    await harness.frozen(async () => {
      await assert.rejects(
        harness.calls.join(third.caller, callId, MEDIA, third),
        { code: 'TIMEOUT' },
      );
    });
    const now = await harness.calls.get(user('ada'), callId);
    assert.equal(now.mode, 'p2p');
    assert.equal(now.participants.length, 2);
    await until('the call takes a third', () =>
      harness.calls
        .join(third.caller, callId, MEDIA, third)
        .then(() => true)
        .catch(() => false),
    );
    assert.equal(harness.registry.rooms.size, 1);
  });
});
