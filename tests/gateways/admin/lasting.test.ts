import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ServerRoomRepository } from '../../../lib/store/ServerRoomRepository.ts';
import type { ServerRooms } from '../../../lib/store/ServerRoomStore.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { bearing, peerToken, tokensOnly } from '../../support/peerToken.ts';
import { joinTogether } from '../../support/protooMembers.ts';
import { onEachEngine } from '../../support/stores.ts';
import { until } from '../../support/until.ts';
import { ApiSite } from './ApiSite.ts';

onEachEngine('lasting rooms of the server API', (engine) => {
  test('open with their options at the first join, over restarts', async () => {
    const store = await engine.emptyStore();
    {
      await using site = await ApiSite.start({ store });
      const created = await site.ask('POST', '/rooms', {
        roomId: 'lesson',
        maxPeers: 1,
        emptyTimeout: 60_000,
        metadata: { topic: 'Fractions' },
      });
      assert.equal(created.status, 201);
      const { createdAt, ...rest } = created.body;
      assert.ok(Date.parse(createdAt) <= Date.now());
      assert.deepEqual(rest, {
        roomId: 'lesson',
        lasting: true,
        open: false,
        peers: 0,
        maxPeers: 1,
        emptyTimeout: 60_000,
        metadata: { topic: 'Fractions' },
        locked: false,
        lobby: false,
      });
      assert.equal(site.server.registry.rooms.size, 0);
    }
    await using site = await ApiSite.start({ store });
    const { client } = await ProtooClient.join(site.server.url, 'lesson', 'a');
    await assert.rejects(ProtooClient.join(site.server.url, 'lesson', 'b'), {
      errorName: 'ROOM_FULL',
    });
    await client.close();
    const { body } = await site.ask('GET', '/rooms/lesson');
    assert.deepEqual([body.open, body.lasting], [true, true]);
    assert.deepEqual(body.metadata, { topic: 'Fractions' });
    const metadata = { topic: 'Percentages' };
    const { status } = await site.ask('PATCH', '/rooms/lesson', { metadata });
    assert.equal(status, 200);
    await site.ask('POST', '/rooms/lesson/close');
    const later = await ProtooClient.join(site.server.url, 'lesson', 'a');
    const { body: opened } = await site.ask('GET', '/rooms/lesson');
    assert.deepEqual([opened.open, opened.metadata], [true, metadata]);
    await later.client.close();
  });

  test('are refused twice, and with ids of other contracts', async () => {
    const store = await engine.emptyStore();
    await using site = await ApiSite.start({
      store,
      limits: { serverRooms: 2 },
      rooms: { maxPeers: 10 },
    });
    const create = (body: object) => ['POST', '/rooms', body] as const;
    const { body } = await site.ask(...create({}));
    assert.match(body.roomId, /^[\da-f-]{36}$/);
    assert.equal(body.emptyTimeout, 300_000);
    assert.equal(body.maxPeers, 10);
    assert.equal((await site.ask(...create({ roomId: 'a' }))).status, 201);
    await site.refused(429, 'LIMIT_REACHED', ...create({ roomId: 'b' }));
    await site.ask('DELETE', `/rooms/${body.roomId}`);
    await site.refused(409, 'ROOM_EXISTS', ...create({ roomId: 'a' }));
    for (const [wrong, problem] of [
      [{ roomId: 'chat-1' }, /^roomId: expected an id that does not begin/],
      [{ maxPeers: 11 }, /^maxPeers: expected at most rooms\.maxPeers, 10/],
      [
        { metadata: { long: 'x'.repeat(4_096) } },
        /^metadata: expected at most 4096 bytes of JSON/,
      ],
      [{ colour: 'red' }, /^body\.colour: there is no such option/],
    ] as const) {
      assert.match(
        await site.refused(400, 'VALIDATION_ERROR', ...create(wrong)),
        problem,
      );
    }
  });

  test('change by the version that is known, open or not', async () => {
    const store = await engine.emptyStore();
    await using site = await ApiSite.start({ store });
    const { headers } = await site.ask('POST', '/rooms', { roomId: 'r' });
    const patch = (body: object, etag: unknown) =>
      ['PATCH', '/rooms/r', body, { 'If-Match': String(etag) }] as const;
    const first = await site.ask(...patch({ maxPeers: 5 }, headers['etag']));
    assert.deepEqual([first.status, first.body.maxPeers], [200, 5]);
    await site.refused(
      412,
      'PRECONDITION_FAILED',
      ...patch({ maxPeers: 6 }, headers['etag']),
    );
    const { client } = await ProtooClient.join(site.server.url, 'r', 'ada');
    const changed = await site.ask(
      ...patch({ maxPeers: 1, emptyTimeout: 1_000, locked: true }, '*'),
    );
    assert.deepEqual(
      [changed.body.maxPeers, changed.body.emptyTimeout, changed.body.locked],
      [1, 1_000, true],
    );
    assert.deepEqual(await client.notified('roomUpdated'), { locked: true });
    await site.ask(...patch({ maxPeers: null, locked: false }, '*'));
    const bob = await ProtooClient.join(site.server.url, 'r', 'bob');
    await bob.client.close();
    const { body } = await site.ask('GET', '/rooms/r');
    assert.equal(body.maxPeers, 500);
    // Both writers have read the same version.
    const etag = (await site.ask('GET', '/rooms/r')).headers['etag'];
    const both = await Promise.all(
      [3, 4].map((maxPeers) => site.ask(...patch({ maxPeers }, etag))),
    );
    assert.deepEqual(
      both.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 412],
    );
  });

  test('open with their lock and their lobby, and return to them when empty', async () => {
    await using site = await ApiSite.start({
      store: await engine.emptyStore(),
      ...tokensOnly,
    });
    const { body: created } = await site.ask('POST', '/rooms', {
      roomId: 'r',
      lobby: true,
    });
    assert.deepEqual([created.locked, created.lobby], [false, true]);
    const enter = async (peerId: string, role: string) => {
      const { url } = site.server;
      const token = bearing(peerToken(peerId, { role }));
      const client = await ProtooClient.connect(url, 'r', peerId, token);
      await client.request('joinRoom', { roomId: 'r', peerId });
      return client;
    };
    await assert.rejects(enter('guest', 'guest'), { errorName: 'IN_LOBBY' });
    const host = await enter('host', 'moderator');
    await host.request('setLobby', { enabled: false });
    await enter('guest', 'guest');
    await site.ask('POST', '/rooms/r/close');
    await assert.rejects(enter('guest', 'guest'), { errorName: 'IN_LOBBY' });
    await site.ask('POST', '/rooms/r/close');

    const { body } = await site.ask(
      'PATCH',
      '/rooms/r',
      { locked: true, lobby: false },
      { 'If-Match': '*' },
    );
    assert.deepEqual(
      [body.open, body.locked, body.lobby],
      [false, true, false],
    );
    await assert.rejects(enter('guest', 'guest'), { errorName: 'ROOM_LOCKED' });
    const back = await enter('host', 'moderator');
    await back.request('lockRoom', { locked: false });
    await back.close();
    await until('the last peer to have left', async () => {
      const shown = await site.ask('GET', '/rooms/r');
      return shown.body.peers === 0;
    });
    await assert.rejects(enter('guest', 'guest'), { errorName: 'ROOM_LOCKED' });
  });

  test('keep their lobby while clients wait for a locked room', async () => {
    await using site = await ApiSite.start({
      store: await engine.emptyStore(),
      ...tokensOnly,
    });
    await site.ask('POST', '/rooms', { roomId: 'r', lobby: true });
    const enter = async (peerId: string, role: string) => {
      const { url } = site.server;
      const token = bearing(peerToken(peerId, { role }));
      const client = await ProtooClient.connect(url, 'r', peerId, token);
      const join = () => client.request('joinRoom', { roomId: 'r', peerId });
      return { client, join };
    };
    const host = await enter('host', 'moderator');
    await host.join();
    const guest = await enter('guest', 'guest');
    await assert.rejects(guest.join(), { errorName: 'IN_LOBBY' });
    const change = (body: object) =>
      ['PATCH', '/rooms/r', body, { 'If-Match': '*' }] as const;
    const closed = { locked: true, lobby: false, maxPeers: 2 };
    await site.refused(423, 'ROOM_LOCKED', ...change(closed));
    const { body: before } = await site.ask('GET', '/rooms/r');
    assert.deepEqual([before.locked, before.lobby], [false, true]);
    assert.notEqual(before.maxPeers, 2);
    await host.client.request('lockRoom', { locked: true });
    await site.refused(423, 'ROOM_LOCKED', ...change({ lobby: false }));
    const opened = await site.ask(...change({ locked: false, lobby: false }));
    assert.equal(opened.status, 200);
    await guest.client.notified('admitted');
    await guest.join();
  });

  test('stay as they are if they are locked while they are changed', async (t) => {
    await using site = await ApiSite.start({
      store: await engine.emptyStore(),
      ...tokensOnly,
    });
    const { url, registry } = site.server;
    await site.ask('POST', '/rooms', { roomId: 'r', lobby: true });
    const enter = async (peerId: string, role: string) => {
      const token = bearing(peerToken(peerId, { role }));
      const client = await ProtooClient.connect(url, 'r', peerId, token);
      return client.request('joinRoom', { roomId: 'r', peerId });
    };
    await enter('host', 'moderator');
    await assert.rejects(enter('guest', 'guest'), { errorName: 'IN_LOBBY' });
    const { body: before } = await site.ask('GET', '/rooms/r');
    t.mock.method(
      ServerRoomRepository.prototype,
      'update',
      async function (
        this: ServerRooms,
        ...change: Parameters<ServerRooms['update']>
      ) {
        t.mock.restoreAll();
        const updated = await this.update(...change);
        registry
          .get('r')
          .moderationBy({ id: 'root', kind: 'key', gateway: 'admin' })
          .lock(true);
        return updated;
      },
    );
    const change = { lobby: false, maxPeers: 2, metadata: { topic: 'Sums' } };
    const anyVersion = { 'If-Match': '*' };
    await site.refused(
      423,
      'ROOM_LOCKED',
      'PATCH',
      '/rooms/r',
      change,
      anyVersion,
    );
    const { body: open } = await site.ask('GET', '/rooms/r');
    assert.deepEqual(open, { ...before, locked: true });
    await site.ask('POST', '/rooms/r/close');
    const { body: closed } = await site.ask('GET', '/rooms/r');
    const { maxPeers, metadata, lobby } = closed;
    assert.deepEqual(
      { maxPeers, metadata, lobby },
      { maxPeers: before.maxPeers, metadata: {}, lobby: true },
    );
  });

  test('end for everyone when they are closed, and for good when deleted', async () => {
    const store = await engine.emptyStore();
    await using site = await ApiSite.start({ store });
    await site.ask('POST', '/rooms', { roomId: 'r', emptyTimeout: 0 });
    const one = await ProtooClient.join(site.server.url, 'r', 'ada');
    assert.equal((await site.ask('POST', '/rooms/r/close')).status, 204);
    assert.equal((await one.client.closed).code, 4000);
    const { body } = await site.ask('GET', '/rooms/r');
    assert.deepEqual([body.lasting, body.open], [true, false]);
    const other = await ProtooClient.join(site.server.url, 'r', 'ada');
    assert.equal((await site.ask('DELETE', '/rooms/r')).status, 204);
    assert.equal((await other.client.closed).code, 4000);
    await site.refused(404, 'ROOM_NOT_FOUND', 'GET', '/rooms/r');
    await site.refused(404, 'ROOM_NOT_FOUND', 'DELETE', '/rooms/r');
    await site.refused(404, 'ROOM_NOT_FOUND', 'PATCH', '/rooms/r', {});
  });

  test('are listed among open rooms', async () => {
    const store = await engine.emptyStore();
    await using site = await ApiSite.start({ store });
    for (const roomId of ['a', 'c', 'e']) {
      await site.ask('POST', '/rooms', { roomId });
    }
    for (const id of ['b', 'c', 'd']) {
      await site.server.registry.open(id);
    }
    const listed = async (query: string): Promise<string> => {
      const ids: string[] = [];
      let cursor = '';
      do {
        const { body } = await site.ask('GET', `/rooms?${query}${cursor}`);
        for (const { roomId, lasting, open } of body.items) {
          ids.push(`${roomId}${lasting ? '+' : ''}${open ? '!' : ''}`);
        }
        cursor = body.nextCursor ? `&cursor=${body.nextCursor}` : '';
      } while (cursor !== '');
      return ids.join(' ');
    };
    for (const limit of [1, 2, 5, 100]) {
      assert.equal(await listed(`limit=${limit}`), 'a+ b! c+! d! e+');
      assert.equal(await listed(`limit=${limit}&open=true`), 'b! c+! d!');
      assert.equal(await listed(`limit=${limit}&open=false`), 'a+ e+');
      assert.equal(await listed(`limit=${limit}&prefix=c`), 'c+!');
    }
  });

  test('take over a room that is open', async () => {
    const store = await engine.emptyStore();
    await using site = await ApiSite.start({ store });
    const { room } = await joinTogether(site.server, 'ada');
    const { body } = await site.ask('POST', '/rooms', {
      roomId: room,
      maxPeers: 1,
    });
    assert.deepEqual([body.open, body.maxPeers], [true, 1]);
    await assert.rejects(ProtooClient.join(site.server.url, room, 'bob'), {
      errorName: 'ROOM_FULL',
    });
  });
});
