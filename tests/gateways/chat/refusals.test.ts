import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import jwt from 'jsonwebtoken';

import { SECRET, userToken } from '../../support/JsonClient.ts';
import { PASSWORD } from '../../support/accounts.ts';
import { ChatSite } from './ChatSite.ts';
import type { Member, Reply } from './ChatSite.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };

/** The path of each resource, with the methods that it takes. */
const RESOURCES: Readonly<Record<string, readonly string[]>> = {
  '/auth/register/': ['POST'],
  '/auth/login/': ['POST'],
  '/auth/token/refresh/': ['POST'],
  '/auth/profile/': ['GET', 'PATCH', 'DELETE', 'HEAD'],
  '/auth/logout/': ['POST'],
  '/api/rooms/': ['GET', 'POST', 'HEAD'],
  '/api/rooms/1/': ['GET', 'PATCH', 'DELETE', 'HEAD'],
  '/api/rooms/1/messages/': ['GET', 'HEAD'],
};

const PUBLIC = new Set([
  '/auth/register/',
  '/auth/login/',
  '/auth/token/refresh/',
]);

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Each method that a resource takes. */
const operations = Object.entries(RESOURCES).flatMap(([path, methods]) =>
  methods
    .filter((method) => method !== 'HEAD')
    .map((method) => ({ method, path })),
);

/** Operations with a body. */
const writes = operations.filter(
  ({ method }) => method === 'POST' || method === 'PATCH',
);

function hasBody(reply: Reply, status: number, body: unknown): void {
  assert.deepEqual([reply.status, reply.body], [status, body]);
}

