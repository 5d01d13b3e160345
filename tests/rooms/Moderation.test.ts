import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { openGrants } from '../../lib/auth/Grants.ts';
import { ALL_PERMISSIONS } from '../../lib/auth/Permissions.ts';
import { setLogLevel } from '../../lib/core/logger.ts';
import { heardBy, peerOptions, Rooms } from '../support/rooms.ts';
import { audioParameters } from '../../tools/fixtures/rtp.ts';
import { logged } from '../support/logs.ts';

const backend = { id: 'backend', kind: 'key', gateway: 'admin' } as const;

describe('a moderator', () => {
  let rooms: Rooms;

  before(async () => {
    rooms = await Rooms.open();
  });

  after(() => rooms.close());

  test('outside of a room mutes and stops tracks, and events name no peer', async () => {
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

  test('lets in clients that wait, and turns others away', async () => {
    const ada = await rooms.join('queue', 'ada');
    const room = rooms.registry.get('queue');
    const moderation = room.moderationBy(backend);
    ada.peer.regrant({ ...ada.peer.grants, moderate: ['lobby'] });
    moderation.setLobby(true);
    const told: string[] = [];
    const grants = openGrants('guest', { ...ALL_PERMISSIONS, moderate: [] });
    for (const id of ['bob', 'cleo', 'dan', 'eve']) {
      const lobby = {
        waits: () => undefined,
        moved: () => undefined,
        admitted: () => told.push(`${id} admitted`),
        ended: (reason: string) => told.push(`${id} ${reason}`),
      };
      assert.throws(() => room.join({ ...peerOptions(id), grants, lobby }), {
        code: 'IN_LOBBY',
      });
    }
    moderation.lock(true);
    assert.throws(() => moderation.admit('bob'), { code: 'ROOM_LOCKED' });
    assert.throws(() => moderation.admitAll(), { code: 'ROOM_LOCKED' });
    assert.throws(() => moderation.setLobby(false), { code: 'ROOM_LOCKED' });
    assert.deepEqual(told, []);
    moderation.lock(false);
    moderation.admit('bob');
    moderation.reject('cleo');
    assert.deepEqual(told.splice(0), ['bob admitted', 'cleo rejected']);
    moderation.admitAll();
    assert.deepEqual(told, ['dan admitted', 'eve admitted']);
    ada.peer.close('left');
    room.close('closed');
  });

  test('has the others clear their chat', async () => {
    const ada = await rooms.join('chat', 'ada');
    const bob = await rooms.join('chat', 'bob');
    ada.peer.regrant({ ...ada.peer.grants, moderate: ['chat'] });
    ada.events.length = 0;
    bob.events.length = 0;
    ada.peer.moderation.clearChat();
    rooms.registry.get('chat').moderationBy(backend).clearChat();
    assert.deepEqual(bob.events, [
      { type: 'chatCleared', by: 'ada' },
      { type: 'chatCleared', by: undefined },
    ]);
    assert.deepEqual(ada.events, [{ type: 'chatCleared', by: undefined }]);
    rooms.registry.get('chat').close('closed');
  });

  test('replaces the metadata of the room, up to a limit', async () => {
    const ada = await rooms.join('shelf', 'ada');
    const room = rooms.registry.get('shelf');
    const moderation = room.moderationBy(backend);
    moderation.setRoomMetadata({ topic: 'books' });
    assert.throws(
      () => moderation.setRoomMetadata({ topic: 'x'.repeat(1_000_000) }),
      { code: 'VALIDATION_ERROR' },
    );
    assert.deepEqual(ada.events, [
      { type: 'roomUpdated', metadata: { topic: 'books' }, by: undefined },
    ]);
    room.close('closed');
  });

  test('makes a member large for all, who hear of its end before it has left', async () => {
    const ada = await rooms.join('stage', 'ada');
    const bob = await rooms.join('stage', 'bob');
    const room = rooms.registry.get('stage');
    ada.events.length = 0;
    const moderation = room.moderationBy(backend);
    moderation.setSpotlight('bob');
    moderation.setSpotlight('bob');
    assert.throws(() => moderation.setSpotlight('eve'), {
      code: 'PEER_NOT_FOUND',
    });
    assert.equal(room.settings.info.spotlight, 'bob');
    bob.peer.close('left');
    assert.equal(room.settings.info.spotlight, null);
    assert.deepEqual(ada.events, [
      { type: 'roomUpdated', spotlight: 'bob', by: undefined },
      { type: 'roomUpdated', spotlight: null, by: undefined },
      { type: 'peerLeft', peerId: 'bob', reason: 'left' },
    ]);
    room.close('closed');
  });

  test('hides the tracks of one member from another, and shows them again', async () => {
    const ada = await rooms.join('mirror', 'ada');
    const bob = await rooms.join('mirror', 'bob');
    await ada.peer.transports.create('send');
    const { producerId } = await ada.peer.producers.open({
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    bob.events.length = 0;
    const moderation = rooms.registry.get('mirror').moderationBy(backend);
    moderation.chooseReceived('bob', 'ada', []);
    moderation.chooseReceived('bob', 'ada', ['mic']);
    assert.deepEqual(
      bob.events.map((event) =>
        event.type === 'producerOpened'
          ? [event.type, event.producer.producerId]
          : event.type === 'producerClosed' && [event.type, event.producerId],
      ),
      [
        ['producerClosed', producerId],
        ['producerOpened', producerId],
      ],
    );
    rooms.registry.get('mirror').close('closed');
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

  test('in a room mutes everyone else', async () => {
    const [ada, bob] = [
      await rooms.join('forum', 'ada'),
      await rooms.join('forum', 'bob'),
    ];
    for (const { peer } of [ada, bob]) {
      await peer.transports.create('send');
      await peer.producers.open({
        kind: 'audio',
        rtpParameters: audioParameters(),
      });
    }
    ada.peer.regrant({ ...ada.peer.grants, moderate: ['mute'] });
    await ada.peer.moderation.muteAll('mic');
    const muted = [ada, bob].map(({ events }) =>
      events.some(({ type }) => type === 'producerMuted'),
    );
    assert.deepEqual(muted, [false, true]);
    rooms.registry.get('forum').close('closed');
  });
});
