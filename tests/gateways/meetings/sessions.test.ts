import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import jwt from 'jsonwebtoken';

import { SECRET, userToken, withTokens } from '../../support/JsonClient.ts';
import { assertFits } from '../../support/pattern.ts';
import { onEachEngine } from '../../support/stores.ts';
import { essence, MeetingSite, projectKey } from './MeetingSite.ts';

const NOT_FOUND = {
  status: 404,
  body: {
    error: {
      code: 'SESSION_NOT_FOUND',
      message:
        'there is no such session, or it has ended; ask its host for another',
    },
  },
};

onEachEngine('sessions over HTTP', (engine) => {
  let site: MeetingSite;

  before(async () => {
    site = await MeetingSite.start({
      store: await engine.emptyStore(),
      meetings: { failuresPerAddress: 100_000 },
    });
  });

  after(() => site[Symbol.asyncDispose]());

  test('are created, entered with the password, and ended by their host', async () => {
    const host = await site.login('host@example.com', 'Hedy');
    const draft = { host: host.id, title: 'Meeting Title', password: 'sesame' };
    const created = await site.ask('POST', '/session', draft, host.token);
    assert.equal(created.status, 201);
    assertFits(created.body, { socket: /^[\w-]{22}$/ });
    const { socket } = created.body;

    const entered = await site.ask('POST', `/connect/${socket}`, {
      password: 'sesame',
    });
    assert.equal(entered.status, 200);
    assertFits(entered.body, {
      title: /^Meeting Title$/,
      socket: /^[\w-]{43}$/,
      token: /^eyJ/,
    });
    const claims = jwt.verify(entered.body.token, SECRET) as jwt.JwtPayload;
    assert.equal(claims['room'], `session-${socket}`);
    assert.match(String(claims.sub), /^p-[\w-]{22}$/);
    assert.equal((claims.exp ?? 0) - (claims.iat ?? 0), 86_400);

    const ended = await site.ask(
      'DELETE',
      `/session/${socket}`,
      undefined,
      host.token,
    );
    assert.deepEqual(essence(ended), { status: 204, body: undefined });
    for (const [method, path] of [
      ['POST', `/connect/${socket}`],
      ['DELETE', `/session/${socket}`],
    ] as const) {
      const gone = await site.ask(method, path, undefined, host.token);
      assert.deepEqual(essence(gone), NOT_FOUND, method);
    }
    assert.deepEqual(await site.dial(entered.body.socket).refusal, {
      status: 404,
      body: {
        error: {
          code: 'SESSION_NOT_FOUND',
          message:
            'the ticket is not valid, or no longer; get another one by POST /connect',
        },
      },
    });
    assert.deepEqual(await site.dial(socket).refusal, NOT_FOUND);
  });

  test('are not found by texts that are no address', async () => {
    const { token } = await site.login('finder@example.com', 'Fay');
    for (const text of ['%00', 'a%00', '__proto__', 'a'.repeat(4_000)]) {
      const entered = await site.ask('POST', `/connect/${text}`, {});
      assert.deepEqual(essence(entered), NOT_FOUND, text);
      const ended = await site.ask(
        'DELETE',
        `/session/${text}`,
        undefined,
        token,
      );
      assert.deepEqual(essence(ended), NOT_FOUND, text);
    }
  });

  test('refuse a wrong password, and a missing one', async () => {
    const address = await site.create({ password: 'sesame' });
    for (const [body, got] of [
      [{ password: 'open' }, 'another'],
      [{ password: '' }, 'nothing'],
      [{}, 'nothing'],
      [undefined, 'nothing'],
    ] as const) {
      const reply = await site.ask('POST', `/connect/${address}`, body);
      assert.deepEqual(essence(reply), {
        status: 403,
        body: {
          error: {
            code: 'PASSWORD_WRONG',
            message: `password: expected that of the session, got ${got}`,
          },
        },
      });
    }
    await site.admit(address, 'sesame');
  });

  test('need no password if they have none, nor from their host', async () => {
    const open = await site.create();
    assert.equal((await site.admit(open)).title, 'Stand-up');
    assert.equal((await site.admit(open, 'any')).title, 'Stand-up');
    const host = await site.login('host2@example.com', 'Hedy');
    const other = await site.login('other2@example.com', 'Otto');
    const closed = await site.create({ password: 'sesame' }, host.token);
    const { token } = await site.admit(closed, undefined, host.token);
    const claims = jwt.decode(token) as jwt.JwtPayload;
    assert.equal(claims['name'], 'Hedy');
    const refused = await site.ask(
      'POST',
      `/connect/${closed}`,
      {},
      other.token,
    );
    assert.equal(refused.status, 403);
  });

  test('believe a host only with a token of that user', async () => {
    const ada = await site.login('ada3@example.com', 'Ada');
    const bob = await site.login('bob3@example.com', 'Bob');
    const foreign = await site.ask(
      'POST',
      '/session',
      { title: 'Mine', host: ada.id },
      bob.token,
    );
    assert.deepEqual(essence(foreign), {
      status: 403,
      body: {
        error: {
          code: 'FORBIDDEN',
          message: `host: expected "${bob.id}" as in the token, got "${ada.id}"`,
        },
      },
    });
    // Without a token anyone may be named, who gets no rights by it.
    const claimed = await site.create({ host: ada.id, password: 'sesame' });
    for (const [method, path] of [
      ['POST', `/connect/${claimed}`],
      ['DELETE', `/session/${claimed}`],
    ] as const) {
      const reply = await site.ask(method, path, undefined, ada.token);
      assert.equal(reply.status, 403, method);
    }
  });

  test('are ended by nobody but their host and the role admin', async () => {
    const host = await site.login('host4@example.com', 'Hedy');
    const other = await site.login('other4@example.com', 'Otto');
    const address = await site.create({}, host.token);
    const path = `/session/${address}`;
    const anonymous = await site.ask('DELETE', path);
    assert.equal(anonymous.status, 401);
    assert.equal(anonymous.body.error.code, 'TOKEN_MISSING');
    const refused = await site.ask('DELETE', path, undefined, other.token);
    assert.deepEqual(essence(refused), {
      status: 403,
      body: {
        error: {
          code: 'NOT_THE_HOST',
          message:
            'the session was created for another host, who alone can end it',
        },
      },
    });
    const key = await site.ask('DELETE', path, undefined, projectKey('acme'));
    assert.equal(key.body.error.code, 'NOT_THE_HOST');
    await site.store.users.setRole(Number(other.id), 'admin');
    const ended = await site.ask('DELETE', path, undefined, other.token);
    assert.equal(ended.status, 204);
  });

  test('lose their host with the account', async () => {
    const host = await site.login('host5@example.com', 'Hedy');
    const address = await site.create({ title: 'Kept' }, host.token);
    await site.askUsers('DELETE', `/users/${host.id}`, undefined, host.token);
    assert.equal((await site.admit(address)).title, 'Kept');
    const meeting = await site.store.meetings.get(address, new Date(0));
    assert.equal(meeting?.host, '');
    assert.equal(meeting?.hostId, undefined);
  });

  test('keep no password and no ticket as it is', async () => {
    const address = await site.create({ password: 'sesame' });
    const { socket } = await site.admit(address, 'sesame');
    const meeting = await site.store.meetings.get(address, new Date(0));
    assert.match(String(meeting?.passwordHash), /^\$argon2id\$v=19\$/);
    const later = new Date(Date.now() + 60_000);
    assert.equal(
      await site.store.meetings.takeTicket(socket, later),
      undefined,
    );
  });

  test('of a project are entered with its key, and with no other', async () => {
    const address = await site.create({}, projectKey('acme'));
    await site.admit(address, undefined, projectKey('acme'));
    await site.admit(address);
    const own = await site.create();
    for (const [where, key] of [
      [address, projectKey('other')],
      [own, projectKey('acme')],
    ] as const) {
      const reply = await site.ask('POST', `/connect/${where}`, {}, key);
      assert.deepEqual(essence(reply), {
        status: 403,
        body: {
          error: {
            code: 'FORBIDDEN',
            message:
              'Authorization: expected the key of the project of this session, got that of another project',
          },
        },
      });
    }
  });

  test('take any text for a token where anyone creates them', async () => {
    const address = await site.create({}, 'your-api-key');
    await site.admit(address, undefined, 'api-key');
  });
});

