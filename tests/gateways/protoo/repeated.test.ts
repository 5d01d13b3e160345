import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Server } from '../../../lib/Server.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { audioParameters } from '../../../tools/fixtures/rtp.ts';
import { startServer } from '../../../tools/fixtures/server.ts';

/** One track, so that a request for it can be repeated. */
const track = audioParameters();

describe('a request that is sent again with its key', () => {
  let server: Server;
  let rooms = 0;

  before(async () => {
    server = await startServer({ limits: { answersPerPeer: 3 } });
  });

  after(() => server.close());

  /** Alice with a transport to send over, and Bob. */
  async function call() {
    rooms += 1;
    const room = `repeated-${rooms}`;
    const { client: bob } = await ProtooClient.join(server.url, room, 'bob');
    const { client: alice, reply } = await ProtooClient.join(
      server.url,
      room,
      'alice',
    );
    await alice.request('createWebRtcTransport', { direction: 'send' });
    const { resumeToken = assert.fail() } = reply;
    return { room, alice, bob, resumeToken };
  }

  function produce(client: ProtooClient, requestKey: string, source = 'mic') {
    return client.request('produce', {
      kind: 'audio',
      rtpParameters: track,
      appData: { source },
      requestKey,
    });
  }

  test('is served once and answered the same', async () => {
    const { alice, bob } = await call();
    const first = await produce(alice, 'one');
    assert.deepEqual(await produce(alice, 'one'), first);
    const message = { data: 'hello', requestKey: 'two' };
    await alice.request('sendMessage', message);
    await alice.request('sendMessage', message);
    await alice.close();
    await bob.notified('peerLeft');
    assert.deepEqual(
      bob.notifications.map(({ method }) => method),
      ['peerJoined', 'newProducer', 'message', 'producerClosed', 'peerLeft'],
    );
    await bob.close();
  });

  test('is served once if it comes before the answer', async () => {
    const { alice, bob } = await call();
    const [first, ...others] = await Promise.all(
      [1, 2, 3].map(() => produce(alice, 'same')),
    );
    assert.deepEqual(others, [first, first]);
    const producers = server.registry.get(alice.roomId).peers.get('alice')
      ?.producers.ids;
    assert.deepEqual(producers, [first?.producerId]);
    await Promise.all([alice.close(), bob.close()]);
  });

  test('is answered the same over the connection that resumes', async () => {
    const { room, alice, bob, resumeToken } = await call();
    const first = await produce(alice, 'lost');
    // It may or may not have reached the server when the connection breaks.
    const receiving = { direction: 'recv', requestKey: 'lost, too' } as const;
    const lost = assert.rejects(
      alice.request('createWebRtcTransport', receiving),
    );
    alice.socket.terminate();
    await Promise.all([alice.closed, lost]);
    const { client: back } = await ProtooClient.join(
      server.url,
      room,
      'alice',
      { resumeToken, after: alice.notifications.length },
    );
    assert.deepEqual(await produce(back, 'lost'), first);
    const { transportId } = await back.request(
      'createWebRtcTransport',
      receiving,
    );
    const peer = server.registry.get(room).peers.get('alice');
    assert.equal(peer?.transports.ids.length, 2);
    assert.equal(peer.transports.ids.at(-1), transportId);
    await Promise.all([back.close(), bob.close()]);
  });

  test('is refused with other data, or as another request', async () => {
    const { alice, bob } = await call();
    await produce(alice, 'mine');
    const refused = {
      code: 400,
      errorName: 'VALIDATION_ERROR',
      message:
        'data.requestKey: expected a new one, or the method and data that it was sent with before, got others with "mine"',
    };
    await assert.rejects(produce(alice, 'mine', 'screen-audio'), refused);
    await assert.rejects(
      alice.request('getIceServers', { requestKey: 'mine' }),
      refused,
    );
    await Promise.all([alice.close(), bob.close()]);
  });

  test('is answered the same if its fields come in another order', async () => {
    const { alice, bob } = await call();
    const first = await alice.request('createWebRtcTransport', {
      direction: 'recv',
      forceTcp: true,
      requestKey: 'order',
    });
    const again = await alice.request('createWebRtcTransport', {
      requestKey: 'order',
      forceTcp: true,
      direction: 'recv',
    });
    assert.deepEqual(again, first);
    await Promise.all([alice.close(), bob.close()]);
  });

  test('is served again if it was refused', async () => {
    const { alice, bob } = await call();
    const message = { to: ['eve'], data: 'hi', requestKey: 'eve' };
    await assert.rejects(alice.request('sendMessage', message), {
      code: 404,
      errorName: 'PEER_NOT_FOUND',
    });
    const { client: eve } = await ProtooClient.join(
      server.url,
      alice.roomId,
      'eve',
    );
    await alice.request('sendMessage', message);
    await eve.notified('message');
    await Promise.all([alice, bob, eve].map((it) => it.close()));
  });

  test('is served again once too many others have been answered', async () => {
    const { alice, bob } = await call();
    const transport = (requestKey: string) =>
      alice.request('createWebRtcTransport', { direction: 'recv', requestKey });
    const first = await transport('a');
    for (const key of ['b', 'c', 'd']) {
      await transport(key);
    }
    assert.notEqual((await transport('a')).transportId, first.transportId);
    await Promise.all([alice.close(), bob.close()]);
  });

  test('has the key to itself: another peer has other answers, and another stay', async () => {
    const { room, alice, bob } = await call();
    const first = await produce(alice, 'k');
    await bob.request('createWebRtcTransport', { direction: 'send' });
    assert.notDeepEqual(await produce(bob, 'k'), first);
    await alice.request('leaveRoom');
    await alice.request('joinRoom', { roomId: room, peerId: 'alice' });
    await alice.request('createWebRtcTransport', { direction: 'send' });
    assert.notDeepEqual(await produce(alice, 'k'), first);
    await Promise.all([alice.close(), bob.close()]);
  });
});
