import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { format } from 'node:util';

import createDebug from 'debug';
import type { types } from 'mediasoup';

import { setLogLevel } from '../../lib/core/logger.ts';
import { mediaCodecs } from '../../lib/media/codecs.ts';
import type { MediaWorker } from '../../lib/media/MediaWorker.ts';
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

/** The packets of a second in each resolution. */
const PACKETS = [4, 12, 40];

/** More than everything needs, bit/s. */
const AMPLE = 10_000_000;

describe('the bandwidth of a receiver', () => {
  let pool: WorkerPool;
  let worker: MediaWorker;
  let router: types.Router;
  let transport: types.WebRtcTransport;
  let bandwidth: ReceiverBandwidth;
  /** The videos that were suspended or restored, and the weakness, in order. */
  let changes: string[];
  let now: number;
  /** Have each video send. */
  let senders: (() => void)[];

  before(async () => {
    pool = await WorkerPool.create(testConfig({ workers: { count: 1 } }));
    worker = pool.next();
  });

  after(() => pool.close());

  beforeEach(async (t) => {
    router = await worker.worker.createRouter({ mediaCodecs });
    transport = await router.createWebRtcTransport({
      webRtcServer: worker.webRtcServer,
    });
    changes = [];
    senders = [];
    bandwidth = new ReceiverBandwidth(transport, {
      onSuspension: ({ id }, suspended) =>
        changes.push(`${id} ${suspended ? 'suspended' : 'restored'}`),
      onWeakness: (weak) => changes.push(weak ? 'weak' : 'good'),
    });
    // Whole, so that differences are exact.
    now = Math.ceil(performance.now());
    // Measurements are kept for a while.
    (t as TestContext).mock.method(performance, 'now', () => now);
  });

  /** Waits until the worker has answered what was asked of it, one after the other. */
  async function settled(): Promise<void> {
    for (let count = 0; count < 12; count += 1) {
      await transport.dump();
    }
  }

  /** Lets time pass, in which the videos have gone on. */
  function pass(time: number): void {
    now += time;
    for (const send of senders) {
      send();
    }
  }

  /** A video that is received, with its bitrates in each resolution. */
  async function receive(prefers: ReceivedVideo['prefers'] = 'motion') {
    const sender = await router.createDirectTransport();
    const rtpParameters = simulcastParameters(PACKETS.length);
    const producer = await sender.produce({ kind: 'video', rtpParameters });
    let sequence = 0;
    const send = (): void => {
      for (const [index, count] of PACKETS.entries()) {
        const ssrc = rtpParameters.encodings[index]?.ssrc ?? 0;
        for (let sent = 0; sent < count; sent += 1) {
          sequence += 1;
          producer.send(rtpPacket(ssrc, sequence));
        }
      }
    };
    senders.push(send);
    send();
    const rates = await ratesOf(producer);
    const consumer = await transport.consume({
      producerId: producer.id,
      rtpCapabilities,
    });
    const video = new ReceivedVideo(consumer, producer, prefers);
    bandwidth.add(video);
    await settled();
    const bitrates = rates.map(({ bitrate }) => bitrate);
    const [small = 0, middle = 0, large = 0] = bitrates;
    return { video, consumer, producer, rates: { small, middle, large } };
  }

  /** Decides on an estimate as the worker reports it. */
  async function estimate(
    availableBitrate: number,
    desiredBitrate = Infinity,
  ): Promise<void> {
    transport.emit('trace', {
      type: 'bwe',
      timestamp: now,
      direction: 'out',
      info: { availableBitrate, desiredBitrate },
    });
    await settled();
  }

  /**
   * Lets time pass, after which the bandwidth is estimated as a multiple of what a video
   * takes in its smallest resolution.
   */
  async function last(
    time: number,
    producer: types.Producer,
    multiple: number,
  ): Promise<void> {
    pass(time);
    const [smallest] = await ratesOf(producer);
    await estimate((smallest?.bitrate ?? NaN) * multiple);
  }

  /** The resolution that a client gets. */
  function resolutionOf({ preferredLayers }: types.Consumer) {
    return preferredLayers?.spatialLayer;
  }

  test('has losses and key frames of its videos reported', async () => {
    const { consumer } = await receive();
    const { traceEventTypes } = await consumer.dump();
    assert.deepEqual(traceEventTypes.toSorted(), [
      'fir',
      'keyframe',
      'nack',
      'pli',
    ]);
  });

  test('is not divided before it is measured', async () => {
    const { consumer } = await receive();
    assert.equal(resolutionOf(consumer), 0);
    await estimate(AMPLE);
    await estimate(AMPLE);
    assert.equal(resolutionOf(consumer), 0);
    await estimate(AMPLE);
    assert.equal(resolutionOf(consumer), 2);
  });

  test('is measured as soon as an estimate differs from the first', async () => {
    const { consumer } = await receive();
    await estimate(AMPLE);
    await estimate(AMPLE + 1);
    assert.equal(resolutionOf(consumer), 2);
  });

  test('gives a further video all at once where there is room for all', async () => {
    await receive();
    await estimate(AMPLE);
    await estimate(AMPLE + 1);
    const { consumer } = await receive();
    assert.notEqual(resolutionOf(consumer), 0);
  });

  test('starts a further video small where not all have what they want', async () => {
    const { rates } = await receive();
    await estimate(rates.middle);
    await estimate(rates.middle + 1);
    const { consumer } = await receive();
    assert.equal(resolutionOf(consumer), 0);
  });

  test('is divided among the videos that flow', async () => {
    const { consumer, rates } = await receive();
    const [paused, muted] = [await receive(), await receive()];
    await paused.video.setPaused(true);
    const told = once(muted.consumer, 'producerpause');
    await muted.producer.pause();
    await told;
    // Not enough for the smallest resolution of another.
    const enough = rates.large * 1.25;
    await estimate(enough);
    await estimate(enough + 1);
    assert.equal(resolutionOf(consumer), 2);
  });

  test('suspends a video that does not fit for long, and restores it', async () => {
    const { consumer, rates } = await receive();
    await estimate(AMPLE);
    await estimate(rates.small / 2);
    assert.deepEqual(changes, []);
    pass(1_500);
    await estimate(rates.small / 2);
    assert.deepEqual(changes, [`${consumer.id} suspended`]);
    assert.equal(consumer.paused, true);
    pass(1_500);
    await estimate(rates.small / 2);
    await estimate(AMPLE);
    assert.deepEqual(changes.slice(1), ['weak', `${consumer.id} restored`]);
    assert.equal(consumer.paused, false);
    assert.equal(resolutionOf(consumer), 2);
  });

  test('is weak while it holds a camera in its smallest resolution', async () => {
    const { video, producer } = await receive();
    await estimate(AMPLE);
    await last(0, producer, 1.5);
    await last(2_999, producer, 1.5);
    assert.deepEqual(changes, []);
    await last(1, producer, 1.5);
    assert.deepEqual(changes, ['weak']);
    // The client shows it no larger.
    await video.want({ spatialLayer: 0 });
    await last(0, producer, 1.5);
    await last(4_999, producer, 1.5);
    assert.deepEqual(changes, ['weak']);
    await last(1, producer, 1.5);
    assert.deepEqual(changes, ['weak', 'good']);
  });

  test('is not weak while it raises one of several cameras', async () => {
    const { producer, rates } = await receive();
    const { consumer } = await receive();
    await estimate(AMPLE);
    const enough = 1.3 * (1 + rates.middle / rates.small);
    await last(0, producer, enough);
    await last(5_000, producer, enough);
    await last(5_000, producer, enough);
    assert.equal(resolutionOf(consumer), 0);
    assert.deepEqual(changes, []);
  });

  test('is never below what the most important video needs, until all fit', async () => {
    const { rates } = await receive();
    const floor = async () =>
      (await transport.getStats())[0]?.minOutgoingBitrate;
    await estimate(AMPLE);
    await estimate(rates.middle);
    assert.equal(await floor(), Math.round(rates.middle * 1.3));
    await estimate(AMPLE);
    assert.notEqual(await floor(), undefined);
    await estimate(AMPLE, AMPLE);
    assert.equal(await floor(), undefined);
  });

  test('counts as less when a picture is lost in spite of ample room', async (t) => {
    const { consumer } = await receive();
    await estimate(AMPLE);
    await estimate(AMPLE + 1);
    const { mock } = t.mock.method(transport, 'setMaxOutgoingBitrate');
    lose(consumer, 'keyframe');
    await settled();
    assert.equal(resolutionOf(consumer), 2);
    lose(consumer, 'fir');
    await settled();
    assert.equal(resolutionOf(consumer), 0);
    const limits = () => mock.calls.map(({ arguments: [bitrate] }) => bitrate);
    await estimate(AMPLE);
    assert.equal(resolutionOf(consumer), 0, 'for a while');
    assert.deepEqual(limits(), [AMPLE]);
    pass(3_000);
    await estimate(AMPLE);
    assert.deepEqual(limits(), [AMPLE, 0]);
    assert.equal(resolutionOf(consumer), 2);
  });

  test('stays as it is when a picture is lost where there is little room', async () => {
    const { consumer, rates } = await receive();
    await estimate(rates.large * 1.5);
    await estimate(rates.large * 1.6);
    lose(consumer, 'pli');
    await settled();
    assert.equal(resolutionOf(consumer), 2);
  });

  for (const [prefers, restarts] of [
    // It resumes once the queue on the way has had time to get empty.
    ['motion', ['pause']],
    ['detail', []],
  ] as const) {
    test(`starts a video that prefers ${prefers} ${restarts.length > 0 ? 'anew' : 'not anew'} after heavy losses`, async () => {
      const { consumer, rates } = await receive(prefers);
      const seen: string[] = [];
      consumer.observer.on('pause', () => seen.push('pause'));
      consumer.observer.on('resume', () => seen.push('resume'));
      await estimate(rates.small * 1.4);
      await estimate(rates.small * 1.3);
      pass(3_000);
      await estimate(rates.small * 1.3);
      assert.deepEqual(seen, []);
      await estimate(rates.small * 0.9);
      assert.deepEqual(seen, restarts);
    });
  }

  test('goes on without a video, and without a transport, that closes meanwhile', async (t) => {
    const faults: string[] = [];
    t.mock.method(createDebug, 'log', (...args: unknown[]) =>
      faults.push(format(...args)),
    );
    setLogLevel('error');
    const { consumer, rates } = await receive();
    const other = await receive();
    await estimate(AMPLE);
    const deciding = estimate(rates.middle);
    consumer.close();
    await deciding;
    await estimate(AMPLE);
    await estimate(AMPLE);
    assert.equal(resolutionOf(other.consumer), 2);
    const last = estimate(rates.small);
    transport.close();
    await last.catch(() => undefined);
    assert.deepEqual(faults, []);
  });

  test('is told what a producer sends by one measurement for all receivers', async (t) => {
    const { producer } = await receive();
    const { mock } = t.mock.method(producer, 'getStats');
    await Promise.all([ratesOf(producer), ratesOf(producer)]);
    assert.equal(mock.callCount(), 0);
    pass(900);
    await Promise.all([ratesOf(producer), ratesOf(producer)]);
    assert.equal(mock.callCount(), 1);
  });
});

/** Has a receiver report a lost picture, or something else. */
function lose(
  consumer: types.Consumer,
  type: 'pli' | 'fir' | 'keyframe',
): void {
  consumer.emit('trace', { type, timestamp: 0, direction: 'in', info: {} });
}
