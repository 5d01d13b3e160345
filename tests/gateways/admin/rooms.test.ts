import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { apiKey } from '../../support/apiKeys.ts';
import {
  joinTogether,
  receive,
  sendAudio,
} from '../../support/protooMembers.ts';
import { until } from '../../support/until.ts';
import { ApiSite } from './ApiSite.ts';

describe('rooms of the server API', () => {
  let site: ApiSite;

  before(async () => {
    site = await ApiSite.start();
  });

  after(() => site[Symbol.asyncDispose]());

  test('are listed page by page in the order of their ids', async () => {
    const names = ['b', 'a', 'c', '😀', '\u{ff5e}'].map((it) => `page-${it}`);
    const rooms = await Promise.all(
      names.map((id) => site.server.registry.open(id)),
    );
    const listed: string[] = [];
    let cursor: string | undefined;
    do {
      const query = cursor === undefined ? '' : `&cursor=${cursor}`;
      const { status, body } = await site.ask(
        'GET',
        `/rooms?prefix=page-&limit=2${query}`,
      );
      assert.equal(status, 200);
      assert.ok(body.items.length <= 2);
      listed.push(...body.items.map((it: { roomId: string }) => it.roomId));
      cursor = body.nextCursor;
    } while (cursor !== undefined);
    // As UTF-8 sorts them, which UTF-16 does not.
    assert.deepEqual(
      listed,
      ['a', 'b', 'c', '\u{ff5e}', '😀'].map((it) => `page-${it}`),
    );
    for (const { id } of rooms) {
      assert.equal(
        (await site.ask('DELETE', `/rooms/${encodeURIComponent(id)}`)).status,
        204,
      );
    }
    const { body } = await site.ask('GET', '/rooms?prefix=page-');
    assert.deepEqual(body, { items: [] });
  });

  test('refuse cursors and limits that make no sense', async () => {
    for (const [query, problem] of [
      ['cursor=%21', /^cursor: expected the nextCursor of a page/],
      ['cursor=YQ%3D%3D', /^cursor: expected the nextCursor of a page/],
      ['limit=0', /^limit: expected a whole number from 1 to 1000, got "0"/],
      [
        'limit=1001',
        /^limit: expected a whole number from 1 to 1000, got "1001"/,
      ],
      ['limit=1&limit=2', /^limit: expected string/],
    ] as const) {
      const path = `/rooms?${query}`;
      assert.match(
        await site.refused(400, 'VALIDATION_ERROR', 'GET', path),
        problem,
      );
    }
  });

  test('are shown, and closed for everyone', async () => {
    const { room, ada, bob } = await joinTogether(site.server, 'ada', 'bob');
    const { status, body } = await site.ask('GET', `/rooms/${room}`);
    assert.equal(status, 200);
    const { openedAt, ...rest } = body;
    assert.ok(Date.parse(openedAt) <= Date.now());
    assert.deepEqual(rest, {
      roomId: room,
      lasting: false,
      open: true,
      peers: 2,
      maxPeers: 500,
      emptyTimeout: 0,
      metadata: {},
      locked: false,
      lobby: false,
    });
    const closed = [ada.closed, bob.closed];
    const reply = await site.ask('POST', `/rooms/${room}/close`);
    assert.deepEqual([reply.status, reply.body], [204, undefined]);
    for (const { code } of await Promise.all(closed)) {
      assert.equal(code, 4000);
    }
    const message = await site.refused(
      404,
      'ROOM_NOT_FOUND',
      'POST',
      `/rooms/${room}/close`,
    );
    assert.match(message, /there is no room/);
  });
});

