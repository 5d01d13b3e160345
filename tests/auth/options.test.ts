import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';

import { loadConfig, parseConfig } from '../../lib/config/load.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { problemsOf, wrong } from '../support/config.ts';

const SECRET = 'a secret of the tests that is long enough';

const key = { algorithm: 'HS256' as const, secret: SECRET };

describe('the config of authentication', () => {
  test('is open on loopback, and elsewhere only if explicitly allowed', () => {
    assert.equal(parseConfig().auth.mode, 'open');
    for (const host of ['127.0.0.1', '::1', 'localhost', '127.1.2.3']) {
      assert.equal(problemsOf({ listen: { host } }), '', host);
    }
    for (const host of ['0.0.0.0', '::', '192.0.2.1', 'meet.example']) {
      const listen = { host };
      assert.ok(
        problemsOf({ listen }).includes(
          `auth.mode: expected "token", because others can reach ${host} and "open" lets everyone in, got "open"; if that is intended, set auth.allowOpen to true`,
        ),
        host,
      );
      assert.equal(problemsOf({ listen, auth: { allowOpen: true } }), '');
      const auth = { mode: 'token', keys: [key] };
      assert.equal(problemsOf({ listen, auth }), '');
    }
  });

  test('requires a key in token mode where other machines can connect', () => {
    assert.equal(problemsOf({ auth: { mode: 'token' } }), '');
    assert.match(
      problemsOf({ listen: { host: '0.0.0.0' }, auth: { mode: 'token' } }),
      /auth\.keys: expected a key to check tokens with, because auth\.mode is "token", got none; set one here or in ATRIUM_AUTH_SECRET/,
    );
  });

  test('refuses a short secret without showing it', () => {
    const problems = problemsOf({
      auth: { keys: [{ ...key, secret: 'hunter2' }] },
    });
    assert.match(
      problems,
      /auth\.keys\.0\.secret: expected at least 32 random bytes/,
    );
    assert.doesNotMatch(problems, /hunter2/);
  });

  const wrong: Record<string, [ConfigInput | object, RegExp]> = {
    'an unknown mode': [
      { auth: { mode: 'closed' } },
      /auth\.mode: expected "open" or "token", got "closed"/,
    ],
    'a key without an algorithm': [
      { auth: { keys: [{ secret: SECRET }] } },
      /auth\.keys\.0\.algorithm/,
    ],
    'the algorithm "none"': [
      { auth: { keys: [{ algorithm: 'none', secret: SECRET }] } },
      /auth\.keys\.0\.algorithm/,
    ],
    'a private key': [
      {
        auth: {
          keys: [
            {
              algorithm: 'RS256',
              publicKey: '-----BEGIN PRIVATE KEY-----',
            },
          ],
        },
      },
      /auth\.keys\.0\.publicKey: expected a public RSA key of at least 2048 bits in PEM/,
    ],
  };
  for (const [what, [input, message]] of Object.entries(wrong)) {
    test(`refuses ${what}`, () => {
      assert.match(problemsOf(input), message);
    });
  }

  const rsa = (modulusLength: number) =>
    generateKeyPairSync('rsa', { modulusLength });
  const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
  const spki = { type: 'spki', format: 'pem' } as const;
  const keyProblems = (entry: object) =>
    problemsOf({ auth: { keys: [entry] } });

  test('refuses keys that are malformed, private, too short or of another algorithm', () => {
    const good = rsa(2_048);
    const publicRsa = good.publicKey.export(spki) as string;
    const publicEc = ec('P-256').publicKey.export(spki) as string;
    const refused: [algorithm: string, publicKey: string][] = [
      ['ES256', publicRsa],
      ['RS256', publicEc],
      ['ES256', ec('P-384').publicKey.export(spki) as string],
      ['RS256', rsa(1_024).publicKey.export(spki) as string],
      ['RS256', publicRsa.replace('MII', '')],
      [
        'RS256',
        good.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      ],
    ];
    for (const [algorithm, publicKey] of refused) {
      assert.match(
        keyProblems({ algorithm, publicKey }),
        /auth\.keys\.0\.publicKey: expected a public .+, got one that is not shown here$/,
      );
    }
    assert.equal(keyProblems({ algorithm: 'RS256', publicKey: publicRsa }), '');
    assert.equal(keyProblems({ algorithm: 'ES256', publicKey: publicEc }), '');
    assert.match(
      keyProblems({ algorithm: 'HS256', secret: publicRsa }),
      /secret: expected a secret, not a key in PEM/,
    );
    assert.match(
      keyProblems({ algorithm: 'HS256', secret: 'x'.repeat(32) }),
      /secret: expected at least 8 different bytes/,
    );
  });
});

