import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';

import { WorkerProbe } from '../../lib/media/WorkerProbe.ts';

const TIMES = { probeInterval: 20, probeTimeout: 60, hangTimeout: 120 };

/** A worker's answers, given by hand. */
class Answers {
  readonly waiting: (() => void)[] = [];

  readonly ask = (): Promise<void> =>
    new Promise((resolve) => {
      this.waiting.push(resolve);
    });

  give(): void {
    this.waiting.pop()?.();
  }
}

describe('the probe of a worker', () => {
  test('has at most one request in flight', async () => {
    const answers = new Answers();
    const probe = new WorkerProbe(answers.ask, TIMES);
    await once(probe, 'hung');
    assert.equal(answers.waiting.length, 1);
    probe.stop();
  });

  test('reports that a worker stalls, and that it answers again', async () => {
    const answers = new Answers();
    const probe = new WorkerProbe(answers.ask, {
      ...TIMES,
      hangTimeout: 600_000,
    });
    await once(probe, 'stalled');
    assert.equal(probe.stalled, true);
    answers.give();
    const [silence] = (await once(probe, 'recovered')) as [number];
    assert.ok(silence >= TIMES.probeTimeout);
    assert.equal(probe.stalled, false);
    await once(probe, 'stalled');
    probe.stop();
  });

  test('reports nothing once it is stopped', async () => {
    const answers = new Answers();
    const probe = new WorkerProbe(answers.ask, {
      ...TIMES,
      hangTimeout: 600_000,
    });
    await once(probe, 'stalled');
    probe.on('recovered', () => assert.fail('it was stopped'));
    probe.stop();
    answers.give();
    await setImmediate();
  });

  test('accepts an error as an answer', async () => {
    const answers = new Answers();
    let asked = 0;
    const probe = new WorkerProbe(() => {
      asked += 1;
      return asked === 1 ? Promise.reject(new Error('no')) : answers.ask();
    }, TIMES);
    await once(probe, 'stalled');
    assert.equal(asked, 2);
    probe.stop();
  });

  test('does not blame the worker when this process was suspended', async () => {
    const told: string[] = [];
    const probe = new WorkerProbe(async () => {
      told.push('asked');
      if (told.length === 1) {
        const clock = new Int32Array(new SharedArrayBuffer(4));
        Atomics.wait(clock, 0, 0, 10 * TIMES.hangTimeout);
        // An answer that waits in a socket is read after the timers.
        await setImmediate();
      }
    }, TIMES);
    probe.on('stalled', () => told.push('stalled'));
    probe.on('hung', () => told.push('hung'));
    while (told.length < 2) {
      await setImmediate();
    }
    assert.deepEqual(told, ['asked', 'asked']);
    probe.stop();
  });
});
