import assert from 'node:assert/strict';
import {
  after,
  afterEach,
  before,
  beforeEach,
  describe,
  test,
} from 'node:test';

import type { Server } from '../../lib/Server.ts';
import { layouts } from '../../tools/fixtures/layouts.ts';
import { workerUnder } from '../support/layouts.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { audioParameters, rtpCapabilities } from '../../tools/fixtures/rtp.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { JsonClient, withTokens } from '../support/JsonClient.ts';

describe('a worker that dies', () => {
  let server: Server;

  before(async () => {
    server = await startServer({
      ...withTokens,
      workers: { count: 2 },
      // Tracks without consumers must cause no event.
      rooms: { layerReleaseDelay: 600_000 },
    });
  });

  after(() => server.close());

  async function send(client: ProtooClient): Promise<string> {
    await client.request('createWebRtcTransport', { direction: 'send' });
    const { producerId } = await client.request('produce', {
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    return producerId;
  }

  async function receive(client: ProtooClient, producerId: string) {
    await client.request('createWebRtcTransport', { direction: 'recv' });
    return client.request('consume', { producerId });
  }

  /** The process that carries a room; its peers hold transports there. */
  async function workerOf(roomId: string) {
    const [routerId = ''] = server.registry.get(roomId).routers.ids;
    for (const { worker } of server.pool.alive) {
      const { routerIds } = await worker.dump();
      if (routerIds.includes(routerId)) {
        return worker;
      }
    }
    throw new Error(`no worker carries ${roomId}`);
  }

  test('removes no peer; all set up their media again', async () => {
    const join = (peerId: string) =>
      ProtooClient.join(server.url, 'hit', peerId, { rtpCapabilities });
    const { client: alice } = await join('alice');
    const { client: bob } = await join('bob');
    const { client: carol } = await ProtooClient.join(
      server.url,
      'spared',
      'carol',
      { rtpCapabilities },
    );
    const before = await send(alice);
    await receive(bob, before);
    const untouched = await send(carol);
    const [hit, spared] = [await workerOf('hit'), await workerOf('spared')];
    assert.notEqual(hit.pid, spared.pid);

    process.kill(hit.pid, 'SIGKILL');
    const [toAlice, toBob] = await Promise.all([
      alice.notified('mediaReset'),
      bob.notified('mediaReset'),
    ]);
    assert.ok('codecs' in (toAlice['rtpCapabilities'] as object));
    assert.deepEqual(toAlice, toBob);
    assert.deepEqual(
      bob.notifications.slice(-2).map(({ method }) => method),
      ['producerClosed', 'mediaReset'],
    );
    const producerId = await send(alice);
    const again = await bob.notified(
      'newProducer',
      (data) => data['producerId'] === producerId,
    );
    assert.equal(again['peerId'], 'alice');
    await receive(bob, producerId);
    for (const client of [alice, bob, carol]) {
      assert.equal(
        client.notifications.some(({ method }) => method === 'peerLeft'),
        false,
      );
    }
    assert.deepEqual(carol.notifications, []);
    await carol.request('pauseProducer', { producerId: untouched });
    assert.equal(server.pool.deaths, 1);
    await Promise.all([alice.close(), bob.close(), carol.close()]);
  });

  test('has pending requests refused before clients are told to set up again', async () => {
    const { client } = await ProtooClient.join(server.url, 'hit', 'alice');
    await send(client);
    const worker = await workerOf('hit');
    process.kill(worker.pid, 'SIGSTOP');
    const before = client.frames.length;
    const requests = Array.from({ length: 10 }, () =>
      assert.rejects(
        client.request('createWebRtcTransport', { direction: 'recv' }),
        { code: 503, message: /the media worker died/ },
      ),
    );
    await assert.rejects(client.request('nothing'), { code: 404 });
    process.kill(worker.pid, 'SIGKILL');
    await client.notified('mediaReset');
    await Promise.all(requests);
    assert.deepEqual(
      client.frames.slice(before).map(({ method }) => method),
      [...Array.from({ length: 11 }, () => undefined), 'mediaReset'],
    );
    await client.close();
  });

  test('along with all others makes rooms wait for the next one', async () => {
    const { client: alice } = await ProtooClient.join(
      server.url,
      'all',
      'alice',
    );
    await send(alice);
    for (const { worker } of server.pool.alive) {
      process.kill(worker.pid, 'SIGKILL');
    }
    // Requested while there is no worker: it waits instead of being refused.
    await alice.notified('mediaReset');
    await send(alice);
    const { client: bob } = await ProtooClient.join(server.url, 'new', 'bob');
    await send(bob);
    await Promise.all([alice.close(), bob.close()]);
  });

  test('makes clients rejoin if their contract has no event for it', async () => {
    const ada = await JsonClient.as(server.url, 'ada');
    const { roomId } = await ada.request('createRoom', { name: 'Hit' });
    await ada.request('joinRoom', { roomId, displayName: 'Ada' });
    await ada.request('createWebRtcTransport', { roomId, direction: 'send' });
    const worker = await workerOf(roomId);
    process.kill(worker.pid, 'SIGKILL');
    const { code } = await ada.closed;
    assert.equal(code, 1012);
    const back = await JsonClient.join(server.url, roomId, 'ada');
    await back.request('createWebRtcTransport', { roomId, direction: 'send' });
    await back.close();
  });
});

describe('a worker that dies with part of a room on it', () => {
  let server: Server;

  // A worker that takes over from a dead one is not there at once.
  beforeEach(async () => {
    server = await startServer({
      ...withTokens,
      ...layouts['over two routers'],
    });
  });

  afterEach(() => server.close());

  async function open(
    client: ProtooClient,
    direction: 'send' | 'recv',
  ): Promise<string> {
    const { transportId } = await client.request('createWebRtcTransport', {
      direction,
    });
    return transportId;
  }

  async function send(client: ProtooClient): Promise<string> {
    const { producerId } = await client.request('produce', {
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    return producerId;
  }

  test('takes only that part along', async () => {
    const join = async (peerId: string) => {
      const extra = { rtpCapabilities };
      return (await ProtooClient.join(server.url, 'room', peerId, extra))
        .client;
    };
    const [alice, bob, idler] = [
      await join('alice'),
      await join('bob'),
      await join('idler'),
    ];
    const home = await open(alice, 'send');
    await open(alice, 'recv');
    await open(bob, 'send');
    await open(bob, 'recv');
    const [gone, stays] = [await send(alice), await send(bob)];
    const lost = await bob.request('consume', { producerId: gone });
    const own = await bob.request('consume', { producerId: stays });
    await alice.request('consume', { producerId: stays });

    const worker = await workerUnder(server, home);
    process.kill(worker.pid, 'SIGKILL');
    await alice.notified('mediaReset');
    await bob.notified(
      'producerClosed',
      ({ producerId }) => producerId === gone,
    );
    const { consumerId } = await bob.notified('consumerClosed');
    assert.equal(consumerId, lost.consumerId);
    await bob.request('resume', { consumerId: own.consumerId });
    await bob.request('pauseProducer', { producerId: stays });
    await assert.rejects(bob.request('consume', { producerId: gone }), {
      code: 404,
    });

    await open(alice, 'send');
    await open(alice, 'recv');
    const again = await send(alice);
    const received = await alice.request('consume', { producerId: stays });
    assert.equal(received.producerPaused, true);
    await bob.notified('newProducer', (data) => data['producerId'] === again);
    await bob.request('consume', { producerId: again });
    const heard = (client: ProtooClient) =>
      client.notifications.map(({ method }) => method);
    assert.equal(
      [...heard(bob), ...heard(idler)].includes('mediaReset'),
      false,
    );
    assert.equal(heard(alice).includes('producerClosed'), false);
    await Promise.all([alice.close(), bob.close(), idler.close()]);
  });

  test('makes only those clients rejoin that were on it', async () => {
    const join = (name: string, roomId: string) =>
      JsonClient.join(server.url, roomId, name);
    const ada = await JsonClient.as(server.url, 'ada');
    const { roomId } = await ada.request('createRoom', { name: 'Split' });
    await ada.request('joinRoom', { roomId, displayName: 'Ada' });
    const { transportId } = await ada.request('createWebRtcTransport', {
      roomId,
      direction: 'send',
    });
    const bob = await join('bob', roomId);
    await bob.request('createWebRtcTransport', { roomId, direction: 'send' });
    const worker = await workerUnder(server, transportId);
    process.kill(worker.pid, 'SIGKILL');
    assert.equal((await ada.closed).code, 1012);
    await bob.notified('participantLeft');
    await bob.request('createWebRtcTransport', { roomId, direction: 'recv' });
    await bob.close();
  });
});