describe('the config of ICE servers', () => {
  const secret = SECRET;

  test('accepts what browsers accept, with credentials only for TURN', () => {
    const servers = [
      { urls: ['stun:stun.example', 'stuns:192.0.2.1:5349'] },
      { urls: ['turn:[2001:db8::1]:3478?transport=udp'], secret },
      {
        urls: ['turns:turn.example:443?transport=tcp', 'stun:turn.example'],
        username: 'ada',
        credential: 'x',
      },
    ];
    assert.deepEqual(parseConfig({ ice: { servers } }).ice.servers, servers);
  });

  for (const url of [
    'turn.example',
    'turn://turn.example',
    'turn:turn.example?transport=sctp',
    'stun:stun.example?transport=udp',
    'turn:ada@turn.example',
    'https://turn.example',
    'turn:',
    '',
  ]) {
    test(`refuses the server ${JSON.stringify(url)}`, () => {
      assert.equal(
        problemsOf({ ice: { servers: [{ urls: [url], secret }] } }),
        wrong(
          `ice.servers.0.urls.0: expected a URL such as stun:stun.example:3478 or turn:turn.example:3478?transport=tcp, got ${JSON.stringify(url)}`,
        ),
      );
    });
  }

  const turn = { urls: ['turn:turn.example'] };
  const stun = { urls: ['stun:stun.example'] };
  for (const [what, given] of Object.entries({
    'TURN without credentials': turn,
    'a username without a credential': { ...turn, username: 'ada' },
    'a credential without a username': { ...turn, credential: 'x' },
    'two kinds of credentials': {
      ...turn,
      username: 'ada',
      credential: 'x',
      secret,
    },
    'STUN with a secret': { ...stun, secret },
    'STUN with a credential': { ...stun, username: 'ada', credential: 'x' },
  })) {
    test(`refuses ${what}`, () => {
      assert.equal(
        problemsOf({ ice: { servers: [given] } }),
        wrong(
          'ice.servers.0: expected a secret, or a username and a credential, for turn: and turns:, and neither for stun: alone, got an object',
        ),
      );
    });
  }

  test('refuses short secrets without showing them', () => {
    const problems = problemsOf({
      ice: {
        servers: [
          { ...turn, secret: 'hunter2' },
          { ...turn, username: 'ada', credential: 7_353 },
        ],
      },
    });
    assert.equal(
      problems,
      wrong(
        'ice.servers.0.secret: expected at least 32 random bytes, got one that is not shown here',
        'ice.servers.1.credential: expected string, got one that is not shown here',
      ),
    );
  });

  test('can come from the environment, as one server with its secret', async () => {
    const { ice } = await loadConfig({
      ATRIUM_TURN_URLS: 'turn:a.example,turns:a.example',
      ATRIUM_TURN_SECRET: SECRET,
    });
    assert.deepEqual(ice.servers, [
      { urls: ['turn:a.example', 'turns:a.example'], secret },
    ]);
    await assert.rejects(loadConfig({ ATRIUM_TURN_SECRET: SECRET }), {
      message: wrong('ice.servers.0.urls: expected array, got nothing'),
    });
  });
});
