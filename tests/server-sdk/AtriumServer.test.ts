import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';

import { AtriumError, AtriumServer } from '../../server-sdk/src/index.ts';
import type { Server } from '../../lib/Server.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { rtpCapabilities } from '../../tools/fixtures/rtp.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { newSecret } from '../../tools/webhooks/receiver.ts';
import { apiKey, rootKey } from '../support/apiKeys.ts';
import { withTokens } from '../support/JsonClient.ts';
import { joinTogether, sendAudio } from '../support/protooMembers.ts';
import { until } from '../support/until.ts';

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) {
    found.push(item);
  }
  return found;
}

describe('the client of the server API', () => {
  const reader = apiKey('reader', 'rooms:read');
  let server: Server;
  let atrium: AtriumServer;

  before(async () => {
    server = await startServer({
      ops: { port: 0 },
      webhooks: {
        endpoints: [
          {
            id: 'backend',
            // Nothing listens there.
            url: 'http://127.0.0.1:1/',
            secrets: [newSecret()],
            events: ['room.started'],
          },
        ],
      },
      auth: { ...withTokens.auth, apiKeys: [rootKey.entry, reader.entry] },
    });
    atrium = new AtriumServer({ url: server.opsUrl ?? '', key: rootKey.token });
  });

  after(() => server.close());

  test('rules over rooms', async () => {
    const created = await atrium.rooms.create({
      roomId: 'a b'.replace(' ', '/'),
    });
    assert.deepEqual([created.roomId, created.lasting], ['a/b', true]);
    const changed = await atrium.rooms.update(
      'a/b',
      { maxPeers: 5 },
      { ifMatch: created.etag },
    );
    assert.equal(changed.maxPeers, 5);
    await assert.rejects(
      atrium.rooms.update('a/b', { maxPeers: 6 }, { ifMatch: created.etag }),
      { name: 'AtriumError', code: 'PRECONDITION_FAILED', status: 412 },
    );
    assert.equal((await atrium.rooms.get('a/b')).etag, changed.etag);
    await server.registry.open('a/b');
    await atrium.rooms.close('a/b');
    await atrium.rooms.delete('a/b');
    await assert.rejects(atrium.rooms.get('a/b'), {
      code: 'ROOM_NOT_FOUND',
      status: 404,
      message: /^there is no room "a\/b"/,
    });
  });

  test('lists entries over pages, as far as they are read', async () => {
    const ids = ['l-1', 'l-2', 'l-3', 'l-4', 'l-5'];
    for (const roomId of ids) {
      await atrium.rooms.create({ roomId });
    }
    const listed = await all(atrium.rooms.list({ prefix: 'l-', limit: 2 }));
    assert.deepEqual(
      listed.map(({ roomId }) => roomId),
      ids,
    );
    for await (const { roomId } of atrium.rooms.list({ prefix: 'l-' })) {
      assert.equal(roomId, 'l-1');
      break;
    }
  });

  test('rules over peers, their tracks and subscriptions', async () => {
    const { room, ada, bob } = await joinTogether(server, 'ada', 'bob');
    const { producerId } = await sendAudio(ada);
    const peers = await all(atrium.peers.list(room, { limit: 1 }));
    assert.deepEqual(
      peers.map(({ peerId }) => peerId),
      ['ada', 'bob'],
    );
    const peer = await atrium.peers.get(room, 'ada');
    assert.deepEqual(
      peer.tracks.map(({ trackId }) => trackId),
      [producerId],
    );
    await atrium.tracks.mute(room, 'ada', producerId);
    await ada.notified('producerMuted');
    await atrium.tracks.requestUnmute(room, 'ada', producerId);
    await ada.notified('unmuteRequested');
    await atrium.subscriptions.set(room, 'bob', 'ada', ['camera']);
    await bob.notified('producerClosed');
    assert.deepEqual(await all(atrium.subscriptions.list(room, 'bob')), [
      { peerId: 'ada', sources: ['camera'] },
    ]);
    await atrium.tracks.stop(room, 'ada', producerId);
    await ada.notified('producerStopped');
    await atrium.rooms.sendData(room, { hello: 1 }, { to: ['bob'] });
    assert.deepEqual(await bob.notified('serverMessage'), {
      data: { hello: 1 },
    });
    const { role } = await atrium.peers.update(room, 'ada', { role: 'guest' });
    assert.equal(role, 'guest');
    await atrium.peers.remove(room, 'ada');
    assert.equal((await ada.closed).code, 4000);
  });

  test('makes tokens', async () => {
    const { token, roomId, peerId } = await atrium.tokens.create({
      roomId: 'lesson',
      displayName: 'Ada',
    });
    const client = await ProtooClient.connect(server.url, roomId, peerId, {
      headers: { Authorization: `Bearer ${token}` },
    });
    await client.request('joinRoom', { roomId, peerId, rtpCapabilities });
    await client.close();
  });

  test('lists deliveries of webhooks, and replays them', async () => {
    const { room } = await joinTogether(server, 'ada');
    const [delivery] = await until('a delivery', async () => {
      const found = await all(atrium.webhooks.deliveries({ roomId: room }));
      return found.length > 0 && found;
    });
    assert.deepEqual(
      [delivery?.endpointId, delivery?.type],
      ['backend', 'room.started'],
    );
    const replayed = await atrium.webhooks.replay(delivery?.deliveryId ?? '');
    assert.equal(replayed.eventId, delivery?.eventId);
    await assert.rejects(atrium.webhooks.replay('none'), {
      code: 'DELIVERY_NOT_FOUND',
    });
  });

  test('shows servers', async () => {
    const [node] = await all(atrium.nodes.list());
    assert.equal(node?.state, 'serving');
    const { nodeId, workers } = await atrium.nodes.get();
    assert.deepEqual([nodeId, workers.length], [node.nodeId, 1]);
    await assert.rejects(atrium.nodes.drain('other'), {
      code: 'NODE_NOT_FOUND',
    });
  });

  test('tells what its key does not permit, with the id of the request', async () => {
    const limited = new AtriumServer({
      url: server.opsUrl ?? '',
      key: () => Promise.resolve(reader.token),
    });
    await limited.rooms.get('l-1');
    await assert.rejects(limited.nodes.get(), (error) => {
      assert.ok(error instanceof AtriumError);
      assert.deepEqual([error.code, error.status], ['API_SCOPE_MISSING', 403]);
      assert.match(error.requestId ?? '', /^[\da-f-]{36}$/);
      return true;
    });
  });
});

