import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';

import type { Server } from '../../../lib/Server.ts';
import { describeLayouts } from '../../support/layouts.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import {
  audioParameters,
  rtpCapabilities,
} from '../../../tools/fixtures/rtp.ts';
import { startServer } from '../../../tools/fixtures/server.ts';

describeLayouts('resuming a broken connection', ({ workers, rooms }) => {
  let server: Server;
  let roomNumber = 0;

  before(async () => {
    server = await startServer({
      workers,
      rooms: {
        ...rooms,
        resumeTimeout: 60_000,
        layerReleaseDelay: 600_000,
        absenceNotice: 60_000,
      },
    });
  });

  after(() => server.close());

  /** Alice, who sends, and Bob, who receives her, in a room of their own. */
  async function call() {
    roomNumber += 1;
    const room = `room-${roomNumber}`;
    const { client: alice, reply } = await ProtooClient.join(
      server.url,
      room,
      'alice',
      { rtpCapabilities },
    );
    const { client: bob } = await ProtooClient.join(server.url, room, 'bob', {
      rtpCapabilities,
    });
    await alice.request('createWebRtcTransport', { direction: 'send' });
    const { producerId } = await alice.request('produce', {
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    await bob.request('createWebRtcTransport', { direction: 'recv' });
    const { consumerId } = await bob.request('consume', { producerId });
    return {
      room,
      alice,
      bob,
      producerId,
      consumerId,
      resumeToken: reply.resumeToken as string,
    };
  }

  /** Cuts a connection without a goodbye; resolves when the server knows. */
  async function cut(client: ProtooClient): Promise<void> {
    client.socket.terminate();
    await client.closed;
  }

  test('continues with all its media, unnoticed by others', async () => {
    const { room, alice, bob, producerId, resumeToken } = await call();
    const heard = bob.notifications.length;
    await cut(alice);
    const { client: back, reply } = await ProtooClient.join(
      server.url,
      room,
      'alice',
      { resumeToken, received: alice.notifications.length },
    );
    assert.equal(reply.resumed, true);
    assert.deepEqual(reply.producerIds, [producerId]);
    assert.deepEqual(reply.consumerIds, []);
    assert.equal('peers' in reply, false);
    await back.request('pauseProducer', { producerId });
    await bob.notified('consumerPaused');
    assert.deepEqual(
      bob.notifications
        .slice(heard)
        .map(({ method }) => method)
        .toSorted(),
      ['consumerPaused', 'producerPaused'],
    );
    await Promise.all([back.close(), bob.close()]);
  });

  test('receives missed events in order', async () => {
    const { room, alice, bob, resumeToken } = await call();
    await cut(alice);
    const { client: carol } = await ProtooClient.join(
      server.url,
      room,
      'carol',
    );
    await carol.request('createWebRtcTransport', { direction: 'send' });
    const { producerId } = await carol.request('produce', {
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    await carol.request('pauseProducer', { producerId });
    await carol.close();
    await bob.notified('peerLeft');
    const { client: back } = await ProtooClient.join(
      server.url,
      room,
      'alice',
      { resumeToken, received: alice.notifications.length },
    );
    await back.notified('peerLeft');
    assert.deepEqual(
      back.notifications.map(({ method }) => method),
      [
        'peerJoined',
        'newProducer',
        'producerPaused',
        'producerClosed',
        'peerLeft',
      ],
    );
    await Promise.all([back.close(), bob.close()]);
  });

  test('receives events again that were in flight when the connection broke', async () => {
    const { room, alice, bob, resumeToken } = await call();
    const received = alice.notifications.length;
    // It is written to her, and she does not read it any more.
    alice.socket.pause();
    const { client: carol } = await ProtooClient.join(
      server.url,
      room,
      'carol',
    );
    await bob.notified('peerJoined', ({ peerId }) => peerId === 'carol');
    await cut(alice);
    const { client: back } = await ProtooClient.join(
      server.url,
      room,
      'alice',
      { resumeToken, received },
    );
    await back.notified('peerJoined', ({ peerId }) => peerId === 'carol');
    assert.equal(back.notifications.length, 1);
    await Promise.all([back.close(), bob.close(), carol.close()]);
  });

  test('drops acknowledged events and does not replay them', async () => {
    const prompt = await startServer({ signalling: { pingInterval: 500 } });
    try {
      const { client: alice, reply } = await ProtooClient.join(
        prompt.url,
        'prompt',
        'alice',
      );
      const { client: bob } = await ProtooClient.join(
        prompt.url,
        'prompt',
        'bob',
      );
      await alice.notified('peerJoined');
      // The answer to one that went out after the event proves its arrival.
      for (let pings = 0; pings < 5; pings += 1) {
        await once(alice.socket, 'ping');
      }
      await cut(alice);
      const back = await ProtooClient.connect(prompt.url, 'prompt', 'alice');
      const join = (received?: number) =>
        back.request('joinRoom', {
          roomId: 'prompt',
          peerId: 'alice',
          resumeToken: reply.resumeToken,
          received,
        });
      await assert.rejects(join(), {
        code: 400,
        message: /^data\.received: expected the number of notifications/,
      });
      await assert.rejects(join(0), { code: 403 }, 'what is forgotten');
      await assert.rejects(
        join(2),
        { code: 403 },
        'expected refusal of an event id that was never sent',
      );
      assert.equal((await join(1)).resumed, true);
      await Promise.all([back.close(), bob.close()]);
    } finally {
      await prompt.close();
    }
  });

  test('replaces a connection that is not known to be dead', async () => {
    const { room, alice, bob, resumeToken } = await call();
    const { client: back, reply } = await ProtooClient.join(
      server.url,
      room,
      'alice',
      { resumeToken, received: alice.notifications.length },
    );
    assert.equal(reply.resumed, true);
    const { code, reason } = await alice.closed;
    assert.equal(code, 4000);
    assert.match(reason, /resumed/);
    await bob.request('leaveRoom');
    await back.notified('peerLeft');
    assert.equal(
      bob.notifications.some(({ method }) => method === 'peerLeft'),
      false,
    );
    await Promise.all([back.close(), bob.close()]);
  });

  test('refuses a resume token that is forged, used, or of another peer', async () => {
    const { room, alice, bob, resumeToken } = await call();
    const other = await call();
    await cut(alice);
    const back = await ProtooClient.connect(server.url, room, 'alice');
    const join = (token: string) =>
      back.request('joinRoom', {
        roomId: room,
        peerId: 'alice',
        resumeToken: token,
        received: 0,
      });
    for (const token of ['', 'forged', other.resumeToken, `${resumeToken}A`]) {
      await assert.rejects(join(token), { code: 403, message: /resumeToken/ });
    }
    const { resumeToken: renewed } = await join(resumeToken);
    assert.notEqual(renewed, resumeToken);
    await back.request('ping');
    await cut(back);
    const again = await ProtooClient.connect(server.url, room, 'alice');
    await assert.rejects(
      again.request('joinRoom', {
        roomId: room,
        peerId: 'alice',
        resumeToken,
        received: 0,
      }),
      { code: 403 },
      'a used token',
    );
    const reply = await again.request('joinRoom', {
      roomId: room,
      peerId: 'alice',
      resumeToken: renewed,
      received: 0,
    });
    assert.equal(reply.resumed, true);
    const clients = [again, bob, other.alice, other.bob];
    await Promise.all(clients.map((client) => client.close()));
  });

  test('replaces the old peer if the newcomer has no resume token', async () => {
    const { room, alice, bob } = await call();
    await cut(alice);
    const { client: newcomer, reply } = await ProtooClient.join(
      server.url,
      room,
      'alice',
    );
    assert.equal(reply.resumed, false);
    assert.deepEqual(await bob.notified('peerLeft'), {
      peerId: 'alice',
      reason: 'replaced',
    });
    await Promise.all([newcomer.close(), bob.close()]);
  });

  test('is removed if the client does not return in time', async () => {
    const brief = await startServer({ rooms: { resumeTimeout: 100 } });
    try {
      const { client, reply } = await ProtooClient.join(
        brief.url,
        'brief',
        'alice',
      );
      const { client: bob } = await ProtooClient.join(
        brief.url,
        'brief',
        'bob',
      );
      await cut(client);
      await bob.notified('peerLeft');
      const late = await ProtooClient.connect(brief.url, 'brief', 'alice');
      await assert.rejects(
        late.request('joinRoom', {
          roomId: 'brief',
          peerId: 'alice',
          resumeToken: reply.resumeToken,
          received: 0,
        }),
        { code: 403 },
      );
      await Promise.all([late.close(), bob.close()]);
    } finally {
      await brief.close();
    }
  });

  test('is not kept after the client left', async () => {
    const { room, alice, bob } = await call();
    await alice.close();
    await bob.notified('peerLeft');
    assert.equal(server.registry.get(room).peers.has('alice'), false);
    await bob.close();
  });

  test('is removed within two and a half pings if the client is silent', async () => {
    const quick = await startServer({
      signalling: { pingInterval: 100 },
      rooms: { resumeTimeout: 0 },
    });
    try {
      const { client: alice } = await ProtooClient.join(
        quick.url,
        'quick',
        'alice',
      );
      const { client: bob } = await ProtooClient.join(
        quick.url,
        'quick',
        'bob',
      );
      // A paused socket reads nothing, so no ping is answered.
      alice.socket.pause();
      assert.equal((await bob.notified('peerLeft'))['reason'], 'disconnected');
      alice.socket.resume();
      await once(alice.socket, 'close');
      await bob.close();
    } finally {
      await quick.close();
    }
  });
});
