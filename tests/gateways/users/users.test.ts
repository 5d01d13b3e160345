import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import jwt from 'jsonwebtoken';

import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { PASSWORD } from '../../support/accounts.ts';
import { get, send } from '../../support/http.ts';
import { JsonClient, SECRET } from '../../support/JsonClient.ts';
import { bearing } from '../../support/peerToken.ts';
import { onEachEngine } from '../../support/stores.ts';
import { MeetingSite } from '../meetings/MeetingSite.ts';

/** The parts of a reply that are compared as a whole. */
function essence({ status, body }: { status: number; body: unknown }) {
  return { status, body };
}

function refusal(status: number, code: string, message: string) {
  return { status, body: { error: { code, message } } };
}

onEachEngine('users', (engine) => {
  let site: MeetingSite;
  let people = 0;

  before(async () => {
    site = await MeetingSite.start({
      store: await engine.emptyStore(),
      accounts: {
        registrationsPerAddress: 1_000,
        failuresPerAddress: 1_000,
        failuresPerAccountAndAddress: 2,
      },
    });
  });

  after(() => site[Symbol.asyncDispose]());

  /** Creates a user with a login. */
  async function newUser() {
    people += 1;
    const username = `person${people}`;
    const { body } = await site.askUsers('POST', '/users', {
      username,
      password: PASSWORD,
    });
    const login = await site.askUsers('POST', '/auth', {
      username,
      password: PASSWORD,
    });
    return { id: String(body.id), username, token: String(login.body.token) };
  }

  test('are created, and log in by name or address', async () => {
    const created = await site.askUsers('POST', '/users', {
      username: 'Ada.L',
      password: PASSWORD,
      name: 'Ada Lovelace',
      email: 'ada@example.com',
    });
    const { id } = created.body;
    assert.match(id, /^\d+$/);
    assert.deepEqual(essence(created), {
      status: 201,
      body: { id, name: 'Ada.L' },
    });
    for (const username of ['Ada.L', 'ada.l', 'Ada@Example.com']) {
      const { status, body } = await site.askUsers('POST', '/auth', {
        username,
        password: PASSWORD,
      });
      assert.equal(status, 200, username);
      const { token, ...rest } = body;
      assert.deepEqual(rest, { user: { id, name: 'Ada.L' } });
      const claims = jwt.verify(token, SECRET) as jwt.JwtPayload;
      assert.equal(claims.iss, 'VideoConf');
      assert.equal(claims['user_id'], Number(id));
    }
    for (const email of ['ada@example.com', 'ada.l']) {
      const credentials = JSON.stringify({ email, password: PASSWORD });
      const { status } = await send(
        site.server.url,
        '/auth/login/',
        credentials,
        {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
        },
      );
      assert.equal(status, 200, email);
    }
  });

  test('are refused with a name or an address that is taken, or a weak password', async () => {
    const { username } = await newUser();
    const email = `${username}@example.com`;
    await site.askUsers('POST', '/users', {
      username: `${username}b`,
      password: PASSWORD,
      email,
    });
    for (const [draft, message] of [
      [
        { username: username.toUpperCase(), password: PASSWORD },
        'username: expected one without an account',
      ],
      [
        { username: 'somebody', password: PASSWORD, email },
        'email: expected an address without an account',
      ],
      [
        { username: 'zebrafinch', password: 'zebrafinch' },
        'password: expected one that is not like the address or the name',
      ],
    ] as const) {
      const reply = await site.askUsers('POST', '/users', draft);
      assert.deepEqual(
        essence(reply),
        refusal(400, 'ACCOUNT_REFUSED', message),
      );
    }
    for (const bad of [
      '',
      'a b',
      'a@b',
      'x'.repeat(65),
      '<b>',
      'a\u0000',
      // A filler, a variation selector, and a mark on nothing.
      'ada\u3164',
      'ada\uFE0F',
      '\u0301',
    ]) {
      const draft = { username: bad, password: PASSWORD };
      const { status, body } = await site.askUsers('POST', '/users', draft);
      assert.equal(status, 400, bad);
      assert.equal(body.error.code, 'VALIDATION_ERROR', bad);
    }
  });

  test('are refused a login with a wrong name or password, and too many of them', async () => {
    const { username } = await newUser();
    const wrong = refusal(
      401,
      'CREDENTIALS_WRONG',
      'there is no account with this address or username and this password',
    );
    for (const who of [username, username.toUpperCase()]) {
      const reply = await site.askUsers('POST', '/auth', {
        username: who,
        password: 'wrong',
      });
      assert.deepEqual(essence(reply), wrong);
    }
    const right = { username, password: PASSWORD };
    const { status, body } = await site.askUsers('POST', '/auth', right);
    assert.equal(status, 429);
    assert.equal(body.error.code, 'TOO_MANY_ATTEMPTS');
    const nobody = { username: 'nobody', password: PASSWORD };
    const unknown = await site.askUsers('POST', '/auth', nobody);
    assert.deepEqual(essence(unknown), wrong);
    for (const who of ['no\0body', 'no\0body@example.com']) {
      const reply = await site.askUsers('POST', '/auth', {
        username: who,
        password: PASSWORD,
      });
      const problem = `body.username: expected no control characters, got ${JSON.stringify(who)}`;
      assert.deepEqual(
        essence(reply),
        refusal(400, 'VALIDATION_ERROR', problem),
      );
    }
  });

  test('are listed to users, and shown in full to themselves', async () => {
    const [ada, bob] = [await newUser(), await newUser()];
    const shown = { id: bob.id, name: bob.username };
    const full = {
      ...shown,
      displayName: bob.username,
      email: '',
      role: 'user',
    };
    const path = `/users/${bob.id}`;
    for (const [token, body] of [
      [ada.token, shown],
      [bob.token, full],
    ] as const) {
      const one = await site.askUsers('GET', path, undefined, token);
      assert.deepEqual(essence(one), { status: 200, body });
      const list = await site.askUsers('GET', '/users', undefined, token);
      assert.equal(list.status, 200);
      assert.deepEqual(list.body.at(-1), body);
      assert.doesNotMatch(JSON.stringify(list.body), /argon2|password/i);
    }
    const page = await site.askUsers(
      'GET',
      `/users?after=${ada.id}&limit=1`,
      undefined,
      ada.token,
    );
    assert.deepEqual(essence(page), { status: 200, body: [shown] });
    for (const at of ['/users', path]) {
      const { status, body } = await site.askUsers('GET', at);
      assert.equal(status, 401);
      assert.equal(body.error.code, 'TOKEN_MISSING');
    }
    const missing = await site.askUsers(
      'GET',
      '/users/999999',
      undefined,
      ada.token,
    );
    assert.deepEqual(
      essence(missing),
      refusal(404, 'USER_NOT_FOUND', 'there is no user 999999'),
    );
  });

  test('change themselves alone', async () => {
    const [ada, bob] = [await newUser(), await newUser()];
    const email = `${ada.username}@example.com`;
    const path = `/users/${ada.id}`;
    const change = { name: 'Ada', email };
    const changed = await site.askUsers('PUT', path, change, ada.token);
    assert.deepEqual(essence(changed), {
      status: 200,
      body: {
        id: ada.id,
        name: ada.username,
        displayName: 'Ada',
        email,
        role: 'user',
      },
    });
    const taken = { email: email.toUpperCase() };
    const refused = await site.askUsers(
      'PUT',
      `/users/${bob.id}`,
      taken,
      bob.token,
    );
    assert.equal(refused.body.error.code, 'ACCOUNT_REFUSED');
    for (const [method, body] of [
      ['PUT', { name: 'Mallory' }],
      ['DELETE', undefined],
    ] as const) {
      const reply = await site.askUsers(method, path, body, bob.token);
      assert.deepEqual(
        essence(reply),
        refusal(
          403,
          'FORBIDDEN',
          `id: expected "${bob.id}" as in the token, got "${ada.id}"; only the role admin may change and delete others`,
        ),
      );
    }
    const role = { role: 'admin' };
    const promoted = await site.askUsers('PUT', path, role, ada.token);
    assert.equal(promoted.status, 403);
    assert.match(promoted.body.error.message, /^role: /);
  });

  test('end their logins with a new password', async () => {
    const ada = await newUser();
    const path = `/users/${ada.id}`;
    const password = 'another horse battery';
    const weak = { password: '1', name: 'Unchanged' };
    const refused = await site.askUsers('PUT', path, weak, ada.token);
    assert.equal(refused.body.error.code, 'ACCOUNT_REFUSED');
    const changed = await site.askUsers('PUT', path, { password }, ada.token);
    assert.equal(changed.status, 200);
    assert.equal(changed.body.displayName, ada.username);
    const late = await site.askUsers('GET', path, undefined, ada.token);
    assert.equal(late.body.error.code, 'LOGIN_ENDED');
    const credentials = { username: ada.username, password };
    const login = await site.askUsers('POST', '/auth', credentials);
    assert.equal(login.status, 200);
  });

  test('are changed and deleted by the role admin', async () => {
    const [ada, root] = [await newUser(), await newUser()];
    await site.store.users.setRole(Number(root.id), 'admin');
    const path = `/users/${ada.id}`;
    const role = { role: 'moderator', name: 'Ada' };
    const changed = await site.askUsers('PUT', path, role, root.token);
    assert.deepEqual(essence(changed), {
      status: 200,
      body: {
        id: ada.id,
        name: ada.username,
        displayName: 'Ada',
        email: '',
        role: 'moderator',
      },
    });
    const deleted = await site.askUsers('DELETE', path, undefined, root.token);
    assert.deepEqual(essence(deleted), { status: 204, body: undefined });
    for (const method of ['GET', 'DELETE']) {
      const gone = await site.askUsers(method, path, undefined, root.token);
      assert.deepEqual(
        essence(gone),
        refusal(404, 'USER_NOT_FOUND', `there is no user ${ada.id}`),
      );
    }
    // The name is free again.
    const again = { username: ada.username, password: PASSWORD };
    assert.equal((await site.askUsers('POST', '/users', again)).status, 201);
  });

  test('open every other contract with their token', async () => {
    const { id, token } = await newUser();
    const client = await JsonClient.connect(site.server.url, { header: token });
    const { data } = await client.received('connected');
    assert.match(data.user.fullName, /^person\d+$/);
    await client.close();
    assert.equal(
      (await site.ask('POST', '/session', { title: 'x' }, token)).status,
      201,
    );
    const { url } = site.server;
    const peer = await ProtooClient.connect(url, 'lounge', id, bearing(token));
    await peer.request('joinRoom', { roomId: 'lounge', peerId: id });
    await peer.close();
    for (const path of ['/api/rooms/', '/api/conversations']) {
      assert.equal((await get(url, path)).status, 401, path);
      assert.equal((await get(url, path, bearing(token))).status, 200, path);
    }
  });
});

