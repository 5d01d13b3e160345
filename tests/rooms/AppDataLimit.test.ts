import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { AppDataLimit } from '../../lib/rooms/AppDataLimit.ts';
import { liveLimits } from '../support/limits.ts';

/** An `appData` that takes so many bytes as JSON. */
function ofBytes(bytes: number): { a: string } {
  return { a: 'x'.repeat(bytes - '{"a":""}'.length) };
}

describe('the limit on the appData of one peer', () => {
  test('grants all its bytes, and not one more', () => {
    const limit = new AppDataLimit(
      liveLimits({ appDataBytesPerPeer: 4_096 }).view,
    );
    limit.acquire(ofBytes(96));
    const most = limit.acquire(ofBytes(4_000));
    assert.throws(() => limit.acquire(ofBytes(8)), {
      code: 'LIMIT_REACHED',
      message:
        'limits.appDataBytesPerPeer: expected at most 4096 bytes of appData on all tracks and data channels of one peer, got 4104',
    });
    most[Symbol.dispose]();
    limit.acquire(ofBytes(4_000));
  });

  test('counts bytes, not characters', () => {
    const limit = new AppDataLimit(
      liveLimits({ appDataBytesPerPeer: 4_096 }).view,
    );
    assert.throws(() => limit.acquire({ a: 'ü'.repeat(2_100) }), {
      code: 'LIMIT_REACHED',
    });
  });
});
