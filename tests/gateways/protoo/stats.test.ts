import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Server } from '../../../lib/Server.ts';
import { describeLayouts } from '../../support/layouts.ts';
import { MediaClient } from '../../support/MediaClient.ts';
import type { AnyReply } from '../../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { createTone, heard } from '../../../tools/fixtures/webrtc.ts';

describeLayouts('statistics', (layout) => {
  let server: Server;
  let alice: MediaClient;
  let bob: MediaClient;
  let producerId: string;
  let consumerId: string;
  const tone = createTone();

  before(async () => {
    server = await startServer(layout);
    alice = await MediaClient.join(server.url, 'room', 'alice');
    bob = await MediaClient.join(server.url, 'room', 'bob');
    producerId = await alice.send(tone.track);
    const received = await bob.receive(producerId);
    ({ consumerId } = received);
    await heard(received.track);
  });

  after(async () => {
    tone.stop();
    await Promise.all([alice.close(), bob.close()]);
    await server.close();
  });

  test('of a transport describe its path and traffic', async () => {
    const transportId = alice.sendTransportId;
    const { stats }: AnyReply = await alice.signalling.request(
      'getTransportStats',
      {
        transportId,
      },
    );
    assert.equal(stats.length, 1);
    const [stat] = stats;
    assert.ok(stat.rtpBytesReceived > 0);
    assert.equal(stat.type, 'webrtc-transport');
    assert.equal(stat.transportId, transportId);
    assert.match(stat.iceState, /^(connected|completed)$/);
    assert.equal(stat.dtlsState, 'connected');
    assert.equal(stat.iceSelectedTuple.protocol, 'udp');
  });

  test('of a producer describe the incoming track', async () => {
    const { stats }: AnyReply = await alice.signalling.request(
      'getProducerStats',
      {
        producerId,
      },
    );
    assert.equal(stats.length, 1);
    const [stat] = stats;
    assert.ok(stat.byteCount > 0);
    assert.equal(stat.type, 'inbound-rtp');
    assert.equal(stat.kind, 'audio');
    assert.equal(stat.mimeType, 'audio/opus');
  });

  test('of a consumer describe the outgoing track and its producer', async () => {
    const { stats }: AnyReply = await bob.signalling.request(
      'getConsumerStats',
      {
        consumerId,
      },
    );
    assert.ok(stats.every(({ byteCount }: AnyReply) => byteCount > 0));
    assert.deepEqual(
      stats.map(({ type, kind }: AnyReply) => [type, kind]),
      [
        ['outbound-rtp', 'audio'],
        ['inbound-rtp', 'audio'],
      ],
    );
  });

  test("are refused for another member's objects", async () => {
    for (const [{ signalling }, method, data, what] of [
      [
        bob,
        'getTransportStats',
        { transportId: alice.sendTransportId },
        'transport',
      ],
      [bob, 'getProducerStats', { producerId }, 'producer'],
      [alice, 'getConsumerStats', { consumerId }, 'consumer'],
    ] as const) {
      await assert.rejects(signalling.request(method, data), {
        code: 404,
        message: new RegExp(`^the peer has no ${what} "`),
      });
    }
  });
});
