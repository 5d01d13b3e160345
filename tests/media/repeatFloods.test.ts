import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import {
  after,
  afterEach,
  before,
  beforeEach,
  describe,
  test,
} from 'node:test';
import type { TestContext } from 'node:test';

import type { types } from 'mediasoup';

import { mediaCodecs } from '../../lib/media/codecs.ts';
import { ratesOf } from '../../lib/media/producerRates.ts';
import { ReceivedVideo } from '../../lib/media/ReceivedVideo.ts';
import { ReceiverBandwidth } from '../../lib/media/ReceiverBandwidth.ts';
import { WorkerPool } from '../../lib/media/WorkerPool.ts';
import {
  rtpCapabilities,
  rtpPacket,
  simulcastParameters,
} from '../../tools/fixtures/rtp.ts';
import { testConfig } from '../../tools/fixtures/server.ts';
import { until } from '../support/until.ts';

const HOST = '127.0.0.1';

/** The packets of a second in each resolution. */
const PACKETS = [4, 12, 40];
const TOP = PACKETS.length - 1;

/** The bandwidth that is assumed after a flood, bit/s. */
const LEAST_BANDWIDTH = 150_000;

/** Longer than the shortest time between two key frames, ms. */
const LONG = 3_000;

/** Requests of a flood, and the time between two of them, ms. */
const REQUESTS = 5;
const INTERVAL = 50;

describe('a flood of requests to repeat packets', () => {
  let pool: WorkerPool;
  let receiver: Socket;
  let transport: types.PlainTransport;
  let consumer: types.Consumer;
  let now: number;

  before(async () => {
    pool = await WorkerPool.create(testConfig({ workers: { count: 1 } }));
  });

  after(() => pool.close());

  beforeEach(async (t) => {
    const router = await pool.next().worker.createRouter({ mediaCodecs });
    receiver = createSocket('udp4').bind(0, HOST);
    await once(receiver, 'listening');
    // Takes RTCP as it is, without ICE and DTLS.
    transport = await router.createPlainTransport({
      listenInfo: { protocol: 'udp', ip: HOST },
    });
    await transport.connect({ ip: HOST, port: receiver.address().port });
    now = Math.ceil(performance.now());
    (t as TestContext).mock.method(performance, 'now', () => now);
    consumer = await receive(router);
    now += LONG;
  });

  afterEach(() => {
    receiver.close();
    transport.close();
  });

  /** A camera that is received in its largest resolution. */
  async function receive(router: types.Router): Promise<types.Consumer> {
    const sender = await router.createDirectTransport();
    const rtpParameters = simulcastParameters(PACKETS.length);
    const producer = await sender.produce({ kind: 'video', rtpParameters });
    for (const [index, count] of PACKETS.entries()) {
      const ssrc = rtpParameters.encodings[index]?.ssrc ?? 0;
      for (let sequence = 1; sequence <= count; sequence += 1) {
        producer.send(rtpPacket(ssrc, sequence));
      }
    }
    assert.equal((await ratesOf(producer)).length, PACKETS.length);
    const received = await transport.consume({
      producerId: producer.id,
      rtpCapabilities,
    });
    const bandwidth = new ReceiverBandwidth(
      transport as unknown as types.WebRtcTransport,
      { onSuspension: () => undefined, onWeakness: () => undefined },
    );
    const video = new ReceivedVideo(received, producer, 'motion');
    bandwidth.add(video);
    await video.allow();
    assert.equal(received.preferredLayers?.spatialLayer, TOP);
    return received;
  }

  function send(rtcp: Buffer): void {
    receiver.send(rtcp, transport.tuple.localPort, HOST);
  }

  /** Requests many packets again and again, as a browser behind a full queue does. */
  async function flood(): Promise<void> {
    const ssrc = consumer.rtpParameters.encodings?.[0]?.ssrc ?? 0;
    for (let request = 0; request < REQUESTS; request += 1) {
      const taken = once(consumer, 'trace');
      now += INTERVAL;
      send(nack(ssrc));
      await taken;
      // The packets are counted before the next request is taken.
      await consumer.getStats();
    }
  }

  test('lowers a camera and the estimate to the least where packets get lost', async () => {
    send(allLost());
    await flood();
    await until('only the least of the camera is sent', () => {
      const { spatialLayer, temporalLayer } = consumer.preferredLayers ?? {};
      return spatialLayer === 0 && temporalLayer === 0;
    });
    await until('the estimate starts over', async () => {
      const [stats] = await transport.getStats();
      return stats?.maxOutgoingBitrate === LEAST_BANDWIDTH;
    });
  });

  test('has a key frame sent where hardly any get lost', async (t) => {
    const { mock } = t.mock.method(consumer, 'requestKeyFrame');
    await flood();
    await until('a key frame is requested', () => mock.callCount() === 1);
    assert.equal(consumer.preferredLayers?.spatialLayer, TOP);
  });
});

/** A request for as many packets as fit into one entry. */
function nack(ssrc: number): Buffer {
  const [format, entry] = [1, Buffer.alloc(4)];
  entry.writeUInt16BE(1, 0);
  entry.writeUInt16BE(0xffff, 2);
  return feedback(format, ssrc, entry);
}

/**
 * A report that none of some packets have come.
 *
 * @see https://datatracker.ietf.org/doc/html/draft-holmer-rmcat-transport-wide-cc-extensions-01
 */
function allLost(): Buffer {
  const [format, report] = [15, Buffer.alloc(12)];
  const packets = 20;
  report.writeUInt16BE(1, 0);
  report.writeUInt16BE(packets, 2);
  // A run of packets that have not come.
  report.writeUInt16BE(packets, 8);
  return feedback(format, 0, report);
}

/** @see https://www.rfc-editor.org/rfc/rfc4585#section-6.1 */
function feedback(format: number, ssrc: number, information: Buffer): Buffer {
  const header = Buffer.alloc(12);
  header[0] = 0x80 + format;
  header[1] = 205;
  header.writeUInt16BE((header.length + information.length) / 4 - 1, 2);
  header.writeUInt32BE(1, 4);
  header.writeUInt32BE(ssrc, 8);
  return Buffer.concat([header, information]);
}
