import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Server } from '../../../lib/Server.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import {
  rtpCapabilities,
  videoParameters,
} from '../../../tools/fixtures/rtp.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { describeLayouts } from '../../support/layouts.ts';
import { joinTogether, sendAudio } from '../../support/protooMembers.ts';

describeLayouts('members of a protoo room', ({ workers, rooms }) => {
  let server: Server;

  before(async () => {
    server = await startServer({
      workers,
      rooms: { ...rooms, resumeTimeout: 100, layerReleaseDelay: 600_000 },
    });
  });

  after(() => server.close());

  test('serves router capabilities before the room exists, and creates none', async () => {
    const client = await ProtooClient.connect(server.url, 'nowhere', 'alice');
    const reply = await client.request('getRouterRtpCapabilities');
    const mimeTypes = reply.rtpCapabilities.codecs?.map(
      ({ mimeType }) => mimeType,
    );
    for (const codec of ['opus', 'VP8', 'VP9', 'H264', 'AV1']) {
      assert.ok(
        mimeTypes?.some((mimeType) => mimeType.endsWith(`/${codec}`)),
        codec,
      );
    }
    assert.equal(server.registry.rooms.has('nowhere'), false);
    await client.close();
  });

  test('shows a newcomer the members, and announces it to them', async () => {
    const { room, alice } = await joinTogether(server, 'alice');
    const { producerId } = await sendAudio(alice, { source: 'mic' });
    const { client: bob, reply } = await ProtooClient.join(
      server.url,
      room,
      'bob',
      { displayName: 'Bob', device: { name: 'Firefox', version: '150' } },
    );
    assert.equal(reply.roomId, room);
    assert.equal(reply.peerId, 'bob');
    assert.ok(reply.rtpCapabilities.codecs?.length);
    assert.equal(reply.peers?.length, 1);
    const [seen] = reply.peers;
    assert.ok(seen);
    assert.equal(seen.peerId, 'alice');
    assert.equal(seen.displayName, 'ALICE');
    assert.ok(Math.abs(Date.now() - seen.joinedAt) < 60_000);
    assert.deepEqual(seen.producers, [
      {
        producerId,
        kind: 'audio',
        paused: false,
        appData: { source: 'mic' },
      },
    ]);
    const joined = await alice.notified('peerJoined');
    assert.equal(joined['peerId'], 'bob');
    assert.equal(joined['displayName'], 'Bob');
    assert.deepEqual(joined['device'], { name: 'Firefox', version: '150' });
    assert.deepEqual(joined['producers'], []);
    await Promise.all([alice.close(), bob.close()]);
  });

  test('sends producerClosed for each producer before peerLeft', async () => {
    const { alice, bob } = await joinTogether(server, 'bob', 'alice');
    const { producerId } = await sendAudio(alice);
    const second = await alice.request('produce', {
      kind: 'video',
      rtpParameters: videoParameters(),
    });
    assert.deepEqual(await alice.request('leaveRoom'), {});
    assert.deepEqual(await bob.notified('peerLeft'), {
      peerId: 'alice',
      reason: 'left',
    });
    const closings = bob.notifications.slice(-3);
    assert.deepEqual(
      closings.map(({ method }) => method),
      ['producerClosed', 'producerClosed', 'peerLeft'],
    );
    assert.deepEqual(
      new Set(closings.slice(0, 2).map(({ data }) => data['producerId'])),
      new Set([producerId, second.producerId]),
    );
    await Promise.all([alice.close(), bob.close()]);
  });

  test('lets a client join again after leaving', async () => {
    const { room, alice, bob } = await joinTogether(server, 'alice', 'bob');
    await alice.request('leaveRoom');
    await assert.rejects(alice.request('leaveRoom'), { code: 403 });
    const reply = await alice.request('joinRoom', {
      roomId: room,
      peerId: 'alice',
    });
    assert.deepEqual(
      reply.peers?.map(({ peerId }) => peerId),
      ['bob'],
    );
    await bob.notified('peerJoined');
    await Promise.all([alice.close(), bob.close()]);
  });

  test('announces a lost connection to the others', async () => {
    const { alice, bob } = await joinTogether(server, 'alice', 'bob');
    alice.socket.terminate();
    assert.deepEqual(await bob.notified('peerLeft'), {
      peerId: 'alice',
      reason: 'disconnected',
    });
    await bob.close();
  });

  test('keeps the room working when a lone peer reconnects', async () => {
    const { room, alice } = await joinTogether(server, 'alice');
    const { client: again } = await ProtooClient.join(
      server.url,
      room,
      'alice',
    );
    await alice.closed;
    const { producerId } = await sendAudio(again);
    assert.ok(producerId);
    assert.ok(server.registry.rooms.has(room));
    await again.close();
  });

  test('puts peers that arrive together into one room', async () => {
    const arrivals = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        ProtooClient.join(server.url, 'together', `peer-${index}`),
      ),
    );
    assert.equal(server.registry.get('together').peers.size, 10);
    const seen = arrivals.map(({ reply }) => reply.peers?.length ?? NaN);
    assert.deepEqual(
      seen.toSorted((a, b) => a - b),
      Array.from({ length: 10 }, (_, index) => index),
    );
    await Promise.all(arrivals.map(({ client }) => client.close()));
  });

  test('closes a room when its last peer has left', async () => {
    const { room, alice } = await joinTogether(server, 'alice');
    const closed = server.registry.get(room);
    const { routers } = closed;
    await alice.request('leaveRoom');
    assert.equal(closed.closed, true);
    assert.equal(routers.closed, true);
    assert.equal(server.registry.rooms.has(room), false);
    await alice.close();
  });

  test('refuses requests of members before joining, and stays open', async () => {
    const client = await ProtooClient.connect(server.url, 'lobby', 'alice');
    await assert.rejects(
      client.request('createWebRtcTransport', { direction: 'send' }),
      { code: 403, message: /joinRoom/ },
    );
    await client.request('joinRoom', { roomId: 'lobby', peerId: 'alice' });
    await assert.rejects(
      client.request('joinRoom', { roomId: 'lobby', peerId: 'alice' }),
      { code: 409 },
    );
    await client.close();
  });

  test('accepts one of two joins at once on one connection', async () => {
    const client = await ProtooClient.connect(server.url, 'twice', 'alice');
    const ids = { roomId: 'twice', peerId: 'alice' };
    const results = await Promise.allSettled([
      client.request('joinRoom', ids),
      client.request('joinRoom', ids),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected'],
    );
    assert.equal(server.registry.get('twice').peers.size, 1);
    await client.close();
  });

  test('refuses ids that differ from those in the URL', async () => {
    const client = await ProtooClient.connect(server.url, 'here', 'alice');
    await assert.rejects(
      client.request('joinRoom', { roomId: 'there', peerId: 'alice' }),
      {
        code: 400,
        message: 'data.roomId: expected "here" as in the URL, got "there"',
      },
    );
    await assert.rejects(
      client.request('joinRoom', { roomId: 'here', peerId: 'bob' }),
      {
        code: 400,
        message: 'data.peerId: expected "alice" as in the URL, got "bob"',
      },
    );
    await client.close();
  });

  test('replaces the old connection if the same peer joins again', async () => {
    const { room, alice, bob } = await joinTogether(server, 'bob', 'alice');
    const { producerId } = await sendAudio(alice);
    const { client: newcomer, reply } = await ProtooClient.join(
      server.url,
      room,
      'alice',
    );
    const { code, reason } = await alice.closed;
    assert.equal(code, 4000);
    assert.match(reason, /replaced/);
    assert.deepEqual(
      reply.peers?.map(({ peerId }) => peerId),
      ['bob'],
    );
    await bob.notified('peerJoined');
    assert.deepEqual(
      bob.notifications
        .slice(-3)
        .map(({ method, data }) => [method, data['peerId']]),
      [
        ['producerClosed', 'alice'],
        ['peerLeft', 'alice'],
        ['peerJoined', 'alice'],
      ],
    );
    await assert.rejects(
      bob.request('consume', { producerId, rtpCapabilities }),
      { code: 404 },
    );
    await Promise.all([newcomer.close(), bob.close()]);
  });
});
