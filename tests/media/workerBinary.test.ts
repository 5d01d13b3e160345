import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import assert from 'node:assert/strict';

import { createWorker } from 'mediasoup';
import type { types } from 'mediasoup';
import { Device } from 'mediasoup-client';
import type { types as clientTypes } from 'mediasoup-client';

import { createTone, heard } from '../../tools/fixtures/webrtc.ts';

const OPUS: types.RouterRtpCodecCapability = {
  kind: 'audio',
  mimeType: 'audio/opus',
  preferredPayloadType: 100,
  clockRate: 48_000,
  channels: 2,
};

const VP8: types.RouterRtpCodecCapability = {
  kind: 'video',
  mimeType: 'video/VP8',
  preferredPayloadType: 101,
  clockRate: 90_000,
  rtcpFeedback: [{ type: 'nack', parameter: 'pli' }],
};

/** The first bytes of a VP8 key frame, which is all that the worker reads. */
const KEY_FRAME = [0x10, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x40, 0x01];

const RTCP_PAYLOAD_FEEDBACK = 206;

/** Waits for a count of RTP packets to pass through a producer or consumer. */
async function packets(
  stream: types.Producer | types.Consumer,
  count: number,
): Promise<void> {
  await stream.enableTraceEvent(['rtp']);
  for (let seen = 0; seen < count; seen += 1) {
    await once(stream, 'trace');
  }
}

async function connected(transport: types.WebRtcTransport): Promise<void> {
  while (transport.dtlsState !== 'connected') {
    const [state] = await once(transport, 'dtlsstatechange');
    assert.notEqual(state, 'failed');
    assert.notEqual(state, 'closed');
  }
}

