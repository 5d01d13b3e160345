import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Stalls } from '../../sdk/src/core/Stalls.ts';

/** A received sound and video, second by second. */
class Reception {
  readonly #stalls = new Stalls();
  #packetsReceived = 0;
  #framesDecoded = 0;

  /** A second in which so much has come in. */
  second(packets: number, frames: number): string[] {
    this.#packetsReceived += packets;
    this.#framesDecoded += frames;
    return this.#stalls.take([
      {
        id: 'IT01A1',
        type: 'inbound-rtp',
        kind: 'audio',
        mid: '2',
        packetsReceived: this.#packetsReceived,
      },
      {
        id: 'IT01V1',
        type: 'inbound-rtp',
        kind: 'video',
        mid: '3',
        framesDecoded: this.#framesDecoded,
      },
    ]);
  }
}

describe('Stalls', () => {
  test('are videos without another frame for three seconds of sound', () => {
    const reception = new Reception();
    reception.second(50, 20);
    assert.deepEqual(reception.second(50, 0), []);
    assert.deepEqual(reception.second(50, 0), []);
    assert.deepEqual(reception.second(50, 0), ['3']);
    assert.deepEqual(reception.second(50, 0), ['3']);
    assert.deepEqual(reception.second(50, 1), []);
  });

  test('are not counted while no sound comes, nor ended by that', () => {
    const reception = new Reception();
    reception.second(50, 20);
    for (let second = 0; second < 5; second += 1) {
      assert.deepEqual(reception.second(0, 0), []);
    }
    reception.second(50, 0);
    reception.second(50, 0);
    assert.deepEqual(reception.second(50, 0), ['3']);
    assert.deepEqual(reception.second(0, 0), ['3']);
  });

  test('are not videos that have not begun', () => {
    const reception = new Reception();
    for (let second = 0; second < 5; second += 1) {
      assert.deepEqual(reception.second(50, 0), []);
    }
  });
});
