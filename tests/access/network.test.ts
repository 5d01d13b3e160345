import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, test } from 'node:test';

import { networkOf } from '../../lib/access/network.ts';

/** The network of a request that came from an address, through others. */
function network(
  from: string | undefined,
  forwardedFor?: string,
  trustProxy: readonly string[] = [],
): string {
  const request = {
    socket: { remoteAddress: from },
    headers: { 'x-forwarded-for': forwardedFor },
  };
  return networkOf(request as unknown as IncomingMessage, trustProxy);
}

describe('the network of a request', () => {
  test('is the IPv4 address, however it is written', () => {
    assert.equal(network('192.0.2.1'), '192.0.2.1');
    assert.equal(network('::ffff:192.0.2.1'), '192.0.2.1');
  });

  test('is the /64 of an IPv6 address', () => {
    const own = '2001:db8:1:2::/64';
    assert.equal(network('2001:db8:1:2::1'), own);
    assert.equal(network('2001:DB8:1:2:ffff:ffff:ffff:ffff'), own);
    assert.notEqual(network('2001:db8:1:3::1'), own);
    assert.equal(network('fe80::1%eth0'), 'fe80:0:0:0::/64');
  });

  test('is nobody in particular where the socket has gone', () => {
    assert.equal(network(undefined), 'unknown');
  });

  test('is what a trusted proxy says, and nobody else', () => {
    const trust = ['10.0.0.0/8', '2001:db8::1'];
    assert.equal(network('10.1.2.3', '192.0.2.1', trust), '192.0.2.1');
    assert.equal(network('2001:db8::1', '192.0.2.1', trust), '192.0.2.1');
    assert.equal(network('192.0.2.9', '192.0.2.1', trust), '192.0.2.9');
    assert.equal(network('10.1.2.3', '192.0.2.1'), '10.1.2.3');
  });

  test('is the nearest address that is no trusted proxy', () => {
    const trust = ['loopback', '10.0.0.0/8'];
    // The client wrote the first itself.
    const chain = '198.51.100.7, 192.0.2.1, 10.0.0.2';
    assert.equal(network('127.0.0.1', chain, trust), '192.0.2.1');
  });

  test('is nobody in particular where a trusted proxy says nonsense', () => {
    for (const nonsense of ['nonsense', '1.2.3.4.5', '192.0.2.1:80']) {
      assert.equal(network('127.0.0.1', nonsense, ['loopback']), 'unknown');
    }
  });
});
