import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import * as fc from 'fast-check';

import { allocateLayers, ladderOf } from '../../lib/media/allocateLayers.ts';
import type { VideoDemand } from '../../lib/media/allocateLayers.ts';
import { chooseSeed } from '../support/seed.ts';
import { anyVideos, bitrateOf, camera, rankIn } from '../support/videos.ts';

const KBIT = 1_000;

/** A screen in one layer. */
const screen: VideoDemand = {
  id: 'screen',
  prefers: 'detail',
  priority: 1,
  layers: [{ spatialLayer: 0, temporalLayer: 0, bitrate: 300 * KBIT }],
};

/** The layers of each video, such as "1.2"; "-" for none. */
function allocated(videos: readonly VideoDemand[], kbits: number): string {
  const allocation = allocateLayers(videos, kbits * KBIT);
  return videos
    .map(({ id }) => allocation.get(id))
    .map((it) => (it ? `${it.spatialLayer}.${it.temporalLayer}` : '-'))
    .join(' ');
}

describe('the allocation of bandwidth', () => {
  test('raises the frame rate of a camera before its resolution', () => {
    const ada = camera('ada');
    assert.deepEqual(
      [30, 50, 80, 120, 250, 300, 550, 600].map((kbits) =>
        allocated([ada], kbits),
      ),
      ['-', '0.0', '0.1', '0.2', '0.2', '1.2', '1.2', '2.2'],
    );
  });

  test('raises the resolution of a screen before its frame rate', () => {
    const { layers } = camera('ada');
    const sharp = ladderOf({ ...screen, layers });
    assert.deepEqual(
      sharp.map((it) => `${it.spatialLayer}.${it.temporalLayer}`),
      ['0.0', '1.0', '2.0', '2.1', '2.2'],
    );
  });

  test('shows all before it raises one', () => {
    assert.equal(allocated([camera('ada'), camera('eve')], 100), '0.0 0.0');
  });

  test('lets equals take turns, and a larger picture go before', () => {
    const [ada, eve] = [camera('ada'), camera('eve')];
    assert.equal(allocated([ada, eve], 160), '0.1 0.1');
    assert.equal(allocated([ada, eve], 400), '1.2 0.2');
    assert.equal(allocated([ada, { ...eve, priority: 2 }], 400), '0.2 1.2');
    assert.equal(allocated([ada, { ...eve, priority: 2 }], 160), '0.0 0.2');
  });

  test('serves a screen before cameras, unless it cannot have it', () => {
    assert.equal(allocated([camera('ada'), screen], 330), '- 0.0');
    assert.equal(allocated([camera('ada'), screen], 350), '0.0 0.0');
    assert.equal(allocated([camera('ada'), screen], 290), '1.2 -');
  });

  test('never exceeds the budget', (t) => {
    fc.assert(
      fc.property(anyVideos, fc.nat(5_000 * KBIT), (videos, budget) => {
        const allocation = allocateLayers(videos, budget);
        assert.ok(bitrateOf(allocation.values()) <= budget);
        assert.deepEqual(
          new Set(allocation.keys()),
          new Set(videos.map(({ id }) => id)),
        );
      }),
      { seed: chooseSeed(t) },
    );
  });

  test('leaves out a video only if what goes before leaves too little', (t) => {
    fc.assert(
      fc.property(anyVideos, fc.nat(5_000 * KBIT), (videos, budget) => {
        const allocation = allocateLayers(videos, budget);
        for (const [index, video] of inOrder(videos).entries()) {
          const before = inOrder(videos)
            .slice(0, index)
            .filter(({ id }) => allocation.get(id) !== undefined)
            .map((it) => ladderOf(it)[0]);
          const fits = lowest(video) <= budget - bitrateOf(before);
          assert.equal(allocation.get(video.id) !== undefined, fits);
        }
      }),
      { seed: chooseSeed(t) },
    );
  });

  test('puts what a larger budget adds where it matters most', (t) => {
    const budgets = fc.tuple(fc.nat(3_000 * KBIT), fc.nat(3_000 * KBIT));
    fc.assert(
      fc.property(anyVideos, budgets, (videos, [budget, more]) => {
        const ordered = inOrder(videos);
        // First which are seen at all, then in how many layers.
        const [less, larger] = [budget, budget + more].map((it) => {
          const allocation = allocateLayers(videos, it);
          const ranks = ordered.map((video) => rankIn(video, allocation));
          return [...ranks.map((rank) => Math.min(rank, 0)), ...ranks];
        });
        const first = larger?.findIndex(
          (rank, index) => rank !== less?.[index],
        );
        if (first !== undefined && first !== -1) {
          assert.ok(Number(larger?.[first]) > Number(less?.[first]));
        }
      }),
      { seed: chooseSeed(t) },
    );
  });

  test('gives all what they want if there is room', (t) => {
    fc.assert(
      fc.property(anyVideos, (videos) => {
        const allocation = allocateLayers(videos, ceiling(videos));
        for (const video of videos) {
          assert.equal(allocation.get(video.id), ladderOf(video).at(-1));
        }
      }),
      { seed: chooseSeed(t) },
    );
  });
});

function inOrder(videos: readonly VideoDemand[]): VideoDemand[] {
  return videos.toSorted(
    (one, other) =>
      Number(one.prefers === 'motion') - Number(other.prefers === 'motion') ||
      other.priority - one.priority,
  );
}

function lowest(video: VideoDemand): number {
  return ladderOf(video)[0]?.bitrate ?? 0;
}

/** The bitrate of all videos if no layer counts as less than those below. */
function ceiling(videos: readonly VideoDemand[]): number {
  return videos
    .flatMap(({ layers }) => Math.max(...layers.map((it) => it.bitrate)))
    .reduce((sum, bitrate) => sum + bitrate, 0);
}
