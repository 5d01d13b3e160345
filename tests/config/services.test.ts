import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { loadConfig } from '../../lib/config/load.ts';
import { serviceOptions } from '../../lib/config/services.ts';

/** A config file of options that are right. */
const EXAMPLE = 'config.example.ts';

/** The options of the signalling server in an environment. */
function optionsIn(
  environment: NodeJS.ProcessEnv,
  // The tests read sections of many shapes.
  // oxlint-disable-next-line typescript/no-explicit-any
): any {
  const options = { rooms: { maxPeers: 7 }, store: { timeout: 100 } };
  return serviceOptions('signalling-server', options, environment);
}

describe('the environment of a service', () => {
  test('sets the port, and leaves other options alone', () => {
    assert.deepEqual(optionsIn({}), {
      rooms: { maxPeers: 7 },
      store: { timeout: 100 },
      listen: { contract: 'meetings', tls: false, port: 8080 },
      listeners: [],
    });
    const { port } = optionsIn({ PORT: '9000', ATRIUM_PORT: '1' }).listen;
    assert.equal(port, 9_000);
    assert.equal(optionsIn({ ATRIUM_PORT: '443' }).listen.port, 443);
    // Those of the server itself do not count, but for its host.
    const own = { host: '::1', port: 4_443, tls: true, contract: 'chat' };
    const listeners = [{ contract: 'json', port: 3_000 }];
    const served = serviceOptions(
      'signalling-server',
      { listen: own, listeners },
      {},
    );
    assert.deepEqual(served, {
      listen: { host: '::1', contract: 'meetings', tls: false, port: 8080 },
      listeners: [],
    });
    const users = serviceOptions('users-service', {}, {});
    assert.deepEqual(users['workers'], { count: 0 });
    assert.deepEqual(users['listen'], {
      contract: 'users',
      tls: false,
      port: 8081,
    });
  });

  for (const [environment, url] of [
    [{}, undefined],
    [{ DB_URL: '', DB_HOST: '' }, undefined],
    [{ DB_URL: 'db' }, 'postgres://root:rootpassword@db:5432/vidchat'],
    [
      { DB_PORT: '27017' },
      'postgres://root:rootpassword@localhost:27017/vidchat',
    ],
    [
      {
        DB_HOST: '::1',
        DB_NAME: 'video/chat',
        DB_USERNAME: 'us:er',
        DB_PASSWORD: 'p@ss/word',
      },
      'postgres://us%3Aer:p%40ss%2Fword@[::1]:5432/video%2Fchat',
    ],
    [{ DB_URL: 'postgres://a:b@c/d', DB_NAME: 'e' }, 'postgres://a:b@c/d'],
    [
      { DB_HOST: 'one', DB_URL: 'other' },
      'postgres://root:rootpassword@one:5432/vidchat',
    ],
  ] as const) {
    test(`names the database ${url ?? 'that the options have'} by ${JSON.stringify(environment)}`, () => {
      const expected =
        url === undefined ? { timeout: 100 } : { timeout: 100, url };
      assert.deepEqual(optionsIn(environment).store, expected);
    });
  }

  const aHost =
    'expected the host of a PostgreSQL server, or a URL such as postgres://user:password@host/name';
  for (const [environment, problem] of [
    ...['x', '0', '65536', '54.32', '-1', '5432/x'].map(
      (port) =>
        [
          { DB_PORT: port },
          `DB_PORT: expected a whole number from 1 to 65535, got "${port}"`,
        ] as const,
    ),
    [
      { DB_URL: 'mongodb://ada:sesame@db' },
      `DB_URL: ${aHost}, got "mongodb://…@db"`,
    ],
    [{ DB_URL: 'one two' }, `DB_URL: ${aHost}, got "one two"`],
    [{ DB_HOST: 'db:5432', DB_URL: 'db' }, `DB_HOST: ${aHost}, got "db:5432"`],
  ] as const) {
    test(`is refused by the name of the variable: ${JSON.stringify(environment)}`, () => {
      assert.throws(() => optionsIn(environment), {
        name: 'ConfigError',
        message: `The configuration is wrong:\n  ${problem}`,
      });
    });
  }

  test('has the key and the issuer of tokens', () => {
    const { auth, accounts } = optionsIn({
      JWT_SECRET: 'a secret',
      JWT_ISSUER: 'Somebody',
    });
    assert.deepEqual(auth.keys, [{ algorithm: 'HS256', secret: 'a secret' }]);
    assert.deepEqual(accounts, { issuer: 'Somebody' });
  });

  for (const [environment, message] of [
    [{ PORT: 'http' }, /listen\.port: expected number, got "http"/],
    [{ JWT_SECRET: 'short' }, /auth\.keys\.0\.secret: expected at least 32/],
    [
      { ATRIUM_HOST: '0.0.0.0', ATRIUM_AUTH_ALLOW_OPEN: 'true' },
      /listen\.tls: expected true, because others can reach 0\.0\.0\.0/,
    ],
  ] as const) {
    test(`is refused by the name of the option: ${JSON.stringify(environment)}`, async () => {
      const variables = { ...environment, ATRIUM_CONFIG: EXAMPLE };
      await assert.rejects(loadConfig(variables, 'users-service'), {
        name: 'ConfigError',
        message,
      });
    });
  }
});
