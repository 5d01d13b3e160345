import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { parseConfig } from '../../lib/config/load.ts';
import { problemsOf, wrong } from '../support/config.ts';

const SECRET = 'a secret of the tests that is long enough';

const POSTGRES = 'postgres://atrium@localhost/atrium';

const ADDRESS =
  'expected the IP address or the name of a host, without scheme, port, brackets or spaces, or a list of one IPv4 and one IPv6 address';
const HOST =
  'expected an IP address or a host name, without scheme, port, brackets or spaces';
const USER_URL =
  'expected a URL with {id} where the user id goes, in its path or query';
const ICE_URL =
  'expected a URL such as stun:stun.example:3478 or turn:turn.example:3478?transport=tcp';

/** Well-formed values that cannot work, with the problem reported. */
const REFUSED: readonly [input: object, problem: string][] = [
  ...[
    'https://meet.example',
    'meet.example:443',
    '[::1]',
    'a b',
    '1.2.3',
    '0x7f000001',
    'meet.0XA',
  ].flatMap((host): [object, string][] => [
    [{ listen: { host } }, `listen.host: ${HOST}, got "${host}"`],
    [{ ops: { host } }, `ops.host: ${HOST}, got "${host}"`],
  ]),
  ...['224.0.0.1', '255.255.255.255', 'fe80::1%eth0', 'ff02::1'].map(
    (listenIp): [object, string] => [
      { rtc: { listenIp } },
      `rtc.listenIp: expected an IP address, got "${listenIp}"`,
    ],
  ),
  ...[
    [],
    ['203.0.113.7'],
    ['203.0.113.7', '203.0.113.8'],
    ['2001:db8::1', '2001:db8::2'],
    ['203.0.113.7', 'meet.example'],
    ['203.0.113.7', '2001:db8::1', '2001:db8::2'],
    ['0.0.0.0', '::'],
  ].map((announcedAddress): [object, string] => [
    { rtc: { listenIp: '::', announcedAddress } },
    `rtc.announcedAddress: ${ADDRESS}, got a list of ${announcedAddress.length}`,
  ]),
  [
    { cluster: { redis: 'http://localhost' } },
    'cluster.redis: expected a URL such as redis://user:password@host:6379/0, got "http://localhost"',
  ],
  [
    { cluster: { redis: 'redis://localhost' }, store: { url: POSTGRES } },
    'cluster.secret: expected a secret, because cluster.redis is set, got nothing',
  ],
  [
    { cluster: { redis: 'redis://localhost', secret: SECRET } },
    'store.url: expected a PostgreSQL database, because cluster.redis is set, got nothing',
  ],
  [
    {
      cluster: { redis: 'redis://localhost', secret: SECRET, host: '0.0.0.0' },
      store: { url: POSTGRES },
    },
    'cluster.address: expected the address at which other nodes reach 0.0.0.0, because cluster.redis is set, got nothing',
  ],
  [
    {
      cluster: { redis: 'redis://localhost', secret: SECRET, port: 4_443 },
      store: { url: POSTGRES },
    },
    'cluster.port: expected a port other than listen.port, got 4443',
  ],
  [
    {
      rtc: {
        listenIp: '0.0.0.0',
        announcedAddress: ['203.0.113.7', '2001:db8::1'],
      },
    },
    'rtc.listenIp: expected "::", because rtc.announcedAddress has an IPv4 and an IPv6 address, got "0.0.0.0"',
  ],
  [
    { rtc: { listenIp: '0.0.0.0', announcedAddress: '2001:db8::1' } },
    'rtc.announcedAddress: expected no IPv6 address, because rtc.listenIp is 0.0.0.0, got "2001:db8::1"',
  ],
  [
    { rtc: { announcedAddress: '203.0.113.7' } },
    'rtc.listenIp: expected an address that others reach, such as "0.0.0.0", because rtc.announcedAddress is 203.0.113.7, got "127.0.0.1"',
  ],
  [
    { ops: { port: 4443 } },
    'ops.port: expected a port other than listen.port, got 4443',
  ],
  [
    { listeners: [{ contract: 'json', port: 4443 }] },
    'listeners.0.port: expected a port other than listen.port, got 4443',
  ],
  [
    {
      listeners: [
        { contract: 'json', port: 3000 },
        { contract: 'protoo', port: 3000, host: '0.0.0.0' },
      ],
      auth: { allowOpen: true },
    },
    'listeners.1.port: expected a port other than listeners.0.port, got 3000',
  ],
  [
    { listeners: [{ contract: 'json', port: 3000 }], ops: { port: 3000 } },
    'ops.port: expected a port other than listeners.0.port, got 3000',
  ],
  [
    { listeners: [{ contract: 'json', port: 25_200 }], workers: { count: 1 } },
    'listeners.0.port: expected none of the ports from rtc.port on, one for each worker (25200 to 25200), got 25200',
  ],
  [
    {
      listeners: [
        { contract: 'json', port: 3000, host: '0.0.0.0', tls: false },
      ],
      auth: { allowOpen: true },
    },
    'listeners.0.tls: expected true, because others can reach 0.0.0.0 and access.trustProxy names no proxy that would speak TLS with them, got false; listen on 127.0.0.1, or set access.trustProxy',
  ],
  [
    { listeners: [{ contract: 'json', port: 3000, host: '0.0.0.0' }] },
    'auth.mode: expected "token", because others can reach 0.0.0.0 and "open" lets everyone in, got "open"; if that is intended, set auth.allowOpen to true',
  ],
  [
    { listen: { port: 25_201 }, workers: { count: 2 } },
    'listen.port: expected none of the ports from rtc.port on, one for each worker (25200 to 25201), got 25201',
  ],
  [
    { ops: { port: 25_200 }, workers: { count: 1 } },
    'ops.port: expected none of the ports from rtc.port on, one for each worker (25200 to 25200), got 25200',
  ],
  [
    {
      calls: {
        secret: 'a-secret-of-32-or-more-characters',
        mediaServer: { secret: 'a-secret-of-32-or-more-characters' },
      },
    },
    'calls.mediaServer.secret: expected another secret than calls.secret, got the same',
  ],
  [
    { limits: { incomingBitrate: 4_294_967_296 } },
    'limits.incomingBitrate: expected a value of at most 4294967295, got 4294967296',
  ],
  ...[
    'https://users.example/',
    'https://{id}.example/users/',
    'https://users.example/#{id}',
  ].map((url): [object, string] => [
    { auth: { users: { url } } },
    `auth.users.url: ${USER_URL}, got "${url}"`,
  ]),
  [
    { auth: { users: { url: 'https://ada@users.example/{id}' } } },
    'auth.users.url: expected a URL without a user name and a password, got "https://ada@users.example/{id}"',
  ],
  [
    { auth: { users: { url: 'http://users.example:6000/{id}' } } },
    'auth.users.url: expected a URL with a port that HTTP clients do not refuse, got "http://users.example:6000/{id}"',
  ],
  ...[
    'turn:turn.example:0',
    'turn:turn.example:65536',
    'turn:..',
    'turn:-turn.example',
    'TURN:turn.example',
    ' turn:turn.example',
  ].map((url): [object, string] => [
    { ice: { servers: [{ urls: [url], secret: SECRET }] } },
    `ice.servers.0.urls.0: ${ICE_URL}, got "${url}"`,
  ]),
];

