import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, test } from 'node:test';

import * as fc from 'fast-check';

import { ownOriginOf } from '../../lib/limits/forwarded.ts';
import { isLoopback, networkOf } from '../../lib/limits/network.ts';
import { logged } from '../support/logs.ts';

/** The network of a request from an address, forwarded by proxies. */
function network(
  from: string | undefined,
  forwardedFor?: string,
  trustProxy: readonly string[] = [],
  forwarded?: string,
): string {
  const request = {
    socket: { remoteAddress: from },
    headers: { 'x-forwarded-for': forwardedFor, forwarded },
  };
  return networkOf(request as unknown as IncomingMessage, trustProxy);
}

describe('the network of a request', () => {
  test('is the IPv4 address in any notation', () => {
    assert.equal(network('192.0.2.1'), '192.0.2.1');
    assert.equal(network('::ffff:192.0.2.1'), '192.0.2.1');
  });

  test('is that of a link-local address in any zone', () => {
    for (const zone of ['', '%eth0', '%br-lan', '%a.b:c']) {
      assert.equal(network(`fe80::1${zone}`), 'fe80:0:0:0::/64');
      const through = network('127.0.0.1', `fe80::1${zone}`, ['loopback']);
      assert.equal(through, 'fe80:0:0:0::/64');
    }
  });

  test('is the /64 of an IPv6 address', () => {
    const own = '2001:db8:1:2::/64';
    assert.equal(network('2001:db8:1:2::1'), own);
    assert.equal(network('2001:DB8:1:2:ffff:ffff:ffff:ffff'), own);
    assert.notEqual(network('2001:db8:1:3::1'), own);
    assert.equal(network('fe80::1%eth0'), 'fe80:0:0:0::/64');
  });

  test('is unknown if the socket has closed', () => {
    assert.equal(network(undefined), 'unknown');
  });

  test('is taken from headers of trusted proxies only', () => {
    const trust = ['10.0.0.0/8', '2001:db8::1'];
    assert.equal(network('10.1.2.3', '192.0.2.1', trust), '192.0.2.1');
    assert.equal(network('2001:db8::1', '192.0.2.1', trust), '192.0.2.1');
    assert.equal(network('192.0.2.9', '192.0.2.1', trust), '192.0.2.9');
    assert.equal(network('10.1.2.3', '192.0.2.1'), '10.1.2.3');
  });

  test('is the nearest address other than a trusted proxy', () => {
    const trust = ['loopback', '10.0.0.0/8'];
    // The client wrote the first one itself.
    const chain = '198.51.100.7, 192.0.2.1, 10.0.0.2';
    assert.equal(network('127.0.0.1', chain, trust), '192.0.2.1');
  });

  test('ignores ports and brackets', () => {
    const trust = ['loopback', '2001:db8:9::/48'];
    for (const [step, expected] of [
      ['203.0.113.1:50001', '203.0.113.1'],
      ['2001:db8::1', '2001:db8:0:0::/64'],
      ['[2001:db8::1]', '2001:db8:0:0::/64'],
      ['[2001:db8::1]:50001', '2001:db8:0:0::/64'],
      ['[::ffff:203.0.113.1]:50001', '203.0.113.1'],
      ['198.51.100.7:1, 203.0.113.1:2, [2001:db8:9::7]:3', '203.0.113.1'],
    ] as const) {
      assert.equal(network('127.0.0.1', step, trust), expected, step);
    }
  });

  test('is taken from the Forwarded header of a trusted proxy', () => {
    const trust = ['loopback'];
    for (const [header, expected] of [
      ['for=192.0.2.1', '192.0.2.1'],
      ['For="[2001:db8::1]:50001"', '2001:db8:0:0::/64'],
      ['proto=https;for="192.0.2.1:_port";host="a,b;c\\""', '192.0.2.1'],
      ['for=198.51.100.7, for=192.0.2.1;by=127.0.0.1', '192.0.2.1'],
      // The proxy hides the client; the client wrote the first element.
      ['for=198.51.100.7, proto=https', 'unknown'],
      ['for=_hidden', 'unknown'],
      ['for="192.0.2.1', 'unknown'],
      ['proto=https', '127.0.0.1'],
    ] as const) {
      const found = network('127.0.0.1', undefined, trust, header);
      assert.equal(found, expected, header);
      assert.equal(network('192.0.2.9', undefined, trust, header), '192.0.2.9');
    }
  });

  test('is taken from X-Forwarded-For if Forwarded disagrees', () => {
    const forged = 'for=198.51.100.7';
    const found = network('127.0.0.1', '192.0.2.1', ['loopback'], forged);
    assert.equal(found, '192.0.2.1');
  });

  test('is the same for every notation of a proxy', () => {
    const proxy = '127.0.0.1';
    const trust = [proxy];
    const address = fc.oneof(
      fc.ipV4().map((v4) => ({ v4, bare: v4 })),
      fc.ipV6().map((v6) => ({ v6, bare: v6 })),
    );
    const property = fc.property(
      address.filter(({ bare }) => !isLoopback(bare)),
      fc.option(fc.nat(65_535)),
      fc.array(fc.stringMatching(/^[\w.:;="[\]]{0,20}$/), { maxLength: 3 }),
      (client, port, made) => {
        const node = 'v6' in client ? `[${client.v6}]` : client.v4;
        const written = port === null ? node : `${node}:${port}`;
        const direct = network(client.bare);
        assert.notEqual(direct, 'unknown');
        // The client's own header comes before it.
        const chain = [...made, written].join(',');
        assert.equal(network(proxy, chain, trust), direct);
        const quoted = `for="${written}";proto=https`;
        assert.equal(network(proxy, undefined, trust, quoted), direct);
      },
    );
    fc.assert(property);
  });

  test('is a network or unknown for any header of a proxy', () => {
    const trust = ['127.0.0.1'];
    const header = fc.option(fc.string({ maxLength: 200 }), { nil: undefined });
    fc.assert(
      fc.property(header, header, (chain, forwarded) => {
        const found = network('127.0.0.1', chain, trust, forwarded);
        assert.match(found, /^(?:unknown|[\d.]+|[\da-f:]+::\/64)$/);
      }),
    );
  });

  test('is unknown if the header of a trusted proxy is malformed, which is logged once', async () => {
    const trust = ['loopback'];
    const line = logged(/access\.trustProxy/);
    for (const nonsense of ['nonsense', '1.2.3.4.5', '192.0.2.1:80:80', '1']) {
      assert.equal(network('127.0.0.1', nonsense, trust), 'unknown');
    }
    assert.match(
      await line,
      /the proxy 127\.0\.0\.1 \(access\.trustProxy\) names a client "nonsense"/,
    );
  });
});

/** The origin of this server by a request from an address. */
function ownOrigin(
  headers: Record<string, string>,
  from = '127.0.0.1',
  tls: object = { encrypted: true },
): string | undefined {
  const request = { socket: { remoteAddress: from, ...tls }, headers };
  return ownOriginOf(request as unknown as IncomingMessage, ['loopback']);
}

describe('the own origin of the server', () => {
  const host = 'atrium:4443';
  const own = 'https://atrium:4443';

  test('is at the host of the request', () => {
    assert.equal(ownOrigin({ host }), own);
    assert.equal(
      ownOrigin({ host: 'meet.example:443' }),
      'https://meet.example',
    );
    assert.equal(ownOrigin({}), undefined);
  });

  test('is plain HTTP for a client that came without TLS, and without a proxy', () => {
    assert.equal(ownOrigin({ host }, '192.0.2.1', {}), `http://${host}`);
    assert.equal(ownOrigin({ host }, '127.0.0.1', {}), own);
  });

  test('is taken from headers of trusted proxies only', () => {
    const proxied: Record<string, string>[] = [
      { 'x-forwarded-host': 'meet.example' },
      { 'x-forwarded-host': 'meet.example, inner' },
      { forwarded: 'for=192.0.2.1;host=meet.example;proto=https' },
      { forwarded: 'for=192.0.2.1, for=127.0.0.1;host="meet.example:443"' },
    ];
    for (const headers of proxied) {
      const text = JSON.stringify(headers);
      assert.equal(
        ownOrigin({ host, ...headers }),
        'https://meet.example',
        text,
      );
      assert.equal(ownOrigin({ host, ...headers }, '192.0.2.1'), own, text);
    }
    const headers = { host: 'meet.example', 'x-forwarded-proto': 'http' };
    assert.equal(ownOrigin(headers), 'http://meet.example');
  });
});