describe('the chat API refuses', () => {
  let site: ChatSite;
  let ada: Member;

  before(async () => {
    site = await ChatSite.start({
      access: { origins: ['https://app.example'] },
    });
    ada = await site.join('ada@example.com', 'Ada');
    const room = { name: 'Room', room_type: 'chat' };
    const { body } = await site.ask('POST', '/api/rooms/', room, ada.access);
    assert.equal(body.id, 1);
  });
  after(() => site[Symbol.asyncDispose]());

  const bearer = () => ({ Authorization: `Bearer ${ada.access}` });

  describe('a client', () => {
    const profileWith = (headers: Record<string, string>) =>
      site.send('GET', '/auth/profile/', { headers });

    test('without a token, at every resource that needs one', async () => {
      for (const { method, path } of operations) {
        if (PUBLIC.has(path)) {
          continue;
        }
        const reply = await site.ask(method, path);
        hasBody(reply, 401, {
          detail: 'Authentication credentials were not provided.',
        });
        assert.equal(
          reply.headers.get('www-authenticate'),
          'Bearer realm="api"',
        );
      }
      for (const Authorization of ['', 'Basic YTpi', `Token ${ada.access}`]) {
        const { body } = await profileWith({ Authorization });
        assert.deepEqual(body, {
          detail: 'Authentication credentials were not provided.',
        });
      }
    });

    test('whose header has more or less than a token', async () => {
      for (const Authorization of ['Bearer', `Bearer ${ada.access} more`]) {
        hasBody(await profileWith({ Authorization }), 401, {
          detail:
            'Authorization header must contain two space-delimited values',
          code: 'bad_authorization_header',
        });
      }
    });

    /** Tokens that are refused, each with the reason. */
    const badTokens = (type: 'access' | 'refresh'): [string, string][] => {
      const good = ada[type];
      const claims = jwt.decode(good) as jwt.JwtPayload;
      const signed = (changes: object, secret = SECRET) =>
        jwt.sign({ ...claims, ...changes }, secret);
      const past = Math.floor(Date.now() / 1_000) - 3_600;
      const [head = '', body = ''] = good.split('.');
      const none = Buffer.from('{"alg":"none"}').toString('base64url');
      return [
        ['nonsense', 'Token is invalid'],
        ['a.b.c', 'Token is invalid'],
        ['x'.repeat(8_000), 'Token is invalid'],
        [`${head}.${body}.`, 'Token is invalid'],
        [`${none}.${body}.`, 'Token is invalid'],
        [
          signed({}, 'another secret, which is long enough'),
          'Token is invalid',
        ],
        [signed({ sid: undefined }), 'Token is invalid'],
        [signed({ user_id: 'ada' }), 'Token is invalid'],
        [userToken('1', { token_type: type }), 'Token is invalid'],
        [signed({ sid: 'unknown' }), 'Token is blacklisted'],
        [signed({ user_id: 4_711 }), 'Token is blacklisted'],
        [signed({ exp: past }), 'Token is expired'],
        [ada[type === 'access' ? 'refresh' : 'access'], 'Token has wrong type'],
      ];
    };

    test('whose access token is bad', async () => {
      for (const [token, message] of badTokens('access')) {
        const reply = await profileWith({ Authorization: `Bearer ${token}` });
        hasBody(reply, 401, {
          detail: 'Given token not valid for any token type',
          code: 'token_not_valid',
          messages: [
            { token_class: 'AccessToken', token_type: 'access', message },
          ],
        });
        assert.equal(
          reply.headers.get('www-authenticate'),
          'Bearer realm="api"',
        );
      }
    });

    test('whose refresh token is bad, with or without a closing slash', async () => {
      for (const [refresh, detail] of badTokens('refresh')) {
        for (const path of ['/auth/token/refresh/', '/auth/token/refresh']) {
          const reply = await site.ask('POST', path, { refresh });
          hasBody(reply, 401, { detail, code: 'token_not_valid' });
        }
      }
    });

    test('whose page is of a foreign origin', async () => {
      const asFrom = (Origin: string) =>
        site.send('GET', '/api/rooms/', { headers: { ...bearer(), Origin } });
      const evil = await asFrom('https://evil.example');
      assert.equal(evil.status, 403);
      assert.deepEqual(Object.keys(evil.body), ['detail']);
      const listed = await asFrom('https://app.example');
      assert.equal(listed.status, 200);
      assert.equal(
        listed.headers.get('access-control-allow-origin'),
        'https://app.example',
      );
      assert.equal((await asFrom(site.url)).status, 200);
    });

    test('and lets pages of listed origins ask first', async () => {
      const reply = await site.send('OPTIONS', '/api/rooms/1/', {
        headers: {
          Origin: 'https://app.example',
          'Access-Control-Request-Method': 'PATCH',
          'Access-Control-Request-Headers': 'authorization,content-type',
        },
      });
      assert.equal(reply.status, 204);
      const granted = (header: string) =>
        reply.headers.get(`access-control-allow-${header}`)?.split(',');
      assert.ok(granted('methods')?.includes('PATCH'));
      assert.deepEqual(granted('headers'), ['authorization', 'content-type']);
    });
  });

  describe('a request', () => {
    test('of another method, with those that the resource takes', async () => {
      for (const [path, methods] of Object.entries(RESOURCES)) {
        for (const method of METHODS) {
          if (!methods.includes(method)) {
            const reply = await site.ask(method, path, undefined, ada.access);
            hasBody(reply, 405, { detail: `Method "${method}" not allowed.` });
            assert.deepEqual(
              reply.headers.get('allow')?.split(', ').toSorted(),
              [...methods, 'OPTIONS'].toSorted(),
            );
          }
        }
        const options = await site.ask('OPTIONS', path);
        assert.equal(options.status, 204);
        assert.ok(options.headers.get('allow')?.includes(methods[0] ?? ''));
      }
    });

    test('with more than 64 KiB', async () => {
      for (const { method, path } of writes) {
        const body = JSON.stringify({ name: 'x'.repeat(65_536) });
        for (const sent of [body, new Blob([body]).stream()]) {
          const reply = await site.send(method, path, {
            body: sent,
            duplex: 'half',
            headers: { ...bearer(), ...JSON_TYPE },
          });
          hasBody(reply, 413, {
            detail: 'body: expected at most 65536 bytes, got more',
          });
        }
      }
    });

    test('with what is no JSON', async () => {
      for (const { method, path } of writes) {
        for (const [body, problem] of [
          ['{"name":', 'expected JSON, got other text'],
          ['name=x', 'expected JSON, got other text'],
          ['{"name": NaN}', 'expected JSON, got other text'],
          [Buffer.from([0x22, 0xff, 0x22]), 'expected UTF-8, got other bytes'],
        ] as const) {
          const reply = await site.send(method, path, {
            body,
            headers: { ...bearer(), ...JSON_TYPE },
          });
          hasBody(reply, 400, { detail: `JSON parse error - ${problem}` });
        }
      }
    });

    test('of another media type, or compressed', async () => {
      for (const { method, path } of writes) {
        for (const [headers, detail] of [
          [
            { 'Content-Type': 'text/plain' },
            'Unsupported media type "text/plain" in request.',
          ],
          [
            { 'Content-Type': 'application/x-www-form-urlencoded' },
            'Unsupported media type "application/x-www-form-urlencoded" in request.',
          ],
          [
            { ...JSON_TYPE, 'Content-Encoding': 'gzip' },
            'Content-Encoding: expected none, got "gzip"',
          ],
        ] as const) {
          const reply = await site.send(method, path, {
            body: '{}',
            headers: { ...bearer(), ...headers },
          });
          hasBody(reply, 415, { detail });
        }
      }
    });

    test('for what is not there', async () => {
      for (const path of [
        '/auth',
        '/auth/',
        '/auth/none/',
        '/auth/login//',
        '/auth/token/',
        '/api/rooms/1/none/',
        '/api/rooms/1/messages/1/',
        '/api/rooms//messages/',
      ]) {
        for (const method of ['GET', 'POST']) {
          const reply = await site.ask(method, path, undefined, ada.access);
          hasBody(reply, 404, { detail: 'Not found.' });
        }
      }
    });
  });
});