describe('a well-formed value that cannot work', () => {
  for (const [input, problem] of REFUSED) {
    test(`is refused: ${JSON.stringify(input)}`, () => {
      assert.equal(problemsOf(input), wrong(problem));
    });
  }

  test('is not a port that is used twice on other addresses or for UDP only', () => {
    for (const options of [
      { listen: { port: 0 }, ops: { port: 0 } },
      { ops: { host: '127.0.0.2', port: 4443 } },
      { listen: { port: 25_200 }, rtc: { tcp: false } },
      { listen: { port: 25_200 }, rtc: { listenIp: '127.0.0.2' } },
    ]) {
      assert.equal(problemsOf(options), '', JSON.stringify(options));
    }
  });

  test('is a time beyond the longest timer of Node', () => {
    const tooLong = 2 ** 31;
    for (const [section, options] of Object.entries(parseConfig())) {
      for (const [option, value] of Object.entries(options as object)) {
        if (
          /(?:timeout|delay|interval|deadline|(?<!life|ban|audit)time)$/i.test(
            option,
          )
        ) {
          assert.equal(typeof value, 'number', `${section}.${option}`);
          assert.notEqual(
            problemsOf({ [section]: { [option]: tooLong } }),
            '',
            `${section}.${option}`,
          );
        }
      }
    }
  });
});
