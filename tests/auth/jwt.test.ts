import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';

import jwt from 'jsonwebtoken';

import { mayEnter } from '../../lib/auth/Grants.ts';
import { POWERS, SOURCES } from '../../lib/auth/Permissions.ts';
import { rolesSection } from '../../lib/auth/roles.ts';
import { peerGrants, requireUnexpired } from '../../lib/auth/jwt.ts';
import { parseConfig } from '../../lib/config/load.ts';
import { AppError } from '../../lib/core/errors.ts';
import { peerToken } from '../support/peerToken.ts';
import { SECRET, userToken } from '../support/JsonClient.ts';

const auth = {
  keys: [{ algorithm: 'HS256' as const, secret: SECRET }],
  clockTolerance: 10,
  roles: rolesSection.parse({}),
};
const now = (): number => Math.floor(Date.now() / 1_000);

/** A public key as PEM, for the config, and its private key, for tokens. */
function pair(kind: 'rsa' | 'ec') {
  const { publicKey, privateKey } =
    kind === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2_048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return { publicKey: pem, privateKey };
}

describe('the token of a peer', () => {
  test('grants everything in its room by default', () => {
    const iat = now();
    const exp = iat + 60;
    const token = peerToken('ada', { room: 'team-*', iat, exp });
    const grants = peerGrants(token, auth);
    assert.deepEqual(grants, {
      identity: { userId: 'ada', role: 'member' },
      rooms: ['team-*'],
      publish: SOURCES,
      subscribe: true,
      data: true,
      chat: true,
      raiseHand: true,
      metadata: true,
      moderate: [],
      issuedAt: iat * 1_000,
      expiresAt: exp * 1_000,
    });
    assert.ok(mayEnter(grants, 'team-blue'));
    assert.ok(!mayEnter(grants, 'blue'));
  });

  test('has the permissions of its role, changed by its own', () => {
    const roles = rolesSection.parse({
      guest: { publish: ['mic'], raiseHand: false },
    });
    const permissionsOf = (claims: Record<string, unknown>) => {
      const grants = peerGrants(peerToken('ada', claims), { ...auth, roles });
      const { publish, chat, raiseHand, moderate } = grants;
      return { publish, chat, raiseHand, moderate };
    };
    assert.deepEqual(permissionsOf({ role: 'guest' }), {
      publish: ['mic'],
      chat: true,
      raiseHand: false,
      moderate: [],
    });
    assert.deepEqual(permissionsOf({ role: 'moderator' }), {
      publish: SOURCES,
      chat: true,
      raiseHand: true,
      moderate: POWERS,
    });
    const grants = { publish: true, chat: false, moderate: ['mute'] };
    assert.deepEqual(permissionsOf({ role: 'guest', grants }), {
      publish: SOURCES,
      chat: false,
      raiseHand: false,
      moderate: ['mute'],
    });
  });

  test('carries name, role and permissions to publish and subscribe', () => {
    const { identity, publish, subscribe, data } = peerGrants(
      peerToken('ada', {
        name: 'Ada L.',
        role: 'moderator',
        grants: { publish: ['mic', 'screen'], subscribe: false, data: false },
      }),
      auth,
    );
    assert.deepEqual(
      { identity, publish, subscribe, data },
      {
        identity: { userId: 'ada', name: 'Ada L.', role: 'moderator' },
        publish: ['mic', 'screen'],
        subscribe: false,
        data: false,
      },
    );
  });

  for (const [publish, sources] of [
    [true, SOURCES],
    [false, []],
    [[], []],
  ] as const) {
    test(`publish: ${JSON.stringify(publish)} grants ${sources.length} sources`, () => {
      const token = peerToken('ada', { grants: { publish } });
      assert.deepEqual(peerGrants(token, auth).publish, sources);
    });
  }

  const wrong: Record<string, [changes: Record<string, unknown>, RegExp]> = {
    'no sub': [{ sub: undefined }, /^token\.sub: expected string/],
    'a sub with a space': [{ sub: 'a b' }, /^token\.sub: expected no spaces/],
    'no room': [{ room: undefined }, /^token\.room: expected string/],
    'an empty room': [{ room: '' }, /^token\.room: /],
    'an unknown role': [
      { role: 'admin' },
      /^token\.role: expected "guest" or "member" or "moderator", got "admin"$/,
    ],
    'a name with a line end': [{ name: 'a\nb' }, /^token\.name: /],
    'an unknown source': [
      { grants: { publish: ['webcam'] } },
      /^token\.grants\.publish/,
    ],
    'an unknown grant': [
      { grants: { publsih: true } },
      /^token\.grants\.publsih: there is no such option$/,
    ],
    'grants that are a list': [{ grants: [] }, /^token\.grants: /],
    'no expiry': [{ exp: undefined }, /^token: expected an expiry \(exp\)$/],
  };
  for (const [what, [changes, message]] of Object.entries(wrong)) {
    test(`with ${what} is refused`, () => {
      assert.throws(() => peerGrants(peerToken('ada', changes), auth), {
        code: 'TOKEN_INVALID',
        message,
      });
    });
  }

  test('is refused with its own code before its start', () => {
    assert.throws(
      () => peerGrants(peerToken('ada', { nbf: now() + 25 }), auth),
      {
        code: 'TOKEN_NOT_YET_VALID',
        message:
          /^token: expected one that is already valid, got one from \d{4}-\S+ on, while it is \d{4}-\S+ here; /,
      },
    );
  });

  test('is refused without a crash for any content', () => {
    const part = (value: unknown): string =>
      Buffer.from(
        typeof value === 'string' ? value : JSON.stringify(value),
      ).toString('base64url');
    const sign = (header: unknown, payload: unknown): string => {
      const text = `${part(header)}.${part(payload)}`;
      return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
    };
    const header = { alg: 'HS256', typ: 'JWT' };
    const claims = { sub: 'ada', room: 'r', exp: now() + 60 };
    assert.equal(peerGrants(sign(header, claims), auth).identity.userId, 'ada');
    const times = [-1e300, 1e300, -1, 0, null, '1', [], '1e999'];
    const hostile = [
      ...['not JSON', '', 'null', '[]', '"text"', '1', '\ufeff{}'].flatMap(
        (text) => [sign(header, text), sign(text, claims)],
      ),
      ...times.flatMap((time) =>
        ['nbf', 'exp'].map((claim) => {
          const wrong = JSON.stringify({ ...claims, [claim]: time });
          return sign(header, wrong.replace('"1e999"', '1e999'));
        }),
      ),
      ...[['exp'], [], {}, 'exp', null, ['b64']].map((crit) =>
        sign({ ...header, crit }, claims),
      ),
      sign({ ...header, alg: 'none' }, claims),
      sign({ alg: {} }, claims),
      `${sign(header, claims)}.`,
      sign(header, claims).slice(0, -1),
      `.${sign(header, claims)}`,
      '..',
      '.',
      '\ud800.\ud800.\ud800',
    ];
    // These set the validity of the token, which includes now.
    const good = new Set([
      ...[-1e300, -1, 0].map((nbf) => sign(header, { ...claims, nbf })),
      sign(header, { ...claims, exp: 1e300 }),
    ]);
    for (const token of hostile.filter((it) => !good.has(it))) {
      assert.throws(
        () => peerGrants(token, auth),
        (error) => error instanceof AppError && error.status === 401,
        token,
      );
    }
  });

  test('is not accepted as the token of a user', () => {
    assert.throws(() => peerGrants(userToken('ada'), auth), {
      code: 'TOKEN_INVALID',
      message: /^token\.sub: /,
    });
  });

  test('is valid up to 10 s before its start and after its end', () => {
    peerGrants(peerToken('ada', { exp: now() - 8, nbf: now() + 8 }), auth);
    assert.throws(
      () => peerGrants(peerToken('ada', { exp: now() - 12 }), auth),
      { code: 'TOKEN_EXPIRED' },
    );
  });

  test('is valid within the configured clock tolerance', () => {
    const late = peerToken('ada', { exp: now() - 50 });
    const early = peerToken('ada', { nbf: now() + 50 });
    for (const token of [late, early]) {
      const { expiresAt } = peerGrants(token, { ...auth, clockTolerance: 60 });
      assert.ok(expiresAt !== undefined);
      assert.throws(() => peerGrants(token, { ...auth, clockTolerance: 40 }));
    }
    const grants = peerGrants(late, { ...auth, clockTolerance: 60 });
    requireUnexpired(grants, { clockTolerance: 60 });
    assert.throws(() => requireUnexpired(grants, { clockTolerance: 40 }), {
      code: 'TOKEN_EXPIRED',
    });
  });

  test('is checked for expiry later with the same tolerance as on entry', () => {
    const exp = now() - 8;
    const grants = peerGrants(peerToken('ada', { exp }), auth);
    requireUnexpired(grants, auth);
    assert.throws(
      () =>
        requireUnexpired({ ...grants, expiresAt: (now() - 10) * 1_000 }, auth),
      { code: 'TOKEN_EXPIRED', message: /^token: expired at \d{4}-/ },
    );
    requireUnexpired({ ...grants, expiresAt: undefined }, auth);
  });

  test('is checked only with the key that it names', () => {
    const rsa = pair('rsa');
    const ec = pair('ec');
    const { auth: three } = parseConfig({
      auth: {
        keys: [
          { algorithm: 'HS256', kid: 'old', secret: SECRET },
          { algorithm: 'RS256', kid: 'new', publicKey: rsa.publicKey },
          { algorithm: 'ES256', kid: 'newest', publicKey: ec.publicKey },
        ],
      },
    });
    const claims = { sub: 'ada', room: 'r', exp: now() + 60 };
    const good = [
      jwt.sign(claims, SECRET, { keyid: 'old' }),
      jwt.sign(claims, SECRET),
      jwt.sign(claims, rsa.privateKey, { algorithm: 'RS256', keyid: 'new' }),
      jwt.sign(claims, ec.privateKey, { algorithm: 'ES256', keyid: 'newest' }),
      jwt.sign(claims, ec.privateKey, { algorithm: 'ES256' }),
    ];
    for (const token of good) {
      assert.equal(peerGrants(token, three).identity.userId, 'ada');
    }
    const bad = [
      jwt.sign(claims, SECRET, { keyid: 'new' }),
      jwt.sign(claims, SECRET, { keyid: 'unknown' }),
      jwt.sign(claims, rsa.privateKey, { algorithm: 'RS256', keyid: 'newest' }),
      jwt.sign(claims, rsa.privateKey, { algorithm: 'RS512', keyid: 'new' }),
      // A public key must not be accepted as a secret.
      forged(claims, rsa.publicKey, 'new'),
      forged(claims, rsa.publicKey, undefined),
    ];
    for (const token of bad) {
      assert.throws(() => peerGrants(token, three), { code: 'TOKEN_INVALID' });
    }
  });
});

/** A token with an HMAC keyed with the public key. */
function forged(claims: object, publicKey: string, kid?: string): string {
  const header = { alg: 'HS256', typ: 'JWT', kid };
  const text = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${createHmac('sha256', publicKey).update(text).digest('base64url')}`;
}
