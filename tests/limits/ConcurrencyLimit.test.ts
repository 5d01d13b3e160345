import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { roomErrors } from '../../lib/rooms/errors.ts';
import { ConcurrencyLimit } from '../../lib/limits/ConcurrencyLimit.ts';
import { liveLimits } from '../support/limits.ts';

function limitOf(most: number) {
  const made = new Set<object>();
  const limits = liveLimits({ transportsPerPeer: most });
  const limit = new ConcurrencyLimit(
    limits.view,
    'transportsPerPeer',
    'transports of one peer',
  );
  return { limit, limits, made };
}

const refused = {
  code: 'LIMIT_REACHED',
  option: 'limits.transportsPerPeer',
  message:
    'limits.transportsPerPeer: expected at most 2 transports of one peer, and that many exist',
};

describe('a limit on objects that exist at once', () => {
  test('counts objects under construction', () => {
    const { limit } = limitOf(2);
    const first = limit.acquire(0);
    limit.acquire(0);
    assert.throws(() => limit.acquire(0), refused);
    first[Symbol.dispose]();
    limit.acquire(0);
  });

  test('counts a constructed object once', () => {
    const { limit, made } = limitOf(2);
    for (const object of [{}, {}]) {
      using _place = limit.acquire(made.size);
      made.add(object);
    }
    assert.throws(() => limit.acquire(made.size), refused);
    made.clear();
    limit.acquire(made.size);
  });

  test('follows changes of the limit', () => {
    const { limit, limits } = limitOf(1);
    limit.acquire(0);
    limits.replace({ ...limits.current, transportsPerPeer: 2 });
    limit.acquire(0);
    assert.throws(() => limit.acquire(0), refused);
  });

  test('throws the error that it was given', () => {
    const { view } = liveLimits({ rooms: 1 });
    const limit = new ConcurrencyLimit(
      view,
      'rooms',
      'rooms',
      roomErrors.ROOM_FULL,
    );
    assert.throws(() => limit.acquire(1), {
      code: 'ROOM_FULL',
      option: 'limits.rooms',
    });
  });
});
