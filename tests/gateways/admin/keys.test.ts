import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, describe, test } from 'node:test';

import jwt from 'jsonwebtoken';

import { API_SCOPE_NAMES } from '../../../lib/auth/apiScopes.ts';
import { routeContract } from '../../../lib/gateways/admin/routes.ts';
import type { RouteSpec } from '../../../lib/http/RouteSpec.ts';
import { startServer, testConfig } from '../../../tools/fixtures/server.ts';
import { apiKey } from '../../support/apiKeys.ts';
import { get, send } from '../../support/http.ts';
import { apiBodies, apiParameters } from '../../support/apiExamples.ts';
import { ApiSite } from './ApiSite.ts';

const BASE = '/api/server/v1';

const routes = Object.entries<RouteSpec>(routeContract.routes);

/** Routes that need a scope: the others are open to every key. */
const scoped = routes.filter(([, { scope }]) => scope !== undefined);

/** A method whose reply ends: HEAD for streams of events, which do not. */
function endingMethodOf({ method, replies }: RouteSpec): string {
  return Object.values(replies).some((it) => it.events) ? 'HEAD' : method;
}

/** The path of a route, with parameters that name nothing. */
function pathOf({ path }: RouteSpec): string {
  return path
    .slice(BASE.length)
    .replaceAll(/\{(\w+)\}/g, (_, name: string) => apiParameters[name] ?? '');
}

describe('the server API', () => {
  const single = API_SCOPE_NAMES.map((scope) => ({
    scope,
    key: apiKey(scope.replace(':', '-'), scope),
  }));
  const rest = API_SCOPE_NAMES.map((scope) => ({
    scope,
    key: apiKey(
      `all-but-${scope.replace(':', '-')}`,
      ...API_SCOPE_NAMES.filter((it) => it !== scope),
    ),
  }));
  let site: ApiSite;

  before(async () => {
    site = await ApiSite.start({
      auth: { apiKeys: [...single, ...rest].map(({ key }) => key.entry) },
      limits: { apiFailureBurst: 1_000 },
    });
  });

  after(() => site[Symbol.asyncDispose]());

  for (const [name, spec] of scoped) {
    test(`asks for a key with the scope of ${name}`, async () => {
      const { method, scope } = spec;
      const body = apiBodies[name];
      const ask = (headers: Record<string, string>, by: string = method) =>
        site.ask(by, pathOf(spec), body, headers);
      const none = await ask({ Authorization: '' });
      assert.equal(none.body.error.code, 'TOKEN_MISSING');
      assert.equal(none.status, 401);
      assert.equal(none.headers['www-authenticate'], 'Bearer');
      const wrong = rest.find((it) => it.scope === scope) ?? assert.fail();
      const refused = await ask(wrong.key.headers);
      assert.equal(refused.status, 403);
      assert.equal(refused.body.error.code, 'API_SCOPE_MISSING');
      assert.match(
        refused.body.error.message,
        new RegExp(`expected a key with the scope "${scope}", got "all-but-`),
      );
      const right = single.find((it) => it.scope === scope) ?? assert.fail();
      const { status } = await ask(right.key.headers, endingMethodOf(spec));
      assert.ok([200, 201, 404].includes(status), `${name}: ${status}`);
    });
  }

  test('declares every scope that a route needs, and no other', () => {
    assert.deepEqual(
      new Set(scoped.map(([, { scope }]) => scope)),
      new Set(API_SCOPE_NAMES),
    );
  });
});

