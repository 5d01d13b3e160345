import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { describe, test } from 'node:test';

import { loadConfig, parseConfig } from '../../lib/config/load.ts';
import { boundAddresses, listenAddresses } from '../../lib/media/addresses.ts';
import { problemsOf } from '../support/config.ts';

describe('the announced address', () => {
  for (const value of [
    'https://meet.example',
    'meet.example:443',
    '203.0.113.7,203.0.113.8',
    ' 203.0.113.7',
    '203.0.113',
    '[2001:db8::1]',
    'fe80::1%eth0',
    '0.0.0.0',
    '0:0:0:0:0:0:0:0',
    '224.0.0.1',
    '',
  ]) {
    test(`may not be ${JSON.stringify(value)}`, () => {
      assert.match(
        problemsOf({ rtc: { announcedAddress: value } }),
        /rtc\.announcedAddress: expected the IP address or the name of a host/,
      );
    });
  }

  test('may be any address, name or pair that clients can send media to', () => {
    for (const value of [
      '203.0.113.7',
      '2001:db8::1',
      'meet.example',
      'm-1',
      ['203.0.113.7', '2001:db8::1'],
      ['2001:db8::1', '203.0.113.7'],
    ]) {
      const rtc = { listenIp: '::', announcedAddress: value };
      assert.equal(problemsOf({ rtc }), '', String(value));
    }
  });

  test('is required when all addresses are bound, in any notation', () => {
    for (const listenIp of ['0.0.0.0', '::', '0:0:0:0:0:0:0:0']) {
      assert.match(problemsOf({ rtc: { listenIp } }), /rtc\.announcedAddress/);
    }
  });
});

describe('two announced addresses', () => {
  const pair = ['203.0.113.7', '2001:db8::1'];

  test('are each bound separately', () => {
    assert.deepEqual(
      boundAddresses({ listenIp: '::', announcedAddress: pair }),
      [
        { ip: '0.0.0.0', announcedAddress: '203.0.113.7' },
        {
          ip: '::',
          announcedAddress: '2001:db8::1',
          flags: { ipv6Only: true },
        },
      ],
    );
  });

  test('can come from the environment', async () => {
    const { rtc } = await loadConfig({
      ATRIUM_RTC_LISTEN_IP: '::',
      ATRIUM_ANNOUNCED_ADDRESS: pair.join(','),
    });
    assert.deepEqual(rtc.announcedAddress, pair);
  });
});

describe('the address of the machine in its network', () => {
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);

  function bound(rtc: object): string[] {
    return listenAddresses(parseConfig({ rtc }).rtc).map(({ ip }) => ip);
  }

  test('is bound beside a loopback address', (t) => {
    if (own.length === 0) {
      t.skip('this machine has no network');
      return;
    }
    const [first, second, ...rest] = bound({});
    assert.deepEqual([first, rest], ['127.0.0.1', []]);
    assert.ok(second !== undefined && own.includes(second), second);
  });

  test('is not bound where that is switched off, or others are to reach it', () => {
    assert.deepEqual(bound({ ownAddress: false }), ['127.0.0.1']);
    assert.deepEqual(
      bound({ listenIp: '0.0.0.0', announcedAddress: '203.0.113.7' }),
      ['0.0.0.0'],
    );
  });
});
