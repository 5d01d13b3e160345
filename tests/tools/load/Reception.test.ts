import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Reception } from '../../../tools/load/replay/Reception.ts';

function receive(sequences: readonly number[]): Reception {
  const reception = new Reception();
  for (const sequence of sequences) {
    reception.add(sequence, 100);
  }
  return reception;
}

describe('the reception of a stream', () => {
  test('misses nothing before the first packet', () => {
    const { packets, bytes, lost } = receive([]);
    assert.deepEqual(
      { packets, bytes, lost },
      { packets: 0, bytes: 0, lost: 0 },
    );
  });

  test('counts missing packets', () => {
    const { packets, bytes, lost } = receive([7, 8, 11]);
    assert.deepEqual(
      { packets, bytes, lost },
      { packets: 3, bytes: 300, lost: 2 },
    );
  });

  test('accepts late packets', () => {
    assert.equal(receive([7, 9, 8]).lost, 0);
  });

  test('continues when sequence numbers wrap around', () => {
    assert.equal(receive([65_533, 65_535, 0, 65_534, 2]).lost, 1);
    const laps = Array.from({ length: 200_000 }, (_, index) => index % 65_536);
    assert.equal(receive(laps).lost, 0);
  });
});
