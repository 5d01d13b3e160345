import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { PerNetworkLimit } from '../../lib/limits/PerNetworkLimit.ts';
import { liveLimits } from '../support/limits.ts';

function limitOf(inAll: number, perNetwork: number, capacity?: number) {
  const limits = liveLimits({ peers: inAll, peersPerAddress: perNetwork });
  const limit = new PerNetworkLimit(
    limits.view,
    { inAll: 'peers', perNetwork: 'peersPerAddress' },
    'guests',
    capacity,
  );
  return { limit, limits };
}

const full = {
  code: 'SERVER_FULL',
  option: 'limits.peers',
  message:
    'limits.peers: expected at most 3 guests on this server, and that many exist; try again later',
};

const networkFull = {
  code: 'LIMIT_REACHED',
  option: 'limits.peersPerAddress',
  message:
    'limits.peersPerAddress: expected at most 2 guests from one address, and that many exist',
};

describe('a limit per network', () => {
  test('refuses acquisitions above the limit per network and in total', () => {
    const { limit } = limitOf(3, 2);
    limit.acquire('a');
    const place = limit.acquire('a');
    assert.throws(() => limit.acquire('a'), networkFull);
    limit.acquire('b');
    assert.throws(() => limit.acquire('b'), full);
    place[Symbol.dispose]();
    limit.acquire('a');
    assert.throws(() => limit.acquire('b'), full);
  });

  test('releases a place only once', () => {
    const { limit } = limitOf(3, 2);
    const place = limit.acquire('a');
    limit.acquire('a');
    place[Symbol.dispose]();
    place[Symbol.dispose]();
    limit.acquire('a');
    assert.throws(() => limit.acquire('a'), networkFull);
  });

  test('grants a place in exchange for another', () => {
    const { limit } = limitOf(3, 2);
    limit.acquire('a');
    limit.acquire('a');
    limit.acquire('b');
    limit.acquire('a', 'a')[Symbol.dispose]();
    limit.acquire('b', 'a')[Symbol.dispose]();
    assert.throws(() => limit.acquire('a', 'b'), networkFull);
  });

  test('counts acquisitions that bypass the limits', () => {
    const { limit } = limitOf(3, 2);
    limit.acquire('a');
    limit.acquire('a');
    const beyond = limit.acquireBeyond('a');
    assert.throws(() => limit.acquire('b'), full);
    beyond[Symbol.dispose]();
    limit.acquire('b');
  });

  test('follows changes of the limits', () => {
    const { limit, limits } = limitOf(3, 2);
    limit.acquire('a');
    limit.acquire('a');
    limits.replace({ ...limits.current, peersPerAddress: 3 });
    limit.acquire('a')[Symbol.dispose]();
    limits.replace({ ...limits.current, peers: 2 });
    assert.throws(() => limit.acquire('b'), { code: 'SERVER_FULL' });
  });

  test('never exceeds the capacity of the process', () => {
    const { limit } = limitOf(3, 2, 1);
    limit.acquire('a');
    assert.throws(() => limit.acquire('b'), {
      code: 'SERVER_FULL',
      message:
        'limits.peers: expected at most 1 guests on this server, and that many exist; try again later',
    });
  });
});
