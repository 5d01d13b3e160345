import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { TestContext } from 'node:test';

import type { types } from 'mediasoup';

import type { VideoDemand } from '../../lib/media/allocateLayers.ts';
import { VideoFloor } from '../../lib/media/VideoFloor.ts';
import { camera } from '../support/videos.ts';
import { Member, RouterHarness } from '../support/RouterHarness.ts';

const ADA = camera('ada');

/** The floors for Ada's camera: in its second frame rate, and in its lowest. */
const SMOOTH = 97_500;
const LOWEST = 54_600;

/** A camera with a single layer. */
function plain(bitrate: number, priority = 1): VideoDemand {
  const layers = [{ spatialLayer: 0, temporalLayer: 0, bitrate }];
  return { ...camera('plain'), priority, layers };
}

describe('the floor below the estimate of a transport', () => {
  let routers: RouterHarness;
  let transport: types.WebRtcTransport;
  let floor: VideoFloor;
  let now = 0;

  before(async () => {
    routers = await RouterHarness.create();
  });

  after(() => routers[Symbol.asyncDispose]());

  beforeEach(async () => {
    transport = await new Member(routers.group).open();
    floor = new VideoFloor(transport);
  });

  /** The floor that the transport has. */
  async function current(): Promise<number | undefined> {
    const [stats] = await transport.getStats();
    return stats?.minOutgoingBitrate;
  }

  /** The floors after decisions a second apart, one for each share of lost packets. */
  async function floorsWith(
    t: TestContext,
    available: number,
    ...shares: number[]
  ): Promise<(number | undefined)[]> {
    const floors: (number | undefined)[] = [];
    const read = transport.getStats.bind(transport);
    t.mock.method(performance, 'now', () => now);
    for (const rtpPacketLossSent of shares) {
      now += 1_000;
      t.mock.method(transport, 'getStats', async () => {
        const [stats] = await read();
        return [{ ...stats, rtpPacketLossSent }];
      });
      await floor.update([ADA], available);
      floors.push(await current());
    }
    t.mock.restoreAll();
    return floors;
  }

  test('carries the most important video, smooth and small', async () => {
    await floor.update([plain(60_000), { ...ADA, priority: 2 }], 1_000_000);
    assert.equal(await current(), SMOOTH);
  });

  test('is at least what mediasoup accepts, and at most the highest that is set', async () => {
    assert.equal(await current(), undefined);
    await floor.update([plain(10_000)], 1_000_000);
    assert.equal(await current(), 30_000);
    await floor.update([plain(150_000 / 1.3)], 1_000_000);
    assert.equal(await current(), 150_000);
    await floor.update([plain(120_000)], 1_000_000);
    assert.equal(await current(), undefined);
    await floor.update([], 1_000_000);
    assert.equal(await current(), undefined);
  });

  test('is moved only by changes that matter', async () => {
    await floor.update([plain(60_000)], 1_000_000);
    await floor.update([plain(66_000)], 1_000_000);
    assert.equal(await current(), 78_000);
    await floor.update([plain(72_000)], 1_000_000);
    assert.equal(await current(), 93_600);
    await floor.update([plain(66_000)], 1_000_000);
    assert.equal(await current(), 93_600);
  });

  test('is removed when all fits', async () => {
    await floor.update([ADA], 1_000_000);
    await floor.release();
    assert.equal(await current(), undefined);
  });

  test('falls to the lowest layers after lasting losses', async (t) => {
    await floor.update([ADA], 100_000);
    assert.deepEqual(await floorsWith(t, 100_000, 0.2, 0.2, 0.2, 0.2), [
      SMOOTH,
      SMOOTH,
      SMOOTH,
      LOWEST,
    ]);
  });

  test('is removed where most is lost, until all fits again', async (t) => {
    await floor.update([ADA], 100_000);
    assert.deepEqual(await floorsWith(t, 100_000, 0.5, 0.5, 0.5, 0.5, 0), [
      SMOOTH,
      SMOOTH,
      SMOOTH,
      undefined,
      undefined,
    ]);
    await floor.release();
    await floor.update([ADA], 100_000);
    assert.equal(await current(), SMOOTH);
  });

  test('stays in spite of losses while the estimate is above it', async (t) => {
    await floor.update([ADA], 100_000);
    await floorsWith(t, 100_000, 0.5, 0.5, 0.5);
    assert.deepEqual(await floorsWith(t, 110_000, 0.5), [SMOOTH]);
    assert.deepEqual(await floorsWith(t, 100_000, 0.5), [SMOOTH]);
  });

  test('rises again once the estimate is far above it', async (t) => {
    await floor.update([ADA], 100_000);
    await floorsWith(t, 100_000, 0.2, 0.2, 0.2, 0.2);
    assert.deepEqual(await floorsWith(t, 2 * LOWEST, 0), [LOWEST]);
    assert.deepEqual(await floorsWith(t, 2 * LOWEST + 1, 0), [SMOOTH]);
  });
});