describe('creating sessions with auth.mode "token"', () => {
  let site: MeetingSite;

  before(async () => {
    site = await MeetingSite.start({
      auth: { ...withTokens.auth, mode: 'token' },
    });
  });

  after(() => site[Symbol.asyncDispose]());

  test('needs a token of a user or the key of a project', async () => {
    const draft = { title: 'Stand-up' };
    const anonymous = await site.ask('POST', '/session', draft);
    assert.deepEqual(essence(anonymous), {
      status: 401,
      body: {
        error: {
          code: 'TOKEN_MISSING',
          message:
            'Authorization: expected Bearer and a token of a user or the key of a project, got nothing',
        },
      },
    });
    const unknown = await site.ask('POST', '/session', draft, 'your-api-key');
    assert.equal(unknown.status, 401);
    assert.equal(unknown.body.error.code, 'TOKEN_INVALID');
    const expired = jwt.sign({ project: 'acme' }, SECRET, { expiresIn: -60 });
    const late = await site.ask('POST', '/session', draft, expired);
    assert.equal(late.body.error.code, 'TOKEN_EXPIRED');
    for (const token of [userToken('ada'), projectKey('acme')]) {
      const address = await site.create({}, token);
      // Who enters needs the address alone.
      await site.admit(address);
    }
  });

  test('is not for the token of a session', async () => {
    const address = await site.create({}, projectKey('acme'));
    const { token } = await site.admit(address);
    const reply = await site.ask('POST', '/session', { title: 'x' }, token);
    assert.equal(reply.status, 401);
    assert.match(
      reply.body.error.message,
      /^token\.room: expected no token for one room, got "session-/,
    );
  });

  test('by the key of a project opens no other contract', async () => {
    const { url } = site.server;
    const key = projectKey('acme');
    const other = new URL(url);
    for (const path of ['/auth/profile/', '/api/conversations', '/users']) {
      const { status } =
        path === '/users'
          ? await site.askUsers('GET', path, undefined, key)
          : await site.ask(
              'GET',
              new URL(path, other).pathname,
              undefined,
              key,
            );
      assert.ok([401, 404].includes(status), `${path}: ${status}`);
    }
  });
});
