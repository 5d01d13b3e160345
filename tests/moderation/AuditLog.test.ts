import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';

import { Moderation } from '../../lib/rooms/Moderation.ts';
import { Server } from '../../lib/Server.ts';
import type { ListedAudit } from '../../lib/store/ModerationStore.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { startServer, testConfig } from '../../tools/fixtures/server.ts';
import { bearing, peerToken, tokensOnly } from '../support/peerToken.ts';
import { sendAudio } from '../support/protooMembers.ts';
import { until } from '../support/until.ts';

/** Joins with a token of a role. */
async function enter(
  server: Server,
  roomId: string,
  peerId: string,
  role = 'member',
): Promise<ProtooClient> {
  const token = peerToken(peerId, { room: roomId, role, name: `${peerId}!` });
  const client = await ProtooClient.connect(
    server.url,
    roomId,
    peerId,
    bearing(token),
  );
  await client.request('joinRoom', { roomId, peerId });
  return client;
}

describe('the audit log', () => {
  let server: Server;

  before(async () => {
    server = await startServer(tokensOnly);
  });

  after(() => server.close());

  /** So many entries of a room, the oldest first, once they are written. */
  const entriesOf = (roomId: string, count: number): Promise<ListedAudit[]> =>
    until(`${count} entries of ${roomId}`, async () => {
      const found = await server.auditLog.list({ roomId }, { limit: 100 });
      return found.length >= count && found.toReversed();
    });

  test('has every use of a power over protoo', async () => {
    const room = 'powers';
    const since = Date.now();
    const ada = await enter(server, room, 'ada', 'moderator');
    const bob = await enter(server, room, 'bob');
    const eve = await enter(server, room, 'eve');
    const { producerId } = await sendAudio(bob);
    const track = { producerId, source: 'mic' };
    const permissions = { chat: false };
    const bobs = { id: 'bob', peerId: 'bob', name: 'bob!' };
    const eves = { id: 'eve', peerId: 'eve', name: 'eve!' };
    await ada.request('muteProducer', { producerId });
    await ada.request('muteAll', { source: 'mic', except: ['eve'] });
    await ada.request('requestUnmute', { producerId });
    await ada.request('closeProducerOf', { producerId });
    await ada.request('lockRoom', { locked: true });
    await ada.request('lockRoom', { locked: false });
    await ada.request('setRole', { peerId: 'bob', role: 'guest' });
    await ada.request('setPermissions', { peerId: 'bob', permissions });
    await ada.request('removePeer', { peerId: 'bob' });
    await ada.request('removePeer', { peerId: 'eve', ban: 'forever' });
    await ada.request('closeRoom');
    await Promise.all([ada, bob, eve].map((it) => it.closed));

    const entries = await entriesOf(room, 11);
    assert.deepEqual(
      entries.map(({ action, target, details }) => [action, target, details]),
      [
        ['mute', bobs, track],
        ['muteAll', undefined, { source: 'mic', except: ['eve'] }],
        ['requestUnmute', bobs, track],
        ['stop', bobs, track],
        ['lock', undefined, {}],
        ['unlock', undefined, {}],
        ['setRole', bobs, { role: 'guest' }],
        ['setPermissions', bobs, { permissions }],
        ['remove', bobs, {}],
        ['ban', eves, {}],
        ['close', undefined, {}],
      ],
    );
    for (const { at, actor, gateway } of entries) {
      assert.deepEqual(actor, { id: 'ada', peerId: 'ada', name: 'ada!' });
      assert.equal(gateway, 'protoo');
      assert.ok(at.getTime() >= since && at.getTime() <= Date.now());
    }
  });

  test('has every use of a power by a key of the server API', async () => {
    const room = 'keys';
    const bob = await enter(server, room, 'bob');
    const eve = await enter(server, room, 'eve');
    const { producerId } = await sendAudio(bob);
    const moderation = server.registry
      .get(room)
      .moderationBy({ id: 'backend', kind: 'key', gateway: 'admin' });
    const waiting: ProtooClient[] = [];
    const wait = async (peerId: string): Promise<string> => {
      const token = peerToken(peerId, { room });
      const client = await ProtooClient.connect(
        server.url,
        room,
        peerId,
        bearing(token),
      );
      waiting.push(client);
      await assert.rejects(
        client.request('joinRoom', { roomId: room, peerId }),
        {
          errorName: 'IN_LOBBY',
        },
      );
      return peerId;
    };
    const uses: Record<string, () => unknown> = {
      mute: () => moderation.mute(producerId),
      muteAll: () => moderation.muteAll('mic'),
      requestUnmute: () => moderation.requestUnmute(producerId),
      stop: () => moderation.stop(producerId),
      setLobby: () => moderation.setLobby(true),
      admit: async () => moderation.admit(await wait('tim')),
      reject: async () => moderation.reject(await wait('zoe')),
      admitAll: () => moderation.admitAll(),
      lock: () => moderation.lock(true),
      clearChat: () => moderation.clearChat(),
      setRoomMetadata: () => moderation.setRoomMetadata({ topic: 'tea' }),
      setSpotlight: () => moderation.setSpotlight('bob'),
      setRole: () => moderation.setRole('bob', 'guest'),
      setPermissions: () => moderation.setPermissions('bob', { chat: false }),
      setPeerMetadata: () => moderation.setPeerMetadata('bob', { seat: 1 }),
      chooseReceived: () => moderation.chooseReceived('bob', 'eve', ['mic']),
      rename: () => moderation.rename('bob', 'Bob'),
      invite: () => moderation.invite('guest', new Date(), (peerId) => peerId),
      remove: () => moderation.remove('bob'),
      closeRoom: () => moderation.closeRoom(),
    };
    const methods = Object.getOwnPropertyNames(Moderation.prototype).filter(
      (name) => name !== 'constructor',
    );
    assert.deepEqual(Object.keys(uses).toSorted(), methods.toSorted());
    for (const use of Object.values(uses).slice(0, -2)) {
      await use();
    }
    // The room closes with its last member.
    await Promise.all([uses['closeRoom']?.(), uses['remove']?.()]);
    await Promise.all([bob, eve, ...waiting].map((it) => it.closed));
    const entries = await entriesOf(room, methods.length);
    assert.deepEqual(
      entries.map(({ action }) => action).toSorted(),
      [...methods.filter((it) => it !== 'closeRoom'), 'close'].toSorted(),
    );
    for (const { actor, gateway } of entries) {
      assert.deepEqual([actor, gateway], [{ id: 'backend' }, 'admin']);
    }
  });

  test('has no refused request', async () => {
    const room = 'refused';
    const bob = await enter(server, room, 'bob');
    await assert.rejects(bob.request('lockRoom', { locked: true }));
    const ada = await enter(server, room, 'ada', 'moderator');
    await ada.request('lockRoom', { locked: true });
    const entries = await entriesOf(room, 1);
    assert.deepEqual(
      entries.map(({ actor }) => actor.id),
      ['ada'],
    );
    await Promise.all([ada.close(), bob.close()]);
  });
});

describe('a server whose database is locked', () => {
  test('bans all the same, and writes the ban and the entry later', async () => {
    const config = testConfig({ ...tokensOnly, store: { busyTimeout: 0 } });
    const server = await Server.start(config);
    const room = 'away';
    const ada = await enter(server, room, 'ada', 'moderator');
    const bob = await enter(server, room, 'bob');
    const other = new DatabaseSync(config.store.file);
    other.exec('begin immediate');
    await ada.request('removePeer', { peerId: 'bob', ban: true });
    assert.equal((await bob.closed).code, 4000);
    await assert.rejects(enter(server, room, 'bob'), { errorName: 'BANNED' });
    assert.deepEqual(await server.bans.list({ limit: 10 }), []);
    await ada.close();
    await assert.rejects(enter(server, room, 'bob'), { errorName: 'BANNED' });
    other.exec('rollback');
    other.close();
    await server.close();

    const next = await Server.start(config);
    await assert.rejects(enter(next, room, 'bob'), { errorName: 'BANNED' });
    const entries = await next.auditLog.list({ roomId: room }, { limit: 10 });
    assert.deepEqual(
      entries.map(({ action }) => action),
      ['ban'],
    );
    await next.close();
  });
});
