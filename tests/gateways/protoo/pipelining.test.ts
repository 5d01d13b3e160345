import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';

import { Device } from 'mediasoup-client';
import type { types } from 'mediasoup-client';
import type { Reply } from '@atrium/protocol/protoo';

import type { Server } from '../../../lib/Server.ts';
import type { AnyReply } from '../../../tools/fixtures/ProtooClient.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import {
  audioParameters,
  dtlsParameters,
  rtpCapabilities,
  videoParameters,
} from '../../../tools/fixtures/rtp.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { createTone } from '../../../tools/fixtures/webrtc.ts';
import { get } from '../../support/http.ts';
import { describeLayouts } from '../../support/layouts.ts';

const auto = {
  rtpCapabilities,
  transports: ['send', 'recv'],
  subscribe: 'auto',
} satisfies Parameters<typeof ProtooClient.join>[3];

describeLayouts('requests that do not wait for answers', (layout) => {
  let server: Server;

  before(async () => {
    server = await startServer({
      ...layout,
      rooms: { ...layout.rooms, layerReleaseDelay: 600_000 },
    });
  });

  after(() => server.close());

  /** A member that joined in one request, with the ids of its transports. */
  async function join(room: string, peerId: string) {
    const { client, reply } = await ProtooClient.join(
      server.url,
      room,
      peerId,
      auto,
    );
    const [sendId = '', recvId = ''] =
      reply.transports?.map(({ transportId }) => transportId) ?? [];
    return { client, reply, sendId, recvId };
  }

  test('are served in the order in which they come', async () => {
    const alice = await join('order', 'alice');
    const bob = await join('order', 'bob');
    const audio = {
      transportId: alice.sendId,
      kind: 'audio' as const,
      rtpParameters: audioParameters(),
    };
    const [connected, first, second] = await Promise.all([
      alice.client.request('connectWebRtcTransport', {
        transportId: alice.sendId,
        dtlsParameters: dtlsParameters as AnyReply,
      }),
      alice.client.request('produce', audio),
      alice.client.request('produce', {
        ...audio,
        kind: 'video',
        rtpParameters: videoParameters(),
      }),
    ]);
    assert.deepEqual(connected, {});
    await bob.client.request('closeWebRtcTransport', {
      transportId: bob.recvId,
    });
    const { transportId } = await bob.client.request('createWebRtcTransport', {
      direction: 'recv',
    });
    const [, ...consumers] = await Promise.all([
      bob.client.request('connectWebRtcTransport', {
        transportId,
        dtlsParameters: dtlsParameters as AnyReply,
      }),
      bob.client.request('consume', { producerId: first.producerId }),
      bob.client.request('consume', { producerId: second.producerId }),
    ]);
    assert.deepEqual(
      consumers.map(({ kind }) => kind),
      ['audio', 'video'],
    );
    await Promise.all([alice.client.close(), bob.client.close()]);
  });

  test('do not fail because one before them does', async () => {
    const { client, sendId } = await join('failing', 'alice');
    const connect = {
      transportId: sendId,
      dtlsParameters: dtlsParameters as AnyReply,
    };
    const results = await Promise.allSettled([
      client.request('connectWebRtcTransport', connect),
      client.request('connectWebRtcTransport', connect),
      client.request('produce', {
        kind: 'audio',
        rtpParameters: audioParameters(),
      }),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    await client.close();
  });

  test('open producers with ids that the client has chosen', async () => {
    const { client, sendId } = await join('chosen', 'alice');
    const bob = await join('chosen', 'bob');
    const ids = [randomUUID(), randomUUID(), randomUUID()] as const;
    const audio = { kind: 'audio' as const, rtpParameters: audioParameters() };
    const sctpStreamParameters = { streamId: 0 };
    await client.request('closeWebRtcTransport', { transportId: sendId });
    await client.request('createWebRtcTransport', {
      direction: 'send',
      enableSctp: true,
    });
    const replies = await Promise.all([
      client.request('produce', { ...audio, producerId: ids[0] }),
      client.request('produce', {
        producerId: ids[1],
        kind: 'video',
        rtpParameters: videoParameters(),
      }),
      client.request('produceData', {
        dataProducerId: ids[2],
        sctpStreamParameters,
      }),
    ]);
    assert.deepEqual(replies, [
      { producerId: ids[0] },
      { producerId: ids[1] },
      { dataProducerId: ids[2] },
    ]);
    const opened = await bob.client.notified('consumerOpened');
    assert.equal(opened['producerId'], ids[0]);
    const channel = await bob.client.notified('newDataProducer');
    assert.equal(channel['dataProducerId'], ids[2]);
    await Promise.all([client.close(), bob.client.close()]);
  });

  test('refuse an id that is taken, also by a request before them', async () => {
    const alice = await join('taken', 'alice');
    const bob = await join('taken', 'bob');
    const producerId = randomUUID();
    const audio = {
      producerId,
      kind: 'audio' as const,
      rtpParameters: audioParameters(),
    };
    const taken = {
      code: 409,
      errorName: 'ID_TAKEN',
      message: `expected an id that the room does not have, got "${producerId}"`,
    };
    const [first, second] = await Promise.allSettled([
      alice.client.request('produce', audio),
      alice.client.request('produce', audio),
    ]);
    assert.equal(first.status, 'fulfilled');
    assert.equal(second.status, 'rejected');
    await assert.rejects(bob.client.request('produce', audio), taken);
    await assert.rejects(
      bob.client.request('produceData', {
        dataProducerId: producerId,
        sctpStreamParameters: { streamId: 0 },
      }),
    );
    await assert.rejects(
      bob.client.request('produce', { ...audio, producerId: 'camera' }),
      {
        code: 400,
        message: /^data\.producerId: /,
      },
    );
    await alice.client.request('closeProducer', { producerId });
    await bob.client.request('produce', audio);
    await Promise.all([alice.client.close(), bob.client.close()]);
  });

  test('carry media from a sender that connects and produces at once', async () => {
    const { body } = await get(server.url, '/rtp-capabilities');
    const capabilities: AnyReply = JSON.parse(body);
    const alice = await join('media', 'alice');
    assert.equal(alice.reply.rtpCapabilitiesVersion, capabilities.version);
    const bob = await join('media', 'bob');
    const device = new Device({ handlerName: 'Chrome111' });
    await device.load({ routerRtpCapabilities: capabilities.rtpCapabilities });
    const tone = createTone();

    /** A transport whose connection is not waited for. */
    function open({ client, reply }: typeof alice, index: number) {
      const { transportId: id, ...info } = reply.transports?.[index] ?? {};
      const options = { ...info, id } as types.TransportOptions;
      const transport =
        index === 0
          ? device.createSendTransport(options)
          : device.createRecvTransport(options);
      transport.on('connect', (data, done, failed) => {
        client
          .request('connectWebRtcTransport', {
            transportId: transport.id,
            dtlsParameters: data.dtlsParameters as AnyReply,
          })
          .catch(failed);
        done();
      });
      transport.on('produce', ({ kind, rtpParameters }, done, failed) => {
        client
          .request('produce', {
            kind,
            rtpParameters: rtpParameters as AnyReply,
          })
          .then(({ producerId }) => done({ id: producerId }), failed);
      });
      return transport;
    }

    const sending = open(alice, 0);
    const receiving = open(bob, 1);
    const { id } = await sending.produce({
      track: tone.track,
      stopTracks: false,
    });
    const opened = (await bob.client.notified(
      'consumerOpened',
      ({ producerId }) => producerId === id,
    )) as unknown as Reply<'consume'>;
    const consumer = await receiving.consume({
      ...(opened as AnyReply),
      id: opened.consumerId,
    });
    await bob.client.request('setViews', {
      views: [{ producerId: id, width: 1, height: 1 }],
    });
    // The first packets may have come before the consumer was opened.
    if (opened.score.score !== 10) {
      await bob.client.notified(
        'consumerScore',
        ({ consumerId, score }) => consumerId === consumer.id && score === 10,
      );
    }
    tone.stop();
    sending.close();
    receiving.close();
    await Promise.all([alice.client.close(), bob.client.close()]);
  });
});
