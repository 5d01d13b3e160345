import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';

import type { types } from 'mediasoup';
import { NotFoundError } from 'mediasoup/errors';

import { mediaCodecs } from '../../lib/media/codecs.ts';
import { RouterLink } from '../../lib/media/RouterLink.ts';
import { WorkerPool } from '../../lib/media/WorkerPool.ts';
import { audioParameters } from '../../tools/fixtures/rtp.ts';
import { testConfig } from '../../tools/fixtures/server.ts';

describe('a link between two routers', () => {
  let pool: WorkerPool;
  let routers: [types.Router, types.Router];
  let transports: types.PipeTransport[];

  before(async () => {
    pool = await WorkerPool.create(testConfig({ workers: { count: 2 } }));
    const make = () => pool.next().worker.createRouter({ mediaCodecs });
    routers = [await make(), await make()];
    for (const router of routers) {
      router.observer.on('newtransport', (transport) => {
        transports.push(transport as types.PipeTransport);
      });
    }
  });

  beforeEach(() => {
    transports = [];
  });

  after(() => pool.close());

  test('uses ports that no worker uses for clients', async () => {
    for (const [rtcPort, from, to] of [
      [34_900, 10_000, 34_899],
      [20_000, 20_256, 59_999],
      [1_024, 10_000, 59_999],
      [60_000, 10_000, 59_999],
      [0, 10_000, 59_999],
    ] as const) {
      const config = testConfig({
        rtc: { port: rtcPort },
        workers: { count: 256 },
      });
      for (let count = 0; count < 3; count += 1) {
        await RouterLink.open(config, ...routers);
      }
      for (const { tuple } of transports.splice(0)) {
        assert.equal(tuple.localAddress, '127.0.0.1');
        assert.ok(
          tuple.localPort >= from && tuple.localPort <= to,
          `${tuple.localPort} for workers from ${rtcPort} on`,
        );
      }
    }
  });

  test('closes as a whole when one end closes', async () => {
    const link = await RouterLink.open(testConfig(), ...routers);
    const closed = new Promise<void>((resolve) => {
      link.onClose(resolve);
    });
    const [one, other] = transports.splice(0);
    other?.close();
    await closed;
    assert.deepEqual([one?.closed, other?.closed], [true, true]);
  });

  test('leaves nothing open if a router closes while it opens', async () => {
    const [router] = routers;
    const brief = await pool.next().worker.createRouter({ mediaCodecs });
    brief.observer.on('newtransport', (transport) => {
      transports.push(transport as types.PipeTransport);
    });
    const opening = RouterLink.open(testConfig(), router, brief);
    brief.close();
    await assert.rejects(opening, NotFoundError);
    const opened = transports.splice(0);
    assert.equal(opened.length, 2);
    assert.deepEqual(
      opened.filter(({ closed }) => !closed),
      [],
    );
  });

  for (const end of ['near', 'far'] as const) {
    test(`leaves no pipe open if its ${end} end closes during setup`, async () => {
      const [near, far] = routers;
      const link = await RouterLink.open(testConfig(), near, far);
      const ends = transports.splice(0);
      const opened: { closed: boolean }[] = [];
      for (const { observer } of ends) {
        observer.on('newconsumer', (it) => opened.push(it));
        observer.on('newproducer', (it) => opened.push(it));
        observer.on('newdataconsumer', (it) => opened.push(it));
        observer.on('newdataproducer', (it) => opened.push(it));
      }
      const sender = await near.createDirectTransport();
      const producer = await sender.produce({
        kind: 'audio',
        rtpParameters: audioParameters(),
      });
      const dataProducer = await sender.produceData();
      const piping = Promise.allSettled([
        link.pipe(producer, near, far),
        link.pipeData(dataProducer, near, far),
      ]);
      ends[end === 'near' ? 0 : 1]?.close();
      assert.deepEqual(
        (await piping).map(({ status }) => status),
        ['rejected', 'rejected'],
      );
      assert.deepEqual(
        opened.map(({ closed }) => closed),
        opened.map(() => true),
      );
      sender.close();
    });
  }

  test('leaves nothing open if one end cannot be created', async () => {
    const [router] = routers;
    const gone = await pool.next().worker.createRouter({ mediaCodecs });
    gone.close();
    await assert.rejects(RouterLink.open(testConfig(), router, gone), /Error/);
    assert.deepEqual(
      transports.map(({ closed }) => closed),
      [true],
    );
  });
});
