import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { z } from 'zod';

import { parseConfig } from '../../lib/config/load.ts';
import { configSchema } from '../../lib/config/schema.ts';
import { CONTRACTS } from '../../lib/http/options.ts';
import { problemsOf, wrong } from '../support/config.ts';

const KEY = {
  algorithm: 'HS256' as const,
  secret: 'a secret of the tests that is long enough',
};

describe('the config', () => {
  test('serves this machine by default', () => {
    const config = parseConfig();
    assert.deepEqual(config.listen, {
      host: '127.0.0.1',
      port: 4443,
      tls: true,
    });
    assert.deepEqual(parseConfig({}), config);
    assert.deepEqual(parseConfig({ listen: { port: undefined } }), config);
  });

  test('is frozen', () => {
    const config = parseConfig({ auth: { keys: [KEY] } });
    for (const part of [config, config.listen, config.auth.keys[0]]) {
      assert.ok(Object.isFrozen(part));
    }
  });

  test('uses no ports that Linux assigns to outgoing connections', () => {
    const ephemeral = 32_768;
    const { listen, rtc } = parseConfig();
    assert.ok(listen.port < ephemeral && rtc.port + 255 < ephemeral);
  });

  for (const [section, schema] of Object.entries(configSchema.shape)) {
    if (!(schema instanceof z.ZodPrefault)) {
      continue;
    }
    test(`requires an object as ${section}`, () => {
      assert.equal(
        problemsOf({ [section]: ['x'] }),
        wrong(`${section}: expected object, got a list of 1`),
      );
    });

    for (const option of Object.keys(schema.unwrap().shape)) {
      test(`names the expected and the given value of ${section}.${option}`, () => {
        assert.match(
          problemsOf({ [section]: { [option]: NaN } }),
          new RegExp(
            `^  ${section}\\.${option}: expected .+, got (?:NaN|one that is not shown here)$`,
            'm',
          ),
        );
      });
    }

    test(`names unknown options of ${section}`, () => {
      assert.equal(
        problemsOf({ [section]: { prot: 1, passwort: 'hunter2' } }),
        wrong(
          `${section}.prot: there is no such option`,
          `${section}.passwort: there is no such option`,
        ),
      );
    });
  }

  const mistakes: Record<string, [input: unknown, problem: string]> = {
    'a value that is not an object': ['x', 'input: expected object, got "x"'],
    'an unknown section': [{ lisen: {} }, 'lisen: there is no such option'],
    'an object as the list of listeners': [
      { listeners: {} },
      'listeners: expected array, got an object',
    ],
    'a listener without a port': [
      { listeners: [{ contract: 'json' }] },
      'listeners.0.port: expected number, got nothing',
    ],
    'a listener for a contract that there is not': [
      { listeners: [{ contract: 'chess', port: 1 }] },
      `listeners.0.contract: expected ${CONTRACTS.map((it) => `"${it}"`).join(' or ')}, got "chess"`,
    ],
    'a listener with an option that there is not': [
      { listeners: [{ contract: 'json', port: 1, prot: 2 }] },
      'listeners.0.prot: there is no such option',
    ],
    'a port as text': [
      { listen: { port: '4443' } },
      'listen.port: expected number, got "4443"',
    ],
    'a fractional port': [
      { listen: { port: 1.5 } },
      'listen.port: expected integer, got 1.5',
    ],
    'a port that is too high': [
      { listen: { port: 65_536 } },
      'listen.port: expected a value of at most 65535, got 65536',
    ],
    'a port that is too low': [
      { ops: { port: -1 } },
      'ops.port: expected a value of at least 0, got -1',
    ],
    'an empty host': [
      { listen: { host: '' } },
      'listen.host: expected an IP address or a host name, without scheme, port, brackets or spaces, got ""',
    ],
    'a host name instead of an address': [
      { rtc: { listenIp: 'localhost' } },
      'rtc.listenIp: expected an IP address, got "localhost"',
    ],
    'zero workers': [
      { workers: { count: 0 } },
      'workers.count: expected at least 1, because listen.contract is not "users", which alone does without media, got 0',
    ],
    'an unknown level': [
      { log: { level: 'loud' } },
      'log.level: expected "error" or "warn" or "info" or "debug", got "loud"',
    ],
    'a key without an algorithm': [
      { auth: { keys: [{ algorithm: 'none' }] } },
      'auth.keys.0.algorithm: expected "HS256" or "RS256" or "ES256", got "none"',
    ],
    'a malformed URL': [
      { auth: { users: { url: 'users/{id}' } } },
      'auth.users.url: expected a URL, got "users/{id}"',
    ],
    'neither UDP nor TCP': [
      { rtc: { udp: false, tcp: false } },
      'rtc.udp, rtc.tcp: expected at least one to be true',
    ],
    'an address that clients cannot send to': [
      { rtc: { listenIp: '::' } },
      'rtc.announcedAddress: expected the address at which clients reach this host, because rtc.listenIp is ::, got nothing',
    ],
    'too few ports for the workers': [
      { rtc: { port: 65_534 }, workers: { count: 3 } },
      'rtc.port: expected room for 3 workers below 65536, got 65534',
    ],
    'a limit per room below the limit per peer': [
      { limits: { keptBytesPerRoom: 1_048_576 } },
      'limits.keptBytesPerRoom: expected at least limits.keptBytesPerPeer, 2097152, got 1048576',
    ],
    'links between nodes that long signals would break': [
      {
        store: { url: 'postgres://db/atrium' },
        cluster: {
          redis: 'redis://redis',
          secret: 'x'.repeat(32),
          linkBytes: 65_536,
        },
      },
      'cluster.linkBytes: expected at least four times limits.sdpBytes, 262144, got 65536',
    ],
    'a limit on pending requests below the longest request': [
      { signalling: { maxFrameBytes: 1_048_576 } },
      'limits.pendingBytes: expected at least twice signalling.maxFrameBytes, 2097152, got 1048576',
    ],
  };
  for (const [what, [input, problem]] of Object.entries(mistakes)) {
    test(`refuses ${what}`, () => {
      assert.equal(problemsOf(input), wrong(problem));
    });
  }

  test('names all invalid options at once', () => {
    assert.equal(
      problemsOf({ listen: { port: 'a' }, log: { level: 'b' }, x: 1 }),
      wrong(
        'listen.port: expected number, got "a"',
        'log.level: expected "error" or "warn" or "info" or "debug", got "b"',
        'x: there is no such option',
      ),
    );
  });
});