describe('the users service', () => {
  test('creates no users where registration is closed', async (t) => {
    const site = await MeetingSite.start({
      accounts: { registration: 'closed' },
    });
    t.after(() => site[Symbol.asyncDispose]());
    const draft = { username: 'ada', password: PASSWORD };
    const { status, body } = await site.askUsers('POST', '/users', draft);
    assert.equal(status, 403);
    assert.equal(body.error.code, 'REGISTRATION_CLOSED');
  });

  test('bounds the addresses that users try to change theirs to, and not those of admins', async (t) => {
    const site = await MeetingSite.start({
      accounts: { registrationsPerAddress: 1 },
    });
    t.after(() => site[Symbol.asyncDispose]());
    const { id, token } = await site.login('ada@example.com', 'Ada');
    const change = (): Promise<{ status: number }> =>
      site.askUsers('PUT', `/users/${id}`, { email: 'ada@example.org' }, token);
    assert.equal((await change()).status, 200);
    assert.equal((await change()).status, 429);
    await site.store.users.setRole(Number(id), 'admin');
    assert.equal((await change()).status, 200);
  });

  test('names another issuer if it is told so', async (t) => {
    const site = await MeetingSite.start({
      accounts: { issuer: 'https://id.example', listedUsers: 1 },
    });
    t.after(() => site[Symbol.asyncDispose]());
    const { token } = await site.login('ada@example.com', 'Ada');
    await site.login('bob@example.com', 'Bob');
    assert.equal(
      (jwt.decode(token) as jwt.JwtPayload).iss,
      'https://id.example',
    );
    // An account without a username has its display name for one.
    const list = await site.askUsers('GET', '/users?limit=9', undefined, token);
    assert.deepEqual(
      list.body.map(({ name }: { name: string }) => name),
      ['Ada'],
    );
  });

  test('tells of its health at an address of its own, and the server at its', async (t) => {
    const site = await MeetingSite.start();
    t.after(() => site[Symbol.asyncDispose]());
    assert.deepEqual(essence(await site.askUsers('GET', '/health')), {
      status: 200,
      body: { status: 'healthy', service: 'users-service' },
    });
    assert.deepEqual(essence(await site.ask('GET', '/health')), {
      status: 200,
      body: { status: 'healthy', service: 'signalling-server' },
    });
  });
});
