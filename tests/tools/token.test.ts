import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import path from 'node:path';
import { describe, test } from 'node:test';

import jwt from 'jsonwebtoken';

import { apiKeySchema, hashOfSecret } from '../../lib/auth/apiKeys.ts';
import { API_SCOPE_NAMES } from '../../lib/auth/apiScopes.ts';
import { mayEnter } from '../../lib/auth/Grants.ts';
import {
  callerGrants,
  peerGrants,
  projectOf,
  userGrants,
} from '../../lib/auth/jwt.ts';
import { rolesSection } from '../../lib/auth/roles.ts';
import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';

const SECRET = 'a secret of the tests that is long enough';
const auth = {
  keys: [{ algorithm: 'HS256' as const, secret: SECRET }],
  clockTolerance: 10,
  roles: rolesSection.parse({}),
};

/** Runs the command with a config of its own. */
function token(args: string[], environment: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(PROJECT_ROOT, 'tools', 'token.ts'), ...args],
    {
      encoding: 'utf8',
      env: {
        ...process.env,
        ATRIUM_CONFIG: 'config.example.ts',
        ATRIUM_AUTH_MODE: 'token',
        ATRIUM_AUTH_SECRET: SECRET,
        ...environment,
      },
    },
  );
  return { status, lines: stdout.trimEnd().split('\n'), stderr };
}