describe('the chat API slows down', () => {
  /** A refusal that says when to try again. */
  function isThrottled({ status, headers, body }: Reply): void {
    assert.equal(status, 429);
    const seconds = Number(headers.get('retry-after'));
    assert.ok(seconds >= 1 && seconds <= 60);
    const unit = seconds === 1 ? 'second' : 'seconds';
    assert.deepEqual(body, {
      detail: `Request was throttled. Expected available in ${seconds} ${unit}.`,
    });
  }

  test('logins, registrations, and requests of any kind', async () => {
    await using site = await ChatSite.start({
      accounts: { failuresPerAccountAndAddress: 2, registrationsPerAddress: 1 },
      limits: { requestsPerMinute: 1, requestBurst: 9 },
    });
    const { access } = await site.join('ada@example.com', 'Ada');
    const login = (password: string) =>
      site.ask('POST', '/auth/login/', { email: 'ada@example.com', password });
    assert.equal((await login('wrong')).status, 401);
    assert.equal((await login('wrong')).status, 401);
    // The right password is no exception.
    isThrottled(await login(PASSWORD));

    const person = { email: 'bob@example.com', name: 'Bob', password: 'x' };
    const register = () => site.ask('POST', '/auth/register/', person);
    assert.equal((await register()).status, 400);
    isThrottled(await register());

    const profile = () => site.ask('GET', '/auth/profile/', undefined, access);
    for (let asked = 6; asked < 9; asked += 1) {
      assert.equal((await profile()).status, 200);
    }
    isThrottled(await profile());
  });

  test('a user who has all the rooms that one may have', async () => {
    await using site = await ChatSite.start({ chat: { roomsPerUser: 1 } });
    const { access } = await site.join('ada@example.com', 'Ada');
    const create = () =>
      site.ask('POST', '/api/rooms/', { name: 'A', room_type: 'chat' }, access);
    const { body: room } = await create();
    const refused = await create();
    hasBody(refused, 429, {
      detail:
        'chat.roomsPerUser: expected at most 1 rooms of one user, and that many exist; delete some',
    });
    assert.equal(refused.headers.get('retry-after'), null);
    await site.ask('DELETE', `/api/rooms/${room.id}/`, undefined, access);
    assert.equal((await create()).status, 201);
  });
});

test('the chat API creates no account where an operator has to', async () => {
  await using site = await ChatSite.start({
    accounts: { registration: 'closed' },
  });
  for (const body of [
    { email: 'bob@example.com', name: 'Bob', password: 'long enough for all' },
    {},
  ]) {
    hasBody(await site.ask('POST', '/auth/register/', body), 403, {
      detail: 'You do not have permission to perform this action.',
    });
  }
});
