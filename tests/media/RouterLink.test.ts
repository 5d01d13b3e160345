import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { types } from 'mediasoup';

import { mediaCodecs } from '../../lib/media/codecs.ts';
import { RouterLink } from '../../lib/media/RouterLink.ts';
import { WorkerPool } from '../../lib/media/WorkerPool.ts';
import { testConfig } from '../support/server.ts';

describe('a link between two routers', () => {
  let pool: WorkerPool;
  let routers: [types.Router, types.Router];
  let transports: types.PipeTransport[];

  before(async () => {
    pool = await WorkerPool.create(testConfig({ workers: { count: 2 } }));
    const make = () => pool.next().worker.createRouter({ mediaCodecs });
    routers = [await make(), await make()];
    transports = [];
    for (const router of routers) {
      router.observer.on('newtransport', (transport) => {
        transports.push(transport as types.PipeTransport);
      });
    }
  });

  after(() => pool.close());

  test('takes ports that no worker may want for its clients', async () => {
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

  test('goes as a whole when one end does', async () => {
    const link = await RouterLink.open(testConfig(), ...routers);
    const closed = new Promise<void>((resolve) => {
      link.onClose(resolve);
    });
    const [one, other] = transports.splice(0);
    other?.close();
    await closed;
    assert.deepEqual([one?.closed, other?.closed], [true, true]);
  });

  test('leaves nothing open when one end cannot be', async () => {
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