describe('npm run token', () => {
  test('prints a token that the server accepts, and the URL to join with it', () => {
    const { status, lines, stderr } = token(
      ['--room', 'blue-&-green', '--peer', 'ada'],
      { ATRIUM_PORT: '5000' },
    );
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    const [printed = '', address, ...rest] = lines;
    assert.deepEqual(rest, []);
    const grants = peerGrants(printed, auth);
    assert.deepEqual(grants.identity, { userId: 'ada', role: 'member' });
    assert.ok(mayEnter(grants, 'blue-&-green'));
    assert.ok(!mayEnter(grants, 'blue'));
    const left = (grants.expiresAt ?? 0) - Date.now();
    assert.ok(left > 3_500_000 && left <= 3_600_000, `${left} ms left`);
    assert.equal(
      address,
      `https://127.0.0.1:5000/?room=blue-%26-green#token=${printed}`,
    );
  });

  test('creates the token described by its options', () => {
    const options =
      '--room team-* --peer ada --name Ada --role guest --publish mic,screen --no-subscribe --ttl 2d --url https://meet.example/';
    const { lines } = token(options.split(' '));
    assert.equal(lines.length, 1, 'a pattern is no room to join');
    const grants = peerGrants(lines[0] ?? '', auth);
    assert.deepEqual(grants.identity, {
      userId: 'ada',
      name: 'Ada',
      role: 'guest',
    });
    assert.deepEqual(grants.publish, ['mic', 'screen']);
    assert.equal(grants.subscribe, false);
    assert.ok((grants.expiresAt ?? 0) - Date.now() > 172_000_000);
    const named = token(['--room=r', '--peer=p', '--url=https://meet.example']);
    assert.ok(
      named.lines[1]?.startsWith('https://meet.example/?room=r#token='),
    );
  });

  test('prints the key of a project, which opens no room by itself', () => {
    const { status, lines, stderr } = token(['--project', 'acme']);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    const [key = '', ...rest] = lines;
    assert.deepEqual(rest, []);
    assert.equal(projectOf(key, auth), 'acme');
    const { exp = 0, iat = 0 } = jwt.decode(key) as jwt.JwtPayload;
    assert.equal(exp - iat, 365 * 86_400);
    for (const read of [peerGrants, callerGrants, userGrants]) {
      assert.throws(() => read(key, auth), { code: 'TOKEN_INVALID' });
    }
    const [short = ''] = token(['--project=acme', '--ttl=1h']).lines;
    const claims = jwt.decode(short) as jwt.JwtPayload;
    assert.equal((claims.exp ?? 0) - (claims.iat ?? 0), 3_600);
  });

  test('makes a key of the server API, which the config takes', () => {
    const { status, lines, stderr } = token([
      '--api=backend',
      '--scopes=rooms:read,nodes:read',
      '--ttl=1h',
    ]);
    assert.equal(status, 0);
    assert.match(stderr, /^The secret, for the client alone/);
    const [secret = '', entry = '', ...rest] = lines;
    assert.deepEqual(rest, []);
    assert.match(secret, /^backend\.[\w-]{43}$/);
    const { expires, ...key } = apiKeySchema.parse(
      JSON.parse(entry.replace(/,$/, '')),
    );
    assert.deepEqual(key, {
      id: 'backend',
      hash: hashOfSecret(secret.slice('backend.'.length)),
      scopes: ['rooms:read', 'nodes:read'],
    });
    const left = Date.parse(expires ?? '') - Date.now();
    assert.ok(left > 3_500_000 && left <= 3_600_000, `${left} ms left`);
  });

  test('makes a key pair of the server API, with every scope', () => {
    const { lines } = token(['--api=signer', '--scopes=all', '--signing']);
    const entry = apiKeySchema.parse(
      JSON.parse((lines.pop() ?? '').replace(/,$/, '')),
    );
    assert.deepEqual(entry.scopes, API_SCOPE_NAMES);
    const privateKey = createPrivateKey(lines.join('\n'));
    const own = createPublicKey(privateKey).export({
      type: 'spki',
      format: 'pem',
    });
    assert.equal(entry.publicKey, own);
  });

  test('warns if the server requires no token', () => {
    const { status, stderr } = token(['--room=r', '--peer=p'], {
      ATRIUM_AUTH_MODE: 'open',
    });
    assert.equal(status, 0);
    assert.match(stderr, /auth\.mode is "open"/);
  });

  const wrong: Record<string, [args: string[], RegExp]> = {
    'no room': [['--peer=p'], /^--room, --peer: expected both/],
    'no peer': [['--room=r'], /^--room, --peer: expected both/],
    'an unknown option': [['--roomy'], /Unknown option '--roomy'/],
    'a room with a space': [['--room=a b', '--peer=p'], /^token\.room: /],
    'a project with a room': [
      ['--project=p', '--room=r'],
      /^--room: expected nothing, because --project is given/,
    ],
    'a key without scopes': [['--api=a'], /^--scopes: expected some, or all/],
    'a key with an unknown scope': [
      ['--api=a', '--scopes=rooms:paint'],
      /^key\.scopes\.0: expected "rooms:read" or /,
    ],
    'a key with a dot': [
      ['--api=a.b', '--scopes=all'],
      /^key\.id: expected 1 to 64 letters, digits, hyphens and underscores/,
    ],
    'a key with a room': [
      ['--api=a', '--scopes=all', '--room=r'],
      /^--room: expected nothing, because --api is given/,
    ],
    'a project with a space': [['--project=a b'], /^token\.project: /],
    'an unknown role': [
      ['--room=r', '--peer=p', '--role=king'],
      /^token\.role: expected "guest" or "member" or "moderator", got "king"/,
    ],
    'an unknown source': [
      ['--room=r', '--peer=p', '--publish=mic,webcam'],
      /^token\.grants\.publish/,
    ],
    'a time without a unit': [
      ['--room=r', '--peer=p', '--ttl=60'],
      /^--ttl: expected a number with s, m, h or d, such as 1h, got "60"/,
    ],
  };
  for (const [what, [args, message]] of Object.entries(wrong)) {
    test(`reports what is wrong with ${what}`, () => {
      const { status, lines, stderr } = token(args);
      assert.equal(status, 1);
      assert.deepEqual(lines, ['']);
      assert.match(stderr, message);
    });
  }

  test('explains how to configure a key if there is none', () => {
    const { status, stderr } = token(['--room=r', '--peer=p'], {
      ATRIUM_AUTH_MODE: 'open',
      ATRIUM_AUTH_SECRET: '',
    });
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^auth\.keys: expected an HS256 key to sign with, got none; set one in config\.ts or in ATRIUM_AUTH_SECRET/,
    );
  });
});
