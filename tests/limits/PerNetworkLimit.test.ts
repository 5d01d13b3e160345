import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { PerNetworkLimit } from '../../lib/limits/PerNetworkLimit.ts';

function headcount(inAll: number, perNetwork: number) {
  const limits = { inAll, perNetwork };
  const count = new PerNetworkLimit(
    'guests',
    { inAll: 'limits.guests', perNetwork: 'limits.guestsPerAddress' },
    () => limits,
  );
  return { count, limits };
}

const full = {
  code: 'SERVER_FULL',
  message:
    'limits.guests: expected at most 3 guests on this server, and as many are here; try again later',
};

const networkFull = {
  code: 'LIMIT_REACHED',
  message:
    'limits.guestsPerAddress: expected at most 2 guests from one address, and as many are here',
};

describe('a headcount', () => {
  test('refuses one too many, from one network and in all', () => {
    const { count } = headcount(3, 2);
    count.require('a');
    count.add('a');
    count.require('a');
    const leave = count.add('a');
    assert.throws(() => count.require('a'), networkFull);
    count.require('b');
    count.add('b');
    assert.throws(() => count.require('b'), full);
    leave();
    count.require('a');
    count.require('b');
  });

  test('counts nobody out twice', () => {
    const { count } = headcount(3, 2);
    const leave = count.add('a');
    count.add('a');
    leave();
    leave();
    count.add('a');
    assert.throws(() => count.require('a'), networkFull);
  });

  test('lets one in for another that goes', () => {
    const { count } = headcount(3, 2);
    count.add('a');
    count.add('a');
    count.add('b');
    count.require('a', 'a');
    count.require('b', 'a');
    assert.throws(() => count.require('a', 'b'), networkFull);
  });

  test('goes by the limits as they are when it is asked', () => {
    const { count, limits } = headcount(3, 2);
    count.add('a');
    count.add('a');
    limits.perNetwork = 3;
    count.require('a');
    limits.inAll = 2;
    assert.throws(() => count.require('b'), { code: 'SERVER_FULL' });
  });
});
