import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { openGrants } from '../../lib/auth/Grants.ts';
import { ALL_PERMISSIONS } from '../../lib/auth/Permissions.ts';
import { setLogLevel } from '../../lib/core/logger.ts';
import { heardBy, peerOptions, Rooms } from '../support/rooms.ts';
import { audioParameters } from '../../tools/fixtures/rtp.ts';
import { logged } from '../support/logs.ts';

const backend = { id: 'backend', kind: 'key', gateway: 'admin' } as const;

describe('a moderator outside of a room', () => {
  let rooms: Rooms;

  before(async () => {
    rooms = await Rooms.open();
  });

  after(() => rooms.close());

  test('mutes and stops tracks, and events name no peer', async () => {
    const ada = await rooms.join('studio', 'ada');
    await ada.peer.transports.create('send');
    const { producerId } = await ada.peer.producers.open({
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    const moderation = rooms.registry.get('studio').moderationBy(backend);
    await moderation.mute(producerId);
    moderation.requestUnmute(producerId);
    moderation.stop(producerId);
    assert.deepEqual(ada.events, [
      { type: 'producerMuted', producerId, by: undefined },
      { type: 'unmuteRequested', producerId, by: undefined },
      { type: 'producerStopped', producerId, by: undefined },
    ]);
    assert.deepEqual(ada.peer.producers.ids, []);
    ada.peer.close('left');
  });

  test('mutes everyone, also one with its own id', async () => {
    const { peer, events } = await rooms.join('hall', backend.id);
    await peer.transports.create('send');
    await peer.producers.open({
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    await rooms.registry.get('hall').moderationBy(backend).muteAll('mic');
    assert.deepEqual(
      events.map(({ type }) => type),
      ['producerMuted'],
    );
    peer.close('left');
  });

  test('has clients wait, whom a member that may let them in sees as it joins', async () => {
    const ada = await rooms.join('salon', 'ada');
    const room = rooms.registry.get('salon');
    room.moderationBy(backend).setLobby(true);
    const lobby = {
      waits: () => undefined,
      moved: () => undefined,
      admitted: () => undefined,
      ended: () => undefined,
    };
    const asks = (id: string, moderate: 'lobby'[] = []) =>
      room.join({
        ...peerOptions(id),
        grants: openGrants(id, { ...ALL_PERMISSIONS, moderate }),
        lobby,
      });
    const host = asks('host', ['lobby']);
    for (const name of ['bob', 'dan']) {
      assert.throws(() => asks(name), { code: 'IN_LOBBY' });
    }
    // Lets in the first in line, since no one else can.
    host.peer.close('left');
    const { peer } = asks('cleo', ['lobby']);
    assert.deepEqual(
      heardBy(peer).map((it) =>
        it.type === 'peerWaiting' ? it.waiting.peerId : it.type,
      ),
      ['dan'],
    );
    peer.close('left');
    ada.peer.close('left');
    room.close('closed');
  });

  test('locks the room, and every member is told', async () => {
    const ada = await rooms.join('vault', 'ada');
    const room = rooms.registry.get('vault');
    room.moderationBy({ ...backend, id: 'ada' }).lock(true);
    assert.ok(room.settings.locked);
    assert.deepEqual(ada.events, [
      { type: 'roomUpdated', locked: true, by: undefined },
    ]);
    ada.peer.close('left');
  });

  test('changes roles and permissions', async () => {
    const ada = await rooms.join('office', 'ada');
    const moderation = rooms.registry.get('office').moderationBy(backend);
    moderation.setRole('ada', 'guest');
    moderation.setPermissions('ada', { chat: false });
    assert.deepEqual(
      ada.events.map((event) =>
        event.type === 'permissionsChanged'
          ? [event.role, event.permissions.chat, event.by]
          : event.type,
      ),
      [
        ['guest', true, undefined],
        ['guest', false, undefined],
      ],
    );
    ada.peer.close('left');
  });

  test('gives a peer another name, and tells the peer itself', async () => {
    const ada = await rooms.join('names', 'ada');
    rooms.registry.get('names').moderationBy(backend).rename('ada', 'Ada');
    assert.equal(ada.peer.displayName, 'Ada');
    assert.deepEqual(ada.events, [
      { type: 'peerUpdated', peerId: 'ada', displayName: 'Ada' },
    ]);
    ada.peer.close('left');
  });

  test('removes a peer, and the log names the key', async (t) => {
    const ada = await rooms.join('lobby', 'ada');
    setLogLevel('info');
    t.after(() => setLogLevel('error'));
    const entry = logged(/moderated.*remove/);
    rooms.registry.get('lobby').moderationBy(backend).remove('ada');
    assert.match(await entry, /key=backend/);
    assert.deepEqual(ada.events, [{ type: 'ended', reason: 'removed' }]);
    assert.throws(() => rooms.registry.get('lobby'), {
      code: 'ROOM_NOT_FOUND',
    });
  });

  test('closes the room', async () => {
    const ada = await rooms.join('stage', 'ada');
    const room = rooms.registry.get('stage');
    room.moderationBy(backend).closeRoom();
    await Promise.resolve();
    assert.ok(room.closed);
    assert.deepEqual(ada.events, [{ type: 'ended', reason: 'closed' }]);
  });
});