describe('peers of the server API', () => {
  let site: ApiSite;

  before(async () => {
    site = await ApiSite.start();
  });

  after(() => site[Symbol.asyncDispose]());

  test('are listed and shown with their tracks', async () => {
    const { room, ada, bob } = await joinTogether(site.server, 'bob', 'ada');
    const { producerId } = await sendAudio(ada);
    const { consumerId } = await receive(bob, producerId);
    await bob.request('resume', { consumerId });
    const { body: first } = await site.ask(
      'GET',
      `/rooms/${room}/peers?limit=1`,
    );
    assert.deepEqual(
      first.items.map((it: { peerId: string }) => it.peerId),
      ['ada'],
    );
    const { body: second } = await site.ask(
      'GET',
      `/rooms/${room}/peers?limit=1&cursor=${first.nextCursor}`,
    );
    assert.equal(second.nextCursor, undefined);
    const [shown] = second.items;
    assert.deepEqual(shown.received, { audio: 1, video: 0, active: 1 });
    assert.equal(shown.peerId, 'bob');
    const { joinedAt, permissions, ...sender } = first.items[0];
    assert.ok(Date.parse(joinedAt) <= Date.now());
    assert.equal(permissions.chat, true);
    assert.deepEqual(sender, {
      peerId: 'ada',
      userId: 'ada',
      displayName: 'ADA',
      metadata: {},
      role: sender.role,
      contract: 'protoo',
      network: '127.0.0.1',
      away: false,
      quality: 'good',
      device: {},
      tracks: [
        { trackId: producerId, kind: 'audio', source: 'mic', paused: false },
      ],
      received: { audio: 0, video: 0, active: 0 },
    });
    const { body: one, headers } = await site.ask(
      'GET',
      `/rooms/${room}/peers/ada`,
    );
    assert.deepEqual(one, first.items[0]);
    assert.match(String(headers['etag']), /^"[\w-]{22}"$/);
  });

  test('have figures of their media', async () => {
    const { room, ada, bob } = await joinTogether(site.server, 'bob', 'ada');
    const { producerId, transportId } = await sendAudio(ada);
    await receive(bob, producerId);
    const { status, body } = await site.ask(
      'GET',
      `/rooms/${room}/peers/ada/stats`,
    );
    assert.equal(status, 200);
    const [transport] = body.transports;
    assert.deepEqual(
      [body.transports.length, transport.transportId, transport.iceState],
      [1, transportId, 'new'],
    );
    assert.deepEqual(body.sent, [
      {
        trackId: producerId,
        kind: 'audio',
        source: 'mic',
        paused: false,
        bitrate: 0,
        packetsLost: 0,
        score: 0,
      },
    ]);
    assert.deepEqual(body.received, []);
    const { body: other } = await site.ask(
      'GET',
      `/rooms/${room}/peers/bob/stats`,
    );
    const [received] = other.received;
    assert.deepEqual(
      [received.trackId, received.kind, received.paused],
      [producerId, 'audio', true],
    );
    await site.refused(
      404,
      'PEER_NOT_FOUND',
      'GET',
      `/rooms/${room}/peers/eve/stats`,
    );
  });

  test('change as far as nothing else has changed them', async () => {
    const { room, ada } = await joinTogether(site.server, 'ada');
    const path = `/rooms/${room}/peers/ada`;
    const { headers } = await site.ask('GET', path);
    const etag = String(headers['etag']);
    const {
      status,
      body,
      headers: changed,
    } = await site.ask(
      'PATCH',
      path,
      {
        role: 'guest',
        permissions: { publish: ['mic'], chat: false },
        displayName: 'Ada Lovelace',
        metadata: { seat: 3 },
      },
      { 'If-Match': etag },
    );
    assert.equal(status, 200);
    assert.equal(body.role, 'guest');
    assert.equal(body.displayName, 'Ada Lovelace');
    assert.deepEqual(body.metadata, { seat: 3 });
    assert.deepEqual(body.permissions, {
      publish: ['mic'],
      subscribe: true,
      data: true,
      chat: false,
      raiseHand: true,
      metadata: true,
      moderate: [],
    });
    await ada.notified('permissionsChanged');
    const told = await ada.notified('permissionsChanged');
    assert.deepEqual([told['role'], told['by']], ['guest', undefined]);
    assert.deepEqual(await ada.notified('peerUpdated'), {
      peerId: 'ada',
      displayName: 'Ada Lovelace',
    });
    await ada.notified('peerUpdated', (it) => it['metadata'] !== undefined);
    const message = await site.refused(
      412,
      'PRECONDITION_FAILED',
      'PATCH',
      path,
      { displayName: 'Eve' },
      { 'If-Match': etag },
    );
    assert.match(message, /^If-Match: expected "/);
    const again = await site.ask(
      'PATCH',
      path,
      { displayName: 'Ada' },
      { 'If-Match': String(changed['etag']) },
    );
    assert.equal(again.status, 200);
  });

  test('stay as they are when a part of a change is refused', async () => {
    const { room } = await joinTogether(site.server, 'ada');
    const path = `/rooms/${room}/peers/ada`;
    const { body: before } = await site.ask('GET', path);
    const message = await site.refused(400, 'VALIDATION_ERROR', 'PATCH', path, {
      role: 'moderator',
      permissions: { chat: false },
      displayName: 'Eve',
      metadata: { text: 'x'.repeat(4_100) },
    });
    assert.match(message, /^metadata: expected at most 4096 bytes of JSON/);
    assert.deepEqual((await site.ask('GET', path)).body, before);
  });

  test('are muted, asked to speak, and stopped', async () => {
    const { room, ada, bob } = await joinTogether(site.server, 'ada', 'bob');
    const { producerId } = await sendAudio(ada);
    const track = `/rooms/${room}/peers/ada/tracks/${producerId}`;
    assert.equal((await site.ask('POST', `${track}/mute`)).status, 204);
    assert.deepEqual(await ada.notified('producerMuted'), { producerId });
    await bob.notified('producerPaused');
    const ask = await site.ask('POST', `${track}/request-unmute`);
    assert.equal(ask.status, 204);
    assert.deepEqual(await ada.notified('unmuteRequested'), { producerId });
    assert.equal((await site.ask('DELETE', track)).status, 204);
    assert.deepEqual(await ada.notified('producerStopped'), { producerId });
    await bob.notified('producerClosed');
    await site.refused(404, 'PRODUCER_NOT_FOUND', 'DELETE', track);
  });

  test('are not muted by the tracks of others', async () => {
    const { room, ada } = await joinTogether(site.server, 'ada', 'bob');
    const { producerId } = await sendAudio(ada);
    const track = `/rooms/${room}/peers/bob/tracks/${producerId}`;
    const message = await site.refused(
      404,
      'PRODUCER_NOT_FOUND',
      'POST',
      `${track}/mute`,
    );
    assert.match(message, /^trackId: expected a track that "bob" sends/);
  });

  test('are removed, and their connection ends for good', async () => {
    const { room, ada, bob } = await joinTogether(site.server, 'ada', 'bob');
    const { closed } = bob;
    const path = `/rooms/${room}/peers/bob`;
    assert.equal((await site.ask('DELETE', path)).status, 204);
    assert.equal((await closed).code, 4000);
    assert.deepEqual(await ada.notified('peerLeft'), {
      peerId: 'bob',
      reason: 'removed',
    });
    await site.refused(404, 'PEER_NOT_FOUND', 'DELETE', path);
    await site.refused(404, 'PEER_NOT_FOUND', 'GET', path);
  });
});

describe('a request with an Idempotency-Key', () => {
  let site: ApiSite;
  const second = apiKey('second', 'rooms:read', 'peers:write');

  before(async () => {
    site = await ApiSite.start({
      auth: {
        apiKeys: [
          apiKey('root', 'rooms:read', 'peers:write').entry,
          second.entry,
        ],
      },
      limits: { idempotencyKeys: 2 },
    });
  });

  after(() => site[Symbol.asyncDispose]());

  test('is served once, and answered the same', async () => {
    const { room, ada } = await joinTogether(site.server, 'ada', 'bob');
    const path = `/rooms/${room}/peers/bob`;
    const key = { 'Idempotency-Key': 'remove-bob' };
    const one = site.ask('DELETE', path, undefined, key);
    const other = site.ask('DELETE', path, undefined, key);
    assert.deepEqual([(await one).status, (await other).status], [204, 204]);
    await ada.notified('peerLeft');
    assert.equal((await site.ask('DELETE', path, undefined, key)).status, 204);
    const banned = ['DELETE', `${path}?ban=true`, undefined, key] as const;
    await site.refused(422, 'IDEMPOTENCY_KEY_REUSED', ...banned);
    await site.refused(404, 'PEER_NOT_FOUND', 'DELETE', path, undefined, {
      'Idempotency-Key': 'remove-bob-again',
    });
    // Another client may have chosen the same.
    await site.refused(404, 'PEER_NOT_FOUND', 'DELETE', path, undefined, {
      ...key,
      ...second.headers,
    });
  });

  test('is refused if the key came with another', async () => {
    const { room } = await joinTogether(site.server, 'ada');
    const path = `/rooms/${room}/peers/ada`;
    const key = { 'Idempotency-Key': 'rename' };
    const rename = (displayName: string, headers: Record<string, string>) =>
      ['PATCH', path, { displayName }, headers] as const;
    assert.equal((await site.ask(...rename('Ada', key))).status, 200);
    const message = await site.refused(
      422,
      'IDEMPOTENCY_KEY_REUSED',
      ...rename('Eve', key),
    );
    assert.match(message, /^Idempotency-Key: expected a key of its own/);
    assert.equal((await site.ask('GET', path)).body.displayName, 'Ada');
    // The newest two are kept.
    await site.ask(...rename('B', { 'Idempotency-Key': 'b' }));
    await site.ask(...rename('C', { 'Idempotency-Key': 'c' }));
    assert.equal((await site.ask(...rename('Eve', key))).status, 200);
  });

  test('needs a key that makes sense', async () => {
    const path = '/rooms/nowhere/peers/ada';
    for (const bad of ['', 'a b', 'x'.repeat(256)]) {
      const message = await site.refused(
        400,
        'VALIDATION_ERROR',
        'DELETE',
        path,
        undefined,
        { 'Idempotency-Key': bad },
      );
      assert.match(message, /^idempotency-key: expected 1 to 255 visible/);
    }
  });
});

describe('nodes of the server API', () => {
  test('are this server, with its workers', async () => {
    await using site = await ApiSite.start({ workers: { count: 2 } });
    const { room } = await joinTogether(site.server, 'ada');
    const { body: list } = await site.ask('GET', '/nodes');
    assert.equal(list.items.length, 1);
    const [entry] = list.items;
    assert.deepEqual(
      [entry.state, entry.takesRooms, entry.rooms, entry.peers],
      ['serving', true, 1, 1],
    );
    assert.deepEqual(
      [entry.url, entry.address, entry.workers],
      [site.server.url, undefined, undefined],
    );
    const { body: node } = await site.ask('GET', '/nodes/self');
    assert.equal(node.nodeId, entry.nodeId);
    assert.deepEqual(
      [node.state, node.rooms, node.peers],
      ['serving', 1, 1],
      room,
    );
    assert.deepEqual(
      node.workers.map(
        ({ index, state, consumers }: Record<string, unknown>) => [
          index,
          state,
          consumers,
        ],
      ),
      [
        [0, 'ready', 0],
        [1, 'ready', 0],
      ],
    );
    assert.ok(node.workers[0].peakMemory > 1_000_000);
    for (const id of ['self', node.nodeId]) {
      const { status, body: shown } = await site.ask('GET', `/nodes/${id}`);
      assert.deepEqual([status, shown.nodeId], [200, node.nodeId]);
    }
    await site.refused(404, 'NODE_NOT_FOUND', 'GET', '/nodes/other');
  });

  test('show a worker that has died', async () => {
    await using site = await ApiSite.start({ workers: { count: 2 } });
    site.server.pool.alive[1]?.kill();
    await until('the death', () => site.server.pool.deaths === 1);
    const { body } = await site.ask('GET', '/nodes/self');
    const { state } = body.workers[1];
    assert.ok(['missing', 'ready'].includes(state), state);
  });

  test('drain, and stop once their rooms are empty', async () => {
    const site = await ApiSite.start();
    const { room, ada } = await joinTogether(site.server, 'ada');
    const { status, body } = await site.ask('POST', '/nodes/self/drain');
    assert.deepEqual([status, body.state], [202, 'draining']);
    await ada.notified('serverDraining');
    assert.equal((await site.ask('GET', '/nodes/self')).body.state, 'draining');
    await site.ask('POST', `/rooms/${room}/close`);
    await site.server.stopped;
  });

  test('stop at once without rooms, after the reply', async () => {
    const site = await ApiSite.start();
    const { status } = await site.ask('POST', '/nodes/self/drain');
    assert.equal(status, 202);
    await site.server.stopped;
  });
});