describe('the client of the server API, of a server in trouble,', () => {
  /** Runs a client against a server of the test's own. */
  async function against(
    serve: RequestListener,
    use: (atrium: AtriumServer, seen: IncomingMessage[]) => Promise<void>,
    path = '',
  ): Promise<void> {
    const seen: IncomingMessage[] = [];
    const http = createServer((request, response) => {
      seen.push(request);
      serve(request, response);
    }).listen(0, '127.0.0.1');
    await once(http, 'listening');
    const { port } = http.address() as AddressInfo;
    try {
      await use(
        new AtriumServer({
          url: `http://127.0.0.1:${port}${path}`,
          key: 'a.b',
        }),
        seen,
      );
    } finally {
      http.closeAllConnections();
      http.close();
    }
  }

  test('sends a request again under the same key', async () => {
    let failures = 2;
    await against(
      (request, response) => {
        if (failures > 0) {
          failures -= 1;
          if (failures === 1) {
            request.socket.destroy();
          } else {
            response.writeHead(503, { 'Retry-After': '0' });
            response.end('{"error":{"code":"SHUTTING_DOWN","message":""}}');
          }
        } else {
          response.writeHead(204).end();
        }
      },
      async (atrium, seen) => {
        await atrium.peers.remove('r', 'p');
        const keys = seen.map((it) => it.headers['idempotency-key']);
        assert.equal(keys.length, 3);
        assert.equal(new Set(keys).size, 1);
        assert.match(String(keys[0]), /^[\da-f-]{36}$/);
        assert.equal(seen[0]?.url, '/api/server/v1/rooms/r/peers/p');
      },
    );
  });

  test('gives up after some attempts', async () => {
    await against(
      (_request, response) => {
        response.writeHead(429, { 'Retry-After': '0' });
        response.end(
          '{"error":{"code":"LIMIT_REACHED","message":"slow down"}}',
        );
      },
      async (atrium, seen) => {
        await assert.rejects(atrium.rooms.get('r'), {
          code: 'LIMIT_REACHED',
          message: 'slow down',
        });
        assert.equal(seen.length, 4);
      },
    );
  });

  test('does not repeat what was refused', async () => {
    await against(
      (_request, response) => {
        response.writeHead(404).end('<h1>Not found</h1>');
      },
      async (atrium, seen) => {
        await assert.rejects(atrium.rooms.get('r'), {
          code: 'UNREADABLE',
          status: 404,
        });
        assert.equal(seen.length, 1);
      },
    );
  });

  test('ends a request by its signal', async () => {
    const ending = new AbortController();
    await against(
      () => ending.abort(new Error('enough')),
      async (atrium, seen) => {
        await assert.rejects(
          atrium.rooms.get('r', { signal: ending.signal }),
          /enough/,
        );
        assert.equal(seen.length, 1);
      },
    );
  });

  test('finds the server below the path of a proxy', async () => {
    await against(
      (_request, response) => {
        response.writeHead(204).end();
      },
      async (atrium, seen) => {
        await atrium.peers.remove('r', 'p');
        assert.equal(seen[0]?.url, '/desk/api/server/v1/rooms/r/peers/p');
      },
      '/desk/',
    );
  });

  test('tells that there is no server', async () => {
    const atrium = new AtriumServer({
      url: 'http://127.0.0.1:9',
      key: 'a.b',
      retries: 0,
    });
    await assert.rejects(atrium.rooms.get('r'), {
      code: 'UNREACHABLE',
      status: 0,
    });
  });
});
