import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { iceServersFor } from '../../lib/auth/iceServers.ts';
import { parseConfig } from '../../lib/config/load.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';

const SECRET = '0123456789abcdef0123456789abcdef';
const NOW = Date.UTC(2026, 0, 1, 0, 0, 0, 999);
const HALF_A_DAY_LATER = 1_767_268_800;

const relay = { urls: ['turn:turn.example'], secret: SECRET };

function iceOf(ice: ConfigInput['ice']) {
  return parseConfig({ ice }).ice;
}

describe('the ICE servers of a user', () => {
  test('are an empty list unless some are configured', () => {
    assert.deepEqual(iceServersFor('ada', iceOf({})), []);
  });

  test('have the credentials in the config, if any', () => {
    const servers = [
      { urls: ['stun:stun.example', 'stun:[2001:db8::1]:3478'] },
      { urls: ['turn:a.example'], username: 'us', credential: 'them' },
    ];
    const served = iceServersFor('ada', iceOf({ servers }));
    assert.deepEqual(JSON.parse(JSON.stringify(served)), servers);
  });

  // The credential that coturn derives from the name, computed with openssl:
  // printf 1767268800:ada | openssl dgst -sha1 -hmac $SECRET -binary | base64
  for (const [userId, name, credential] of [
    ['ada', 'ada', 'TcnybLGKBJEMCcQS9QtEdQIHZDI='],
    ['a:b', 'a:b', '/nEqE9UDhaC7aLtW6I3v4dCz88g='],
    ["zoë'", 'zoë_', 'aJrwQ9FTXz1vz+He4udWMKX91Z8='],
  ] as const) {
    test(`have credentials derived from the secret, if any: ${userId}`, () => {
      assert.deepEqual(
        iceServersFor(userId, iceOf({ servers: [relay] }), NOW),
        [
          {
            urls: relay.urls,
            username: `${HALF_A_DAY_LATER}:${name}`,
            credential,
          },
        ],
      );
    });
  }

  test('have credentials that expire after the configured time', () => {
    const [server] = iceServersFor(
      'ada',
      iceOf({ servers: [relay], ttl: 60 }),
      NOW,
    );
    assert.equal(server?.username, '1767225660:ada');
  });

  test('have no user name that is unsafe in the SQL of coturn', () => {
    for (const userId of ['"', '\\', 'union-SELECT', "' OR 1"]) {
      const [server] = iceServersFor(userId, iceOf({ servers: [relay] }));
      assert.doesNotMatch(server?.username ?? '', /["'\\]|select/i);
    }
  });
});
