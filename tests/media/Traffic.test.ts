import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';

import type { types } from 'mediasoup';

import { mediaCodecs } from '../../lib/media/codecs.ts';
import type { MediaWorker } from '../../lib/media/MediaWorker.ts';
import type { Traffic } from '../../lib/media/Traffic.ts';
import type { TrafficTotals } from '../../lib/media/WorkerTraffic.ts';
import { WorkerPool } from '../../lib/media/WorkerPool.ts';
import {
  audioParameters,
  rtpCapabilities,
  videoParameters,
} from '../../tools/fixtures/rtp.ts';
import { testConfig } from '../../tools/fixtures/server.ts';
import { until } from '../support/until.ts';

const PAYLOAD = 100;
const HEADER = 12;

describe('Traffic', () => {
  let pool: WorkerPool;
  let traffic: Traffic;
  let router: types.Router;

  before(async () => {
    pool = await WorkerPool.create(testConfig({ workers: { count: 2 } }));
    traffic = pool.traffic;
    router = await pool.next().worker.createRouter({ mediaCodecs });
  });

  after(() => pool.close());

  test('adds up incoming and outgoing bytes by kind', async () => {
    const before = await traffic.sample();
    const { producer, send } = await produceDirectly(router);
    const receiver = await router.createDirectTransport();
    const consumers = await Promise.all(
      [1, 2].map(() =>
        receiver.consume({ producerId: producer.id, rtpCapabilities }),
      ),
    );
    await send(0, 10);

    const after = await traffic.sample();
    assert.equal(grown(before, after, 'in', 'audio', 'packets'), 10);
    assert.equal(grown(before, after, 'out', 'audio', 'packets'), 20);
    assert.equal(
      grown(before, after, 'in', 'audio', 'bytes'),
      10 * (HEADER + PAYLOAD),
    );
    assert.ok(grown(before, after, 'out', 'audio', 'bytes') >= 20 * PAYLOAD);
    assert.equal(grown(before, after, 'in', 'video', 'packets'), 0);
    assert.ok(after.rtp.in.audio.bitrate > 0);
    assert.ok(
      after.transportBytes.in - before.transportBytes.in >= 10 * PAYLOAD,
    );
    assert.ok(
      after.transportBytes.out - before.transportBytes.out >= 20 * PAYLOAD,
    );
    const { transportBytes } = await traffic.sample();
    assert.deepEqual(transportBytes, after.transportBytes);
    assert.deepEqual(
      consumers.map(({ closed }) => closed),
      [false, false],
    );
  });

  test('adds up the traffic of data channels', async () => {
    const before = await traffic.sample();
    const sender = await router.createDirectTransport();
    const producer = await sender.produceData();
    const receiver = await router.createDirectTransport();
    const consumers = await Promise.all(
      [1, 2].map(() => receiver.consumeData({ dataProducerId: producer.id })),
    );
    for (let count = 0; count < 3; count += 1) {
      producer.send('hello');
    }
    const after = await traffic.sample();
    assert.deepEqual(
      [after.data.in.messages, after.data.in.bytes],
      [before.data.in.messages + 3, before.data.in.bytes + 15],
    );
    assert.deepEqual(
      [after.data.out.messages, after.data.out.bytes],
      [before.data.out.messages + 6, before.data.out.bytes + 30],
    );
    assert.deepEqual((await traffic.sample()).data, after.data);
    producer.close();
    assert.deepEqual((await traffic.sample()).data, after.data);
    assert.ok(consumers.length === 2);
  });

  test('keeps the bytes of closed tracks, and drops their bitrate', async () => {
    const { producer, send } = await produceDirectly(router);
    await send(0, 5);
    const before = await traffic.sample();
    producer.close();
    router.close();
    const after = await traffic.sample();
    assert.equal(grown(before, after, 'in', 'audio', 'packets'), 0);
    assert.deepEqual(after.transportBytes, before.transportBytes);
    assert.equal(after.rtp.in.audio.bitrate, 0);
    router = await pool.next().worker.createRouter({ mediaCodecs });
  });

  test('skips objects that close while it queries them', async () => {
    const { producer } = await produceDirectly(router);
    const receiver = await router.createDirectTransport();
    const consumer = await receiver.consume({
      producerId: producer.id,
      rtpCapabilities,
    });
    const ended = once(consumer, 'producerclose');
    // The consumer goes in the worker first, and is known to be gone later.
    producer.close();
    const { rtp } = await traffic.sample();
    assert.equal(rtp.out.audio.bitrate, 0);
    await ended;
    receiver.close();
  });

  test('drops objects that the worker no longer has', async () => {
    const [{ worker }] = pool.alive as [MediaWorker];
    const lost = await worker.createRouter({ mediaCodecs });
    const transport = await lost.createDirectTransport();
    // mediasoup never closes what it opens on a transport that has closed.
    const opening = Promise.all([
      transport.produce({
        kind: 'audio',
        rtpParameters: audioParameters(),
      }),
      transport.produceData(),
    ]);
    transport.close();
    const [producer, dataProducer] = await opening;
    assert.deepEqual([producer.closed, dataProducer.closed], [false, false]);
    const asked = counted(producer, dataProducer);
    await traffic.sample();
    assert.deepEqual(asked, [1, 1]);
    await traffic.sample();
    assert.deepEqual(asked, [1, 1]);
  });

  test('continues in spite of a track without statistics', async () => {
    const { producer, send } = await produceDirectly(router);
    const before = await traffic.sample();
    const broken = await produceDirectly(router);
    broken.producer.getStats = () => Promise.reject(new Error('no figures'));
    await send(0, 4);
    const after = await traffic.sample();
    assert.equal(grown(before, after, 'in', 'audio', 'packets'), 4);
    producer.close();
    broken.producer.close();
  });

  test('does not count traffic between workers', async () => {
    const other = await pool.next().worker.createRouter({ mediaCodecs });
    const { producer, send } = await produceDirectly(router);
    const { pipeProducer } = await router.pipeToRouter({
      producerId: producer.id,
      router: other,
    });
    const receiver = await other.createDirectTransport();
    const consumer = await receiver.consume({
      producerId: pipeProducer?.id ?? '',
      rtpCapabilities,
    });
    const before = await traffic.sample();
    const arrived = once(consumer, 'rtp');
    await send(0, 1);
    await arrived;
    const after = await traffic.sample();
    assert.equal(grown(before, after, 'in', 'audio', 'packets'), 1);
    assert.equal(grown(before, after, 'out', 'audio', 'packets'), 1);
    other.close();
  });

  test('counts incoming losses, and outgoing losses as reported by clients', async () => {
    const before = await traffic.sample();
    const plain = { listenIp: '127.0.0.1', rtcpMux: true } as const;
    const sender = await open();
    const receiver = await open();
    const inward = await router.createPlainTransport({
      ...plain,
      comedia: true,
    });
    const parameters = videoParameters();
    const producer = await inward.produce({
      kind: 'video',
      rtpParameters: parameters,
    });
    const outward = await router.createPlainTransport(plain);
    await outward.connect({ ip: '127.0.0.1', port: receiver.address().port });
    const consumer = await outward.consume({
      producerId: producer.id,
      rtpCapabilities,
    });

    // Three are missing; the engine reckons when it writes its next report.
    const ssrc = parameters.encodings[0]?.ssrc ?? 0;
    for (const sequence of [1, 2, 3, 7, 8]) {
      sender.send(packet(96, ssrc, sequence), inward.tuple.localPort);
    }
    const outSsrc = consumer.rtpParameters.encodings?.[0]?.ssrc ?? 0;
    receiver.send(receiverReport(outSsrc, 4), outward.tuple.localPort);
    let after = await until('all losses counted', async () => {
      const sample = await traffic.sample();
      return (
        grown(before, sample, 'in', 'video', 'packetsLost') >= 3 &&
        grown(before, sample, 'out', 'video', 'packetsLost') >= 4 &&
        sample
      );
    });
    assert.equal(grown(before, after, 'in', 'video', 'packetsLost'), 3);
    assert.equal(grown(before, after, 'in', 'video', 'packets'), 5);
    assert.equal(grown(before, after, 'out', 'video', 'packetsLost'), 4);

    // A client may find some again later; what was counted stays.
    receiver.send(receiverReport(outSsrc, 2), outward.tuple.localPort);
    const [stat] = await statsWith(consumer, 2);
    assert.equal(stat?.packetsLost, 2);
    after = await traffic.sample();
    assert.equal(grown(before, after, 'out', 'video', 'packetsLost'), 4);
    sender.close();
    receiver.close();
  });

  test('continues with a replaced worker', async () => {
    const before = await traffic.sample();
    const [victim] = pool.alive;
    assert.ok(victim);
    const died = once(victim.worker, 'died');
    process.kill(victim.worker.pid, 'SIGKILL');
    await died;
    await traffic.sample();
    await until('a new worker', () => pool.alive.length >= pool.size);
    const successor = pool.alive.find(({ index }) => index === victim.index);
    assert.ok(successor);
    const fresh = await successor.worker.createRouter({ mediaCodecs });
    const { send } = await produceDirectly(fresh);
    await send(0, 3);
    const after = await traffic.sample();
    assert.equal(grown(before, after, 'in', 'audio', 'packets'), 3);
  });
});

