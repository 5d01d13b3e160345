import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Server } from '../../../lib/Server.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { bearing, peerToken, tokensOnly } from '../../support/peerToken.ts';
import { joinRoom } from '../../support/protooMembers.ts';

const LOCKED = { code: 423, errorName: 'ROOM_LOCKED' };

describe('a client that comes back to a room of an open server', () => {
  let server: Server;

  before(async () => {
    server = await startServer();
  });

  after(() => server.close());

  const enter = (roomId: string, peerId: string, secret?: string) =>
    joinRoom(server, {
      roomId,
      peerId,
      ...(secret !== undefined && { clientSecret: secret.repeat(32) }),
    });

  /** The roles of all in a room, by the ids of the peers. */
  const rolesIn = (roomId: string) =>
    Object.fromEntries(
      Array.from(server.registry.get(roomId).peers.values(), (peer) => [
        peer.id,
        peer.rights.role,
      ]),
    );

  test('moderates it again after a reload, and no one else does', async () => {
    const ada = await enter('reload', 'ada', 'a');
    const bob = await enter('reload', 'bob', 'b');
    const again = await enter('reload', 'ada', 'a');
    assert.equal((await ada.closed).code, 4000);
    assert.equal(again.joined.self.role, 'moderator');
    assert.equal((await bob.notified('peerJoined'))['role'], 'moderator');
    await bob.request('ping');
    assert.deepEqual(rolesIn('reload'), { ada: 'moderator', bob: 'member' });
    assert.ok(
      !bob.notifications.some((it) => it.method === 'permissionsChanged'),
    );
    await Promise.all([again.close(), bob.close()]);
  });

  for (const [who, secret] of [
    ['with another secret', 'x'],
    ['without a secret', undefined],
  ] as const) {
    test(`does not moderate it by an id alone, ${who}`, async () => {
      const room = `stolen-${secret}`;
      const ada = await enter(room, 'ada', 'a');
      const bob = await enter(room, 'bob', 'b');
      const thief = await enter(room, 'ada', secret);
      assert.equal(thief.joined.self.role, 'member');
      assert.equal(
        (await bob.notified('permissionsChanged'))['role'],
        'moderator',
      );
      await ada.closed;
      await Promise.all([thief.close(), bob.close()]);
    });
  }

  test('moderates it again under another id after it left, but not after it was removed', async () => {
    const ada = await enter('left', 'ada', 'a');
    const bob = await enter('left', 'bob', 'b');
    await ada.request('leaveRoom');
    await ada.close();
    await bob.notified('permissionsChanged');
    const again = await enter('left', 'ada-again', 'a');
    assert.equal(again.joined.self.role, 'moderator');
    await bob.request('removePeer', { peerId: 'ada-again' });
    await again.closed;
    const third = await enter('left', 'ada-third', 'a');
    assert.equal(third.joined.self.role, 'member');
    await Promise.all([third.close(), bob.close()]);
  });

  test('enters it although it is locked, as no one else does', async () => {
    const ada = await enter('locked', 'ada', 'a');
    const bob = await enter('locked', 'bob', 'b');
    const eve = await enter('locked', 'eve', 'e');
    await ada.request('lockRoom', { locked: true });
    await bob.request('leaveRoom');
    await bob.close();
    const returned = await enter('locked', 'bob-again', 'b');
    assert.equal(returned.joined.locked, true);
    await ada.request('removePeer', { peerId: 'eve' });
    await eve.closed;
    await assert.rejects(enter('locked', 'eve', 'e'), LOCKED);
    await assert.rejects(enter('locked', 'zoe', 'z'), LOCKED);
    await assert.rejects(enter('locked', 'bob-third'), LOCKED);
    await Promise.all([ada.close(), returned.close()]);
  });

  test('reloads alone in a room that stays locked', async () => {
    const ada = await enter('alone', 'ada', 'a');
    await ada.request('lockRoom', { locked: true });
    const again = await enter('alone', 'ada', 'a');
    await ada.closed;
    assert.deepEqual(
      [again.joined.locked, again.joined.self.role],
      [true, 'moderator'],
    );
    await assert.rejects(enter('alone', 'zoe', 'z'), LOCKED);
    await again.close();
  });

  test('is known by a secret of letters and digits only', async () => {
    await assert.rejects(
      joinRoom(server, { roomId: 'odd', peerId: 'ada', clientSecret: 'short' }),
      {
        code: 400,
        message:
          'data.clientSecret: expected 22 to 128 letters, digits, "_" and "-", got "short"',
      },
    );
  });
});

describe('a user who comes back to a room', () => {
  let server: Server;

  before(async () => {
    server = await startServer({
      ...tokensOnly,
      rooms: { resumeTimeout: 0 },
    });
  });

  after(() => server.close());

  const enter = (roomId: string, peerId: string, role = 'member') =>
    joinRoom(
      server,
      { roomId, peerId },
      bearing(peerToken(peerId, { room: roomId, role })),
    );

  test('has the rights that it was given, and lacks those that were taken', async () => {
    const ada = await enter('given', 'ada', 'moderator');
    const bob = await enter('given', 'bob');
    const eve = await enter('given', 'eve');
    await ada.request('setRole', { peerId: 'bob', role: 'moderator' });
    await ada.request('setPermissions', {
      peerId: 'eve',
      permissions: { chat: false },
    });
    await Promise.all([bob.close(), eve.close()]);
    await ada.notified('peerLeft', ({ peerId }) => peerId === 'bob');
    await ada.notified('peerLeft', ({ peerId }) => peerId === 'eve');
    const bobAgain = await enter('given', 'bob');
    const eveAgain = await enter('given', 'eve');
    assert.equal(bobAgain.joined.self.role, 'moderator');
    assert.equal(eveAgain.joined.self.permissions.chat, false);
    await Promise.all([ada, bobAgain, eveAgain].map((it) => it.close()));
  });

  test('does not return to a locked room after rooms.resumeTimeout', async () => {
    const ada = await enter('late', 'ada', 'moderator');
    const bob = await enter('late', 'bob');
    await ada.request('lockRoom', { locked: true });
    await bob.close();
    const left = await ada.notified('peerLeft');
    assert.equal(left['peerId'], 'bob');
    // Later than the millisecond in which it left.
    await ada.request('ping');
    const before = Date.now();
    while (Date.now() === before) {
      await ada.request('ping');
    }
    await assert.rejects(enter('late', 'bob'), LOCKED);
    await ada.close();
  });
});
