import assert from 'node:assert/strict';
import { describe, mock, test } from 'node:test';

import { StatsMonitor } from '../../sdk/src/core/StatsMonitor.ts';
import type {
  Look,
  WatchedTransport,
} from '../../sdk/src/core/StatsMonitor.ts';

/** A receiving transport, and the looks at it. */
class Watched {
  packetsReceived = 0;
  readonly looks: Look[] = [];
  readonly monitor = new StatsMonitor(() => [this.#transport]);
  readonly #transport: WatchedTransport = {
    direction: 'recv',
    getStats: () =>
      Promise.resolve(
        new Map([
          [
            'IT01A1',
            {
              id: 'IT01A1',
              type: 'inbound-rtp',
              packetsReceived: this.packetsReceived,
            },
          ],
        ]) as unknown as RTCStatsReport,
      ),
  };

  constructor() {
    this.monitor.on('look', (look) => this.looks.push(look));
    this.monitor.start();
  }

  /** The looks of so many milliseconds, in which packets come before each one. */
  async pass(time: number, packets: number): Promise<boolean[]> {
    const before = this.looks.length;
    for (let passed = 0; passed < time; passed += 100) {
      this.packetsReceived += packets;
      mock.timers.tick(100);
      // The statistics come in later turns.
      await new Promise(setImmediate);
    }
    return this.looks.slice(before).map(({ silent }) => silent);
  }
}

describe('StatsMonitor', () => {
  test('looks once a second, more often while nothing comes, and not forever', async (t) => {
    mock.timers.enable({ apis: ['setTimeout'] });
    t.after(() => mock.timers.reset());
    const watched = new Watched();
    assert.deepEqual(await watched.pass(3_000, 5), [false, false, false]);
    const quick = await watched.pass(4_000, 0);
    assert.ok(quick.length > 10, `${quick.length} looks`);
    assert.ok(quick.slice(1).every(Boolean));
    assert.equal((await watched.pass(1_000, 5)).at(-1), false);
    assert.equal((await watched.pass(3_000, 5)).length, 3);
    await watched.pass(30_000, 0);
    assert.equal((await watched.pass(5_000, 0)).length, 5);
    watched.monitor.stop();
    assert.deepEqual(await watched.pass(3_000, 5), []);
  });
});