/** Counts the getStats() calls of each object from now on. */
function counted(...sources: { getStats(): Promise<unknown> }[]): number[] {
  const counts = sources.map(() => 0);
  for (const [index, source] of sources.entries()) {
    const ask = source.getStats.bind(source);
    source.getStats = () => {
      counts[index] = (counts[index] ?? 0) + 1;
      return ask();
    };
  }
  return counts;
}

/** A producer, and what makes it send some packets and see them arrive. */
async function produceDirectly(router: types.Router) {
  const transport = await router.createDirectTransport();
  const parameters = audioParameters();
  const ssrc = parameters.encodings[0]?.ssrc ?? 0;
  const producer = await transport.produce({
    kind: 'audio',
    rtpParameters: parameters,
  });
  return {
    producer,
    send: async (first: number, count: number) => {
      for (let sequence = first; sequence < first + count; sequence += 1) {
        producer.send(packet(111, ssrc, sequence));
      }
      // The engine works on one message after the other.
      await producer.getStats();
    },
  };
}

async function open(): Promise<Socket> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

/** The stats of a consumer once its client has reported a number of losses. */
async function statsWith(consumer: types.Consumer, packetsLost: number) {
  return until(`${packetsLost} packets lost`, async () => {
    const stats = (await consumer.getStats()).filter(
      ({ type }) => type === 'outbound-rtp',
    );
    return stats.some((stat) => stat.packetsLost === packetsLost) && stats;
  });
}