describe('a key of the server API', () => {
  const expired = {
    ...apiKey('expired', 'nodes:read').entry,
    expires: new Date(Date.now() - 1).toISOString(),
  };
  const lasting = apiKey('lasting', 'nodes:read');
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  let site: ApiSite;

  const sign = (
    claims: object = {},
    { key = pair.privateKey, lifetime = 60, issuer = 'signer' } = {},
  ): string =>
    jwt.sign({ ...claims }, key, {
      algorithm: 'ES256',
      issuer,
      expiresIn: lifetime,
    });
  const statusWith = async (token: string, path = '/nodes') =>
    (
      await site.ask('GET', path, undefined, {
        Authorization: `Bearer ${token}`,
      })
    ).status;

  before(async () => {
    site = await ApiSite.start({
      auth: {
        apiKeys: [
          expired,
          {
            ...lasting.entry,
            expires: new Date(Date.now() + 60_000).toISOString(),
          },
          {
            id: 'signer',
            publicKey: pair.publicKey
              .export({ type: 'spki', format: 'pem' })
              .toString(),
            scopes: ['nodes:read', 'rooms:read'],
          },
        ],
      },
      limits: { apiFailureBurst: 1_000 },
    });
  });

  after(() => site[Symbol.asyncDispose]());

  test('opens the API until it expires', async () => {
    assert.equal(await statusWith(lasting.token), 200);
    assert.equal(await statusWith('expired.secret-of-expired'), 401);
  });

  test('is refused with a wrong secret, or as another key', async () => {
    for (const token of [
      'lasting.secret-of-expired',
      'lasting.',
      '.secret-of-lasting',
      'nobody.secret-of-nobody',
      'signer.',
      'lasting',
      'a.b.c',
      'a.b.c.d',
      '.',
      'x'.repeat(8_000),
    ]) {
      assert.equal(await statusWith(token), 401, token.slice(0, 40));
    }
  });

  test('signs tokens that are valid for a short time', async () => {
    assert.equal(await statusWith(sign()), 200);
    assert.equal(await statusWith(sign({}, { lifetime: 301 })), 401);
    assert.equal(await statusWith(sign({}, { lifetime: -60 })), 401);
    assert.equal(await statusWith(sign({}, { key: other.privateKey })), 401);
    assert.equal(await statusWith(sign({}, { issuer: 'lasting' })), 401);
    assert.equal(await statusWith(sign({}, { issuer: 'nobody' })), 401);
    const ahead = Math.floor(Date.now() / 1_000) + 60;
    assert.equal(await statusWith(sign({ iat: ahead })), 401);
    const [header, payload] = sign().split('.');
    assert.equal(await statusWith(`${header}.${payload}.`), 401);
    const unsigned = jwt.sign({}, '', {
      algorithm: 'none',
      issuer: 'signer',
      expiresIn: 60,
    });
    assert.equal(await statusWith(unsigned), 401);
  });

  test('signs tokens with some of its scopes, and with no others', async () => {
    const narrow = sign({ scopes: ['rooms:read'] });
    assert.equal(await statusWith(narrow, '/rooms'), 200);
    assert.equal(await statusWith(narrow, '/nodes'), 403);
    const wide = sign({ scopes: ['nodes:read', 'nodes:write'] });
    assert.equal(await statusWith(wide, '/nodes'), 200);
    const { status } = await site.ask('POST', '/nodes/other/drain', undefined, {
      Authorization: `Bearer ${wide}`,
    });
    assert.equal(status, 403);
  });
});

describe('without a key, the server API', () => {
  test('is off, and says how to switch it on', async () => {
    await using site = await ApiSite.start({ auth: { apiKeys: [] } });
    const message = await site.refused(404, 'API_DISABLED', 'GET', '/rooms');
    assert.match(message, /auth\.apiKeys is empty; npm run token -- --api ID/);
  });

  test('takes keys over while it runs', async () => {
    await using site = await ApiSite.start({ auth: { apiKeys: [] } });
    const key = apiKey('new', 'rooms:read');
    const ask = () => site.ask('GET', '/rooms', undefined, key.headers);
    assert.equal((await ask()).status, 404);
    site.server.reconfigure(testConfig({ auth: { apiKeys: [key.entry] } }));
    assert.equal((await ask()).status, 200);
    site.server.reconfigure(testConfig({ auth: { apiKeys: [] } }));
    assert.equal((await ask()).status, 404);
  });
});

describe('wrong keys of the server API', () => {
  test('are refused for a while after many of them', async () => {
    await using site = await ApiSite.start({
      limits: { apiFailuresPerMinute: 1, apiFailureBurst: 2 },
      access: { trustProxy: ['loopback'] },
      auth: { allowOpen: true },
      ops: { port: 0 },
    });
    const ops = site.server.opsUrl ?? '';
    const ask = (token: string, address: string) =>
      get(ops, `${BASE}/rooms`, {
        headers: {
          Authorization: `Bearer ${token}`,
          'X-Forwarded-For': address,
        },
      });
    const right = 'root.secret-of-root';
    assert.equal((await ask(right, '192.0.2.1')).status, 200);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      assert.equal((await ask('root.guess', '192.0.2.1')).status, 401);
    }
    const { status, headers, body } = await ask(right, '192.0.2.1');
    assert.equal(status, 429);
    assert.match(String(headers['retry-after']), /^\d+$/);
    assert.equal(JSON.parse(body).error.code, 'LIMIT_REACHED');
    assert.equal((await ask(right, '192.0.2.2')).status, 200);
  });
});

describe('the server API of a server that others can reach', () => {
  test('is served at the port for operators alone', async () => {
    const key = apiKey('root', 'rooms:read');
    // A first server creates the certificate, which this one requires.
    await (await startServer()).close();
    const server = await startServer({
      listen: { host: '0.0.0.0' },
      auth: { allowOpen: true, apiKeys: [key.entry] },
      ops: { port: 0 },
    });
    try {
      const ask = (base: string) =>
        send(base, `${BASE}/rooms`, undefined, { headers: key.headers });
      assert.equal((await ask(server.url)).status, 404);
      assert.equal((await ask(server.opsUrl ?? '')).status, 200);
    } finally {
      await server.close();
    }
  });
});
