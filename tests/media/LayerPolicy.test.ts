import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import * as fc from 'fast-check';

import type { Allocation } from '../../lib/media/allocateLayers.ts';
import { LayerPolicy } from '../../lib/media/LayerPolicy.ts';
import { chooseSeed } from '../support/seed.ts';
import { anyVideos, bitrateOf, camera, rankIn } from '../support/videos.ts';

const KBIT = 1_000;

/** Between two estimates, ms. */
const TICK = 1_000;

/** The share of an estimate by which it is noisy, either way. */
const NOISE = 0.08;

const ADA = camera('ada');

function layersIn(allocation: Allocation, id = 'ada'): string {
  const layers = allocation.get(id);
  return layers ? `${layers.spatialLayer}.${layers.temporalLayer}` : '-';
}

/** A policy over videos, which estimates come to once a second. */
class Course {
  readonly #policy = new LayerPolicy();
  readonly #videos;
  #now = 0;

  constructor(videos = [ADA]) {
    this.#videos = videos;
  }

  /** The decision on the next estimate, kbit/s. */
  on(kbits: number): Allocation {
    this.#now += TICK;
    return this.#policy.decide(this.#videos, kbits * KBIT, this.#now);
  }

  /** The bitrate of what has been decided, bit/s. */
  get granted(): number {
    return this.#policy.granted(this.#videos);
  }

  /** The different layers of Ada's camera on estimates, in order. */
  course(estimates: readonly number[]): string[] {
    return estimates
      .map((kbits) => layersIn(this.on(kbits)))
      .filter((layers, index, all) => layers !== all[index - 1]);
  }
}

function times(count: number, kbits: number): number[] {
  return Array.from({ length: count }, () => kbits);
}

describe('the policy of layers', () => {
  test('gives a new video all that there is room for, at once', () => {
    assert.equal(layersIn(new Course().on(2_000)), '2.2');
    assert.equal(layersIn(new Course().on(430)), '1.2');
  });

  test('tells the bitrate of what it has given', () => {
    const course = new Course([ADA, camera('ben')]);
    for (const kbits of [2_000, 430, 60]) {
      const expected = bitrateOf(course.on(kbits).values());
      assert.equal(course.granted, expected);
    }
  });

  test('lowers at once, and further while the estimate is falling', () => {
    const course = new Course();
    assert.deepEqual(course.course([2_000, 900, 420, 420, 420]), [
      '2.2',
      '1.2',
      '0.2',
      '1.2',
    ]);
  });

  test('raises when there has been room for a while', () => {
    const course = new Course();
    assert.deepEqual(course.course([2_000, 600, 300, 300, 300]), [
      '2.2',
      '0.2',
    ]);
    assert.equal(layersIn(course.on(400)), '0.2');
    assert.equal(layersIn(course.on(400)), '1.2');
  });

  test('raises at once if the estimate jumps, as it does after a probe', () => {
    const course = new Course();
    course.course([2_000, 600, 300, 300, 300]);
    assert.equal(layersIn(course.on(700)), '2.2');
  });

  test('does not take the end of a peak for a fall', () => {
    const course = new Course();
    assert.deepEqual(course.course([430, 600, 430, 430]), ['1.2']);
  });

  test('does not take the burst with which a raise begins for a fall', () => {
    const course = new Course();
    course.course([2_000, 600, 300, 300, 300, 400]);
    assert.equal(layersIn(course.on(400)), '1.2');
    assert.deepEqual(course.course([260, 280, 310, 400, 400]), ['1.2']);
  });

  test('takes an estimate for a fall if it stays low after a raise, or is very low', () => {
    for (const low of [times(4, 230), [150]]) {
      const course = new Course();
      course.course([2_000, 600, 300, 300, 300, 400]);
      assert.equal(layersIn(course.on(400)), '1.2');
      assert.match(course.course(low).at(-1) ?? '', /^0\./);
    }
  });

  test('waits longer after each raise that was a mistake', () => {
    const course = new Course();
    course.course([2_000, 600]);
    const waits = [1, 2, 3].map(() => {
      let waited = 0;
      while (layersIn(course.on(700)) !== '2.2') {
        waited += 1;
      }
      assert.notEqual(course.course(times(4, 500)).at(-1), '2.2');
      return waited;
    });
    assert.ok(Number(waits[0]) < Number(waits[1]));
    assert.ok(Number(waits[1]) < Number(waits[2]));
  });

  test('suspends what does not fit only if that lasts', () => {
    const course = new Course();
    assert.deepEqual(course.course([2_000, 30, 600, 600]), [
      '2.2',
      '0.0',
      '1.2',
    ]);
    assert.deepEqual(course.course([30, 30, 30]), ['0.0', '-']);
    assert.deepEqual(course.course(times(5, 55)), ['-']);
    assert.equal(course.course(times(5, 400)).at(-1), '1.2');
  });

  test('suspends the least important video, and restores it', () => {
    const eve = { ...camera('eve'), priority: 2 };
    const course = new Course([ADA, eve]);
    course.on(2_000);
    for (const kbits of times(4, 60)) {
      course.on(kbits);
    }
    const scarce = course.on(60);
    assert.deepEqual([layersIn(scarce), layersIn(scarce, 'eve')], ['-', '0.0']);
    for (const kbits of times(4, 400)) {
      course.on(kbits);
    }
    const enough = course.on(400);
    assert.notEqual(layersIn(enough), '-');
  });

  test('does not flap on a noisy estimate of any bandwidth', (t) => {
    const noises = fc.array(
      fc.double({ min: 1 - NOISE, max: 1 + NOISE, noNaN: true }),
      { minLength: 60, maxLength: 60 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 1_500 }), noises, (kbits, all) => {
        const course = new Course();
        const seen = course.course(all.map((noise) => kbits * noise));
        // Found at first, and raised once when the estimate happens to be high.
        assert.ok(seen.length <= 6, seen.join(' '));
      }),
      { seed: chooseSeed(t) },
    );
  });

  test('takes no more than the estimate, but for a raise that settles, unless it waits to suspend', (t) => {
    fc.assert(
      fc.property(
        anyVideos,
        fc.array(fc.integer({ min: 1, max: 4_000 }), { maxLength: 40 }),
        (videos, estimates) => {
          const course = new Course(videos);
          let before = 0;
          for (const kbits of estimates) {
            const allocation = course.on(kbits);
            const waits = videos.every(
              (video) => rankIn(video, allocation) <= 0,
            );
            const bitrate = bitrateOf(allocation.values());
            const raised = bitrate > before;
            assert.ok(waits || bitrate * 0.7 <= kbits * KBIT);
            assert.ok(waits || !raised || bitrate <= kbits * KBIT);
            before = bitrate;
          }
        },
      ),
      { seed: chooseSeed(t) },
    );
  });
});