/** @see https://www.rfc-editor.org/rfc/rfc3550#section-5.1 */
function packet(payloadType: number, ssrc: number, sequence: number): Buffer {
  const rtp = Buffer.alloc(HEADER + PAYLOAD);
  rtp[0] = 0x80;
  rtp[1] = payloadType;
  rtp.writeUInt16BE(sequence, 2);
  rtp.writeUInt32BE(sequence * 960, 4);
  rtp.writeUInt32BE(ssrc, 8);
  return rtp;
}

/** @see https://www.rfc-editor.org/rfc/rfc3550#section-6.4.2 */
function receiverReport(ssrc: number, totalLost: number): Buffer {
  const rtcp = Buffer.alloc(32);
  rtcp[0] = 0x81;
  rtcp[1] = 201;
  rtcp.writeUInt16BE(7, 2);
  rtcp.writeUInt32BE(1, 4);
  rtcp.writeUInt32BE(ssrc, 8);
  rtcp.writeUIntBE(totalLost, 13, 3);
  return rtcp;
}

function grown(
  before: TrafficTotals,
  after: TrafficTotals,
  direction: 'in' | 'out',
  kind: types.MediaKind,
  figure: 'bytes' | 'packets' | 'packetsLost',
): number {
  return (
    after.rtp[direction][kind][figure] - before.rtp[direction][kind][figure]
  );
}
