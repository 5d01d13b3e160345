import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { types } from 'mediasoup-client';

import type { Server } from '../../../lib/Server.ts';
import { layouts } from '../../../tools/fixtures/layouts.ts';
import type { AnyReply } from '../../../tools/fixtures/ProtooClient.ts';
import { MediaClient } from '../../support/MediaClient.ts';
import { bearing, peerToken, tokensOnly } from '../../support/peerToken.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../../tools/fixtures/server.ts';

/** The next so many messages that come over a data channel. */
function messages(
  consumer: types.DataConsumer,
  count: number,
): Promise<unknown[]> {
  consumer.binaryType = 'arraybuffer';
  const received: unknown[] = [];
  return new Promise((resolve, reject) => {
    consumer.on('message', (message: unknown) => {
      received.push(message);
      if (received.length === count) {
        resolve(received);
      }
    });
    consumer.on('close', () => reject(new Error('the data channel closed')));
  });
}

/** Placements of two peers, with the number of pipes between them. */
const places = [
  { where: 'on one router', options: layouts['on one router'], pipes: 0 },
  {
    where: 'from one router to another',
    options: layouts['over two routers'],
    pipes: 1,
  },
];

for (const { where, options, pipes } of places) {
  describe(`data over SCTP, ${where}`, () => {
    let server: Server;
    let alice: MediaClient;
    let bob: MediaClient;

    before(async () => {
      server = await startServer(options);
      alice = await MediaClient.join(server.url, 'room', 'alice');
      bob = await MediaClient.join(server.url, 'room', 'bob');
    });

    after(async () => {
      await Promise.all([alice.close(), bob.close()]);
      await server.close();
    });

    test('is announced and arrives in order, text as text and bytes as bytes', async () => {
      const sends = await alice.sendData({
        label: 'chat',
        protocol: 'json',
        appData: { of: 'alice' },
      });
      const dataProducerId = sends.id;
      assert.deepEqual(
        await bob.signalling.notified(
          'newDataProducer',
          (data) => data['dataProducerId'] === dataProducerId,
        ),
        {
          dataProducerId,
          peerId: 'alice',
          label: 'chat',
          protocol: 'json',
          appData: { of: 'alice' },
        },
      );
      const receives = await bob.receiveData(dataProducerId);
      assert.equal(server.registry.get('room').routers.pipes, pipes);
      assert.equal(receives.label, 'chat');
      assert.equal(receives.protocol, 'json');
      const count = 200;
      const all = messages(receives, count + 1);
      for (let number = 0; number < count; number += 1) {
        sends.send(`message ${number}`);
      }
      sends.send(new Uint8Array([0, 127, 255]));
      const received = await all;
      const bytes = received.pop();
      assert.deepEqual(
        received,
        Array.from({ length: count }, (_, number) => `message ${number}`),
      );
      assert.ok(bytes instanceof ArrayBuffer);
      assert.deepEqual(Array.from(new Uint8Array(bytes)), [0, 127, 255]);

      const { stats }: AnyReply = await alice.signalling.request(
        'getDataProducerStats',
        {
          dataProducerId,
        },
      );
      assert.equal(stats.length, 1);
      assert.equal(stats[0].type, 'data-producer');
      assert.equal(stats[0].label, 'chat');
      assert.equal(stats[0].messagesReceived, count + 1);
      const { stats: sent }: AnyReply = await bob.signalling.request(
        'getDataConsumerStats',
        { dataConsumerId: receives.id },
      );
      assert.equal(sent[0].type, 'data-consumer');
      assert.equal(sent[0].messagesSent, count + 1);
      assert.equal(sent[0].bytesSent, stats[0].bytesReceived);
    });

    for (const bound of [{ maxRetransmits: 3 }, { maxPacketLifeTime: 1_000 }]) {
      test(`arrives unordered with ${Object.keys(bound).join()}`, async () => {
        const sends = await alice.sendData({ ordered: false, ...bound });
        const receives = await bob.receiveData(sends.id);
        const { ordered, maxRetransmits, maxPacketLifeTime } =
          receives.sctpStreamParameters;
        assert.equal(ordered, false);
        assert.deepEqual(
          { ...(maxRetransmits && { maxRetransmits }) },
          'maxRetransmits' in bound ? bound : {},
        );
        assert.deepEqual(
          { ...(maxPacketLifeTime && { maxPacketLifeTime }) },
          'maxPacketLifeTime' in bound ? bound : {},
        );
        // Any one may get lost.
        const one = messages(receives, 1);
        const again = setInterval(() => sends.send('hello'), 50);
        assert.deepEqual(await one, ['hello']);
        clearInterval(again);
      });
    }

    test('carries messages of 256 KiB, as the transport announces', async () => {
      const sends = await alice.sendData();
      const receives = await bob.receiveData(sends.id);
      const { sctpParameters } = await alice.signalling.request(
        'createWebRtcTransport',
        { direction: 'recv', enableSctp: true },
      );
      assert.equal(sctpParameters?.maxSendMessageSize, 262_144);
      const { maxReceiveMessageSize } = sctpParameters;
      assert.equal(maxReceiveMessageSize, 262_144);
      const one = messages(receives, 1);
      sends.send('x'.repeat(maxReceiveMessageSize));
      const [received] = await one;
      assert.equal((received as string).length, maxReceiveMessageSize);
    });

    test('closes for consumers when its producer closes', async () => {
      const sends = await alice.sendData();
      const receives = await bob.receiveData(sends.id);
      await alice.signalling.request('closeDataProducer', {
        dataProducerId: sends.id,
      });
      assert.deepEqual(
        await bob.signalling.notified(
          'dataProducerClosed',
          ({ dataProducerId }) => dataProducerId === sends.id,
        ),
        { dataProducerId: sends.id, peerId: 'alice' },
      );
      assert.deepEqual(
        await bob.signalling.notified(
          'dataConsumerClosed',
          ({ dataConsumerId }) => dataConsumerId === receives.id,
        ),
        { dataConsumerId: receives.id },
      );
      await assert.rejects(
        bob.signalling.request('getDataConsumerStats', {
          dataConsumerId: receives.id,
        }),
        { code: 404, message: /^the peer has no data consumer "/ },
      );
    });
  });
}

describe('data channels over protoo', () => {
  test('are refused with invalid parameters', async (t) => {
    const server = await startServer();
    t.after(() => server.close());
    const { client } = await ProtooClient.join(server.url, 'room', 'alice');
    await client.request('createWebRtcTransport', {
      direction: 'send',
      enableSctp: true,
    });
    const at = 'data.sctpStreamParameters';
    const both = { maxRetransmits: 1, maxPacketLifeTime: 10 };
    const refused: [parameters: object, message: string][] = [
      [
        both,
        `${at}.maxRetransmits: expected either this or maxPacketLifeTime, not both, got 1`,
      ],
      [
        { ordered: true, maxRetransmits: 1 },
        `${at}.ordered: expected false if maxPacketLifeTime or maxRetransmits is given, because messages that may get lost cannot be ordered, got true`,
      ],
      [
        { ordered: true, maxPacketLifeTime: 1 },
        `${at}.ordered: expected false if maxPacketLifeTime or maxRetransmits is given, because messages that may get lost cannot be ordered, got true`,
      ],
      [
        { maxRetransmits: 0 },
        `${at}.maxRetransmits: expected a value of at least 1, got 0`,
      ],
      [
        { maxPacketLifeTime: 65_536 },
        `${at}.maxPacketLifeTime: expected a value of at most 65535, got 65536`,
      ],
      [
        { streamId: 65_535 },
        `${at}.streamId: expected a value of at most 65534, got 65535`,
      ],
    ];
    for (const [parameters, message] of refused) {
      await assert.rejects(
        client.request('produceData', {
          sctpStreamParameters: { streamId: 0, ...parameters },
        }),
        { code: 400, message },
      );
    }
    await assert.rejects(
      client.request('produceData', {
        sctpStreamParameters: { streamId: 0 },
        label: 'x'.repeat(256),
      }),
      { code: 400, message: /^data\.label: expected a length of at most 255/ },
    );
    await client.close();
  });

  test('continue when a broken connection is resumed', async (t) => {
    const server = await startServer();
    t.after(() => server.close());
    const { client, reply } = await ProtooClient.join(
      server.url,
      'room',
      'alice',
    );
    for (const direction of ['send', 'recv']) {
      await client.request('createWebRtcTransport', {
        direction,
        enableSctp: true,
      });
    }
    const { dataProducerId } = await client.request('produceData', {
      sctpStreamParameters: { streamId: 0 },
    });
    const { dataConsumerId } = await client.request('consumeData', {
      dataProducerId,
    });
    client.socket.terminate();
    await client.closed;
    const { client: back, reply: resumed } = await ProtooClient.join(
      server.url,
      'room',
      'alice',
      { resumeToken: reply.resumeToken, received: 0 },
    );
    assert.deepEqual(resumed.dataProducerIds, [dataProducerId]);
    assert.deepEqual(resumed.dataConsumerIds, [dataConsumerId]);
    await back.close();
  });

  test('are refused if the token does not grant data', async (t) => {
    const server = await startServer(tokensOnly);
    t.after(() => server.close());
    const token = peerToken('ada', { grants: { data: false } });
    const client = await ProtooClient.connect(
      server.url,
      'room',
      'ada',
      bearing(token),
    );
    await client.request('joinRoom', { roomId: 'room', peerId: 'ada' });
    const refused = {
      code: 403,
      message: 'permissions: expected data, which the client does not have',
    };
    await assert.rejects(
      client.request('produceData', { sctpStreamParameters: { streamId: 0 } }),
      refused,
    );
    await assert.rejects(
      client.request('consumeData', { dataProducerId: 'any' }),
      refused,
    );
    await client.close();
  });
});
