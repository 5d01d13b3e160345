import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { POWERS } from '../../../lib/auth/Permissions.ts';
import type { Server } from '../../../lib/Server.ts';
import { rtpCapabilities } from '../../../tools/fixtures/rtp.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { get } from '../../support/http.ts';
import { Exposition } from '../../support/prometheus.ts';
import { bearing, peerToken, tokensOnly } from '../../support/peerToken.ts';
import {
  joinRoom,
  permissionsOf,
  receive,
  sendAudio,
} from '../../support/protooMembers.ts';

const denied = (permission: string) => ({
  code: 403,
  errorName: 'FORBIDDEN',
  message: `permissions: expected ${permission}, which the client does not have`,
});

describe('a moderator of a protoo room', () => {
  let server: Server;

  before(async () => {
    server = await startServer(tokensOnly);
  });

  after(() => server.close());

  /** Joins with a token of a role; some of its permissions may be others. */
  async function enter(
    room: string,
    peerId: string,
    role = 'member',
    grants = {},
  ) {
    const token = peerToken(peerId, { room, role, grants });
    return joinRoom(
      server,
      { roomId: room, peerId, rtpCapabilities },
      bearing(token),
    );
  }

  test('is named to the others, and is told its powers', async () => {
    const bob = await enter('roles', 'bob');
    const ada = await enter('roles', 'ada', 'moderator');
    assert.equal(ada.joined.self.role, 'moderator');
    assert.deepEqual(ada.joined.self.permissions.moderate, POWERS);
    assert.deepEqual(bob.joined.self.permissions.moderate, []);
    assert.equal(ada.joined.peers?.[0]?.role, 'member');
    assert.equal((await bob.notified('peerJoined'))['role'], 'moderator');
    await Promise.all([ada.close(), bob.close()]);
  });

  test('mutes a track, which its owner may resume and no one else', async () => {
    const ada = await enter('mute', 'ada', 'moderator');
    const bob = await enter('mute', 'bob');
    const { producerId } = await sendAudio(bob);
    await ada.request('muteProducer', { producerId });
    assert.deepEqual(await bob.notified('producerMuted'), {
      producerId,
      by: 'ada',
    });
    assert.deepEqual(await ada.notified('producerPaused'), {
      producerId,
      peerId: 'bob',
    });
    await assert.rejects(ada.request('resumeProducer', { producerId }), {
      code: 404,
      errorName: 'PRODUCER_NOT_FOUND',
    });
    await ada.request('requestUnmute', { producerId });
    assert.deepEqual(await bob.notified('unmuteRequested'), {
      producerId,
      by: 'ada',
    });
    await bob.request('resumeProducer', { producerId });
    assert.deepEqual(await ada.notified('producerResumed'), {
      producerId,
      peerId: 'bob',
    });
    await Promise.all([ada.close(), bob.close()]);
  });

  test('mutes all tracks of a source, but its own and the exceptions', async () => {
    const ada = await enter('mute-all', 'ada', 'moderator');
    const bob = await enter('mute-all', 'bob');
    const eve = await enter('mute-all', 'eve');
    const dan = await enter('mute-all', 'dan');
    await Promise.all([ada, bob, eve].map((it) => sendAudio(it)));
    await sendAudio(dan, { source: 'screen-audio' });
    await ada.request('muteAll', { source: 'mic', except: ['eve'] });
    const others = (await enter('mute-all', 'zoe')).joined.peers ?? [];
    const paused = others
      .filter(({ producers }) => producers.some((it) => it.paused))
      .map(({ peerId }) => peerId);
    assert.deepEqual(paused, ['bob']);
    await Promise.all([ada, bob, eve, dan].map((it) => it.close()));
  });

  test('stops a track, which closes it for all', async () => {
    const ada = await enter('stop', 'ada', 'moderator');
    const bob = await enter('stop', 'bob');
    const { producerId } = await sendAudio(bob);
    await ada.request('closeProducerOf', { producerId });
    assert.deepEqual(await bob.notified('producerStopped'), {
      producerId,
      by: 'ada',
    });
    assert.deepEqual(await ada.notified('producerClosed'), {
      producerId,
      peerId: 'bob',
    });
    await assert.rejects(bob.request('closeProducer', { producerId }), {
      code: 404,
    });
    await Promise.all([ada.close(), bob.close()]);
  });

  test('removes a peer, whose connection ends for good', async () => {
    const ada = await enter('remove', 'ada', 'moderator');
    const bob = await enter('remove', 'bob');
    await ada.request('removePeer', { peerId: 'bob' });
    assert.deepEqual(await ada.notified('peerLeft'), {
      peerId: 'bob',
      reason: 'removed',
    });
    const reason = 'removed: a moderator removed the peer from the room';
    assert.deepEqual(await bob.closed, { code: 4000, reason });
    assert.deepEqual(await bob.notified('closing'), {
      code: 4000,
      name: 'removed',
      reason,
    });
    for (const [peerId, errorName] of [
      ['bob', 'PEER_NOT_FOUND'],
      ['ada', 'VALIDATION_ERROR'],
    ] as const) {
      await assert.rejects(ada.request('removePeer', { peerId }), {
        errorName,
      });
    }
    await ada.close();
  });

  test('locks the room against all who may not lock it, until it is empty', async () => {
    const ada = await enter('lock', 'ada', 'moderator');
    const bob = await enter('lock', 'bob');
    assert.equal(ada.joined.locked, false);
    await ada.request('lockRoom', { locked: true });
    assert.deepEqual(await bob.notified('roomUpdated'), {
      locked: true,
      by: 'ada',
    });
    await assert.rejects(enter('lock', 'eve'), {
      code: 423,
      errorName: 'ROOM_LOCKED',
    });
    const dan = await enter('lock', 'dan', 'moderator');
    assert.equal(dan.joined.locked, true);
    await dan.request('lockRoom', { locked: false });
    const eve = await enter('lock', 'eve');
    await eve.close();
    await ada.request('lockRoom', { locked: true });
    await Promise.all([ada, bob, dan].map((it) => it.close()));
    const zoe = await enter('lock', 'zoe');
    assert.equal(zoe.joined.locked, false);
    await zoe.close();
  });

  test('gives roles, which last over a resume, and takes them', async () => {
    const ada = await enter('promote', 'ada', 'moderator');
    const bob = await enter('promote', 'bob');
    await ada.request('setRole', { peerId: 'bob', role: 'moderator' });
    const told = await permissionsOf(bob);
    assert.deepEqual(
      [told.role, told.by, told.permissions.moderate],
      ['moderator', 'ada', POWERS],
    );
    const resumed = await joinRoom(
      server,
      {
        roomId: 'promote',
        peerId: 'bob',
        resumeToken: bob.joined.resumeToken,
        received: bob.notifications.length,
      },
      bearing(peerToken('bob', { room: 'promote' })),
    );
    assert.equal(resumed.joined.self.role, 'moderator');
    await resumed.request('setRole', { peerId: 'ada', role: 'guest' });
    const { role, permissions } = await permissionsOf(ada);
    assert.deepEqual([role, permissions.moderate], ['guest', []]);
    await assert.rejects(
      ada.request('setRole', { peerId: 'bob', role: 'guest' }),
      denied('moderate of "promote"'),
    );
    await Promise.all([ada.close(), resumed.close()]);
  });

  test('takes permissions, and with them what they permitted', async () => {
    const ada = await enter('deny', 'ada', 'moderator');
    const bob = await enter('deny', 'bob');
    const { producerId } = await sendAudio(ada);
    const { consumerId } = await receive(bob, producerId);
    const own = await sendAudio(bob);
    await ada.request('setPermissions', {
      peerId: 'bob',
      permissions: { publish: ['camera'], subscribe: false, chat: false },
    });
    const { permissions } = await permissionsOf(bob);
    assert.deepEqual(permissions, {
      publish: ['camera'],
      subscribe: false,
      data: true,
      chat: false,
      raiseHand: true,
      metadata: true,
      moderate: [],
    });
    assert.deepEqual(await bob.notified('producerStopped'), {
      producerId: own.producerId,
      by: 'ada',
    });
    assert.deepEqual(await bob.notified('consumerClosed'), { consumerId });
    await assert.rejects(
      bob.request('sendMessage', { data: 'hello' }),
      denied('chat'),
    );
    await assert.rejects(
      bob.request('consume', { producerId }),
      denied('subscribe'),
    );
    await ada.request('setPermissions', {
      peerId: 'bob',
      permissions: { publish: true, subscribe: true },
    });
    await bob.request('consume', { producerId });
    await Promise.all([ada.close(), bob.close()]);
  });

  test('closes the room for all, and is answered before', async () => {
    const ada = await enter('close', 'ada', 'moderator');
    const bob = await enter('close', 'bob');
    assert.deepEqual(await ada.request('closeRoom'), {});
    assert.deepEqual(
      await Promise.all([ada.closed, bob.closed]),
      ['ada', 'bob'].map(() => ({
        code: 4000,
        reason: 'closed: a moderator closed the room',
      })),
    );
    assert.equal(server.registry.rooms.has('close'), false);
  });

  test('needs the power for each request', async () => {
    const ada = await enter('powers', 'ada', 'moderator', { moderate: [] });
    const bob = await enter('powers', 'bob');
    const { producerId } = await sendAudio(bob);
    const peer = { peerId: 'bob' };
    for (const [power, method, data] of [
      ['mute', 'muteProducer', { producerId }],
      ['mute', 'muteAll', { source: 'mic' }],
      ['mute', 'requestUnmute', { producerId }],
      ['stop', 'closeProducerOf', { producerId }],
      ['remove', 'removePeer', peer],
      ['lock', 'lockRoom', { locked: true }],
      ['chat', 'clearChat', {}],
      ['metadata', 'setRoomMetadata', { metadata: {} }],
      ['spotlight', 'setSpotlight', peer],
      ['promote', 'setRole', { ...peer, role: 'guest' }],
      ['promote', 'setPermissions', { ...peer, permissions: {} }],
      ['invite', 'createInvitation', { role: 'guest' }],
      ['close', 'closeRoom', {}],
    ] as const) {
      await assert.rejects(
        ada.request(method, data),
        denied(`moderate of "${power}"`),
        method,
      );
    }
    await ada.request('ping');
    assert.deepEqual(
      bob.notifications
        .map(({ method }) => method)
        // That no one receives the track is told after a while.
        .filter((method) => method !== 'producerWanted'),
      [],
    );
    await Promise.all([ada.close(), bob.close()]);
  });

  test('clears the chat of the others', async () => {
    const ada = await enter('clear', 'ada', 'moderator');
    const bob = await enter('clear', 'bob');
    await ada.request('clearChat');
    assert.deepEqual(await bob.notified('chatCleared'), { by: 'ada' });
    await Promise.all([ada.close(), bob.close()]);
  });

  test('makes a peer large for all, also for those who come later, until it leaves', async () => {
    const ada = await enter('spotlight', 'ada', 'moderator');
    const bob = await enter('spotlight', 'bob');
    const eve = await enter('spotlight', 'eve');
    assert.equal(bob.joined.spotlight, null);
    await assert.rejects(ada.request('setSpotlight', { peerId: 'nobody' }), {
      code: 404,
      errorName: 'PEER_NOT_FOUND',
    });
    await ada.request('setSpotlight', { peerId: 'bob' });
    // The same again is not told.
    await ada.request('setSpotlight', { peerId: 'bob' });
    const zoe = await enter('spotlight', 'zoe');
    assert.equal(zoe.joined.spotlight, 'bob');
    await bob.request('leaveRoom');
    await ada.request('setSpotlight', { peerId: 'ada' });
    await ada.request('setSpotlight', { peerId: null });
    await eve.notified(
      'roomUpdated',
      ({ spotlight, by }) => spotlight === null && by === 'ada',
    );
    assert.deepEqual(
      eve.notifications
        .filter(({ method }) => /roomUpdated|peerLeft/.test(method))
        .map(({ data }) => data),
      [
        { spotlight: 'bob', by: 'ada' },
        { spotlight: null },
        { peerId: 'bob', reason: 'left' },
        { spotlight: 'ada', by: 'ada' },
        { spotlight: null, by: 'ada' },
      ],
    );
    await bob.close();
    await Promise.all([ada, eve, zoe].map((it) => it.close()));
  });

  test('describes the room, to those who come later as well', async () => {
    const ada = await enter('metadata', 'ada', 'moderator');
    const bob = await enter('metadata', 'bob');
    assert.equal(bob.joined.metadata, undefined);
    const metadata = { topic: 'Tea', steps: [1, null] };
    await ada.request('setRoomMetadata', { metadata });
    assert.deepEqual(await bob.notified('roomUpdated'), {
      metadata,
      by: 'ada',
    });
    const eve = await enter('metadata', 'eve');
    assert.deepEqual(eve.joined.metadata, metadata);
    const filling = { a: 'é'.repeat((4_096 - 8) / 2) };
    await ada.request('setRoomMetadata', { metadata: filling });
    await assert.rejects(
      ada.request('setRoomMetadata', {
        metadata: { ...filling, b: 1 },
      }),
      {
        code: 400,
        message:
          'metadata: expected at most 4096 bytes of JSON (limits.metadataBytes), got 4102',
      },
    );
    await Promise.all([ada, bob, eve].map((it) => it.close()));
  });

  test('is counted with each use of a power', async () => {
    const ada = await enter('counted', 'ada', 'moderator');
    const bob = await enter('counted', 'bob');
    const count = async () => {
      const { body } = await get(server.url, '/metrics');
      return new Exposition(body).sum('atrium_moderations_total', {
        power: 'promote',
      });
    };
    const before = await count();
    await ada.request('setRole', { peerId: 'bob', role: 'guest' });
    assert.equal((await count()) - before, 1);
    await bob.close();
    await ada.close();
  });
});
