import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Standstills } from '../../sdk/src/core/Standstills.ts';
import type { Standstill } from '../../sdk/src/core/Standstills.ts';
import type { BrowserStat } from '../../sdk/src/core/StatsMonitor.ts';

/** A received video, second by second. */
class Video {
  readonly #standstills = new Standstills();
  #packetsReceived = 0;
  #framesDecoded = 0;

  /** A second in which so much has come in. */
  second(packets: number, frames: number): Standstill[] {
    this.#packetsReceived += packets;
    this.#framesDecoded += frames;
    const video: BrowserStat = {
      id: 'IT01V1',
      type: 'inbound-rtp',
      mid: '3',
      packetsReceived: this.#packetsReceived,
      framesDecoded: this.#framesDecoded,
    };
    const probes: BrowserStat = {
      id: 'IT01V2',
      type: 'inbound-rtp',
      mid: 'probator',
      packetsReceived: this.#packetsReceived,
      framesDecoded: 0,
    };
    return this.#standstills.take([video, probes]);
  }
}

describe('Standstills', () => {
  test('are pictures whose packets come while no frame does', () => {
    const video = new Video();
    assert.deepEqual(video.second(60, 20), []);
    assert.deepEqual(video.second(60, 20), []);
    assert.deepEqual(video.second(60, 0), [{ mid: '3', due: true }]);
    assert.deepEqual(video.second(60, 1), []);
  });

  test('are due to start anew at once, and every third second again', () => {
    const video = new Video();
    video.second(60, 20);
    const due = Array.from({ length: 7 }, () => video.second(60, 0)[0]?.due);
    assert.deepEqual(due, [true, false, false, true, false, false, true]);
  });

  test('are neither pictures without packets nor those that have not begun', () => {
    const video = new Video();
    assert.deepEqual(video.second(60, 0), []);
    assert.deepEqual(video.second(60, 0), []);
    video.second(60, 1);
    assert.deepEqual(video.second(0, 0), []);
    assert.deepEqual(video.second(4, 0), []);
  });
});