describe("mediasoup's worker", { timeout: 60_000 }, () => {
  let worker: types.Worker;
  let router: types.Router;
  let died: Promise<never>;

  before(async () => {
    worker = await createWorker({ logLevel: 'warn' });
    died = new Promise((_, reject) => {
      worker.once('died', (error) => {
        reject(new Error(`the worker died: ${error.message}`));
      });
    });
    died.catch(() => undefined);
    router = await worker.createRouter({ mediaCodecs: [OPUS, VP8] });
  });

  after(() => {
    worker.close();
  });

  // A worker that takes Debian's OpenSSL for one with kernel TLS switched on
  // crashes at the first flight of a handshake. It is the DTLS server of one
  // transport here and the client of the other.
  it('completes DTLS handshakes in both roles and forwards audio', async () => {
    const webRtcServer = await worker.createWebRtcServer({
      listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }],
    });
    const sending = await router.createWebRtcTransport({ webRtcServer });
    const receiving = await router.createWebRtcTransport({ webRtcServer });

    const device = new Device({ handlerName: 'Chrome111' });
    await device.load({
      routerRtpCapabilities:
        router.rtpCapabilities as clientTypes.RtpCapabilities,
    });
    const sender = device.createSendTransport(clientOptions(sending, 'client'));
    const receiver = device.createRecvTransport(
      clientOptions(receiving, 'auto'),
    );
    for (const [client, server] of [
      [sender, sending],
      [receiver, receiving],
    ] as const) {
      client.on('connect', ({ dtlsParameters }, done, failed) => {
        server.connect({ dtlsParameters }).then(done, failed);
      });
    }
    sender.on('produce', ({ kind, rtpParameters }, done, failed) => {
      sending.produce({ kind, rtpParameters }).then(done, failed);
    });

    const tone = createTone();
    try {
      await Promise.race([died, forwardsSound()]);
    } finally {
      tone.stop();
      sender.close();
      receiver.close();
      sending.close();
      receiving.close();
      webRtcServer.close();
    }

    async function forwardsSound(): Promise<void> {
      const created = once(sending.observer, 'newproducer');
      await sender.produce({ track: tone.track });
      const [producer] = (await created) as [types.Producer];

      const consumer = await receiving.consume({
        producerId: producer.id,
        rtpCapabilities: device.recvRtpCapabilities,
        paused: true,
      });
      const { track } = await receiver.consume({
        id: consumer.id,
        producerId: producer.id,
        kind: 'audio',
        rtpParameters: consumer.rtpParameters as clientTypes.RtpParameters,
      });
      const sound = heard(track);
      const passed = Promise.all([
        packets(producer, 25),
        packets(consumer, 25),
      ]);
      await consumer.resume();
      await Promise.all([connected(sending), connected(receiving)]);
      assert.equal(sending.dtlsParameters.role, 'client');
      assert.equal(receiving.dtlsParameters.role, 'server');

      await Promise.all([passed, sound]);
      const [sent] = await sending.getStats();
      const [received] = await receiving.getStats();
      assert.ok(sent && sent.rtpBytesReceived > 0);
      assert.ok(received && received.rtpBytesSent > 0);
    }
  });

  // libsrtp comes from another package than the one mediasoup is written for.
  for (const srtpCryptoSuite of [
    'AEAD_AES_256_GCM',
    'AEAD_AES_128_GCM',
    'AES_CM_128_HMAC_SHA1_80',
    'AES_CM_128_HMAC_SHA1_32',
  ] as const) {
    it(`encrypts and decrypts RTP and RTCP with ${srtpCryptoSuite}`, async (t) => {
      const [near, far] = await Promise.all([
        router.createDirectTransport(),
        router.createDirectTransport(),
      ]);
      const options = {
        listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
        enableSrtp: true,
        srtpCryptoSuite,
      } as const;
      const [outgoing, incoming] = await Promise.all([
        router.createPlainTransport(options),
        router.createPlainTransport(options),
      ]);
      t.after(() => {
        for (const transport of [near, far, outgoing, incoming]) {
          transport.close();
        }
      });
      await Promise.all([
        outgoing.connect(whereTo(incoming)),
        incoming.connect(whereTo(outgoing)),
      ]);

      const source = await near.produce({
        kind: 'video',
        rtpParameters: {
          codecs: [{ ...VP8, payloadType: 96 }],
          encodings: [{ ssrc: 1234 }],
        },
      });
      const encrypted = await outgoing.consume({
        producerId: source.id,
        rtpCapabilities: router.rtpCapabilities,
      });
      const decrypted = await incoming.produce({
        kind: 'video',
        rtpParameters: encrypted.rtpParameters,
      });
      const sink = await far.consume({
        producerId: decrypted.id,
        rtpCapabilities: router.rtpCapabilities,
      });

      const arrived = once(sink, 'rtp');
      source.send(
        rtpPacket({ payloadType: 96, ssrc: 1234, payload: KEY_FRAME }),
      );
      const [packet] = (await Promise.race([died, arrived])) as [Buffer];
      assert.deepEqual([...packet.subarray(-KEY_FRAME.length)], KEY_FRAME);

      // The request for a key frame travels the other way, as RTCP.
      const asked = once(near, 'rtcp');
      await sink.requestKeyFrame();
      const [request] = (await Promise.race([died, asked])) as [Buffer];
      assert.equal(request[1], RTCP_PAYLOAD_FEEDBACK);
      const stats = await encrypted.getStats();
      assert.equal(stats[0]?.pliCount, 1);
    });
  }
});

function whereTo(transport: types.PlainTransport) {
  assert.ok(transport.srtpParameters);
  return {
    ip: transport.tuple.localAddress,
    port: transport.tuple.localPort,
    srtpParameters: transport.srtpParameters,
  };
}

function rtpPacket({
  payloadType,
  ssrc,
  payload,
}: {
  payloadType: number;
  ssrc: number;
  payload: number[];
}): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt8(0x80, 0);
  header.writeUInt8(0x80 | payloadType, 1);
  header.writeUInt16BE(1, 2);
  header.writeUInt32BE(1, 4);
  header.writeUInt32BE(ssrc, 8);
  return Buffer.concat([header, Buffer.from(payload)]);
}

function clientOptions(
  transport: types.WebRtcTransport,
  role: types.DtlsRole,
): clientTypes.TransportOptions {
  return {
    id: transport.id,
    iceParameters: transport.iceParameters,
    iceCandidates: transport.iceCandidates,
    dtlsParameters: { ...transport.dtlsParameters, role },
  };
}
