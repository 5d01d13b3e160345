import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { aboveEachEngine } from '../../support/stores.ts';
import { ChatSite } from './ChatSite.ts';
import type { Member, Reply } from './ChatSite.ts';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

const NOT_FOUND = { detail: 'Not found.' };

const password = 'securepassword123';

/** The text of a time, once it is known to be one of about now. */
function timeIn(text: string): string {
  assert.match(text, TIME);
  const age = Date.now() - Date.parse(text);
  assert.ok(age >= 0 && age < 600_000, text);
  return text;
}

function hasBody(reply: Reply, status: number, body: unknown): void {
  assert.deepEqual([reply.status, reply.body], [status, body]);
}

aboveEachEngine('the chat API', (engine) => {
  let site: ChatSite;
  let ada: Member;
  let bob: Member;

  before(async () => {
    site = await ChatSite.start({ store: await engine.emptyStore() });
    ada = await site.join('ada@example.com', 'Ada');
    bob = await site.join('bob@example.com', 'Bob');
  });
  after(() => site[Symbol.asyncDispose]());

  const asAda = (method: string, path: string, body?: unknown) =>
    site.ask(method, path, body, ada.access);
  const asBob = (method: string, path: string, body?: unknown) =>
    site.ask(method, path, body, bob.access);

  describe('of accounts', () => {
    test('registers', async () => {
      const reply = await site.ask('POST', '/auth/register/', {
        email: 'user@example.com',
        name: 'John Doe',
        password,
      });
      const { id, date_joined } = reply.body;
      assert.ok(Number.isInteger(id) && id > bob.account.id);
      hasBody(reply, 201, {
        id,
        email: 'user@example.com',
        name: 'John Doe',
        date_joined: timeIn(date_joined),
      });
    });

    test('refuses a taken address together with a bad password', async () => {
      const reply = await site.ask('POST', '/auth/register/', {
        email: 'ADA@example.com',
        name: 'John Doe',
        password: 'password123',
      });
      hasBody(reply, 400, {
        email: ['A user with this email already exists.'],
        password: ['This password is too common.'],
      });
    });

    test('names every rule that a password breaks', async () => {
      const register = async (
        email: string,
        name: string,
        bad: string,
      ): Promise<Reply> =>
        site.ask('POST', '/auth/register/', { email, name, password: bad });
      hasBody(await register('rules@example.com', 'Rules', '123456'), 400, {
        password: [
          'This password is too short. It must contain at least 8 characters.',
          'This password is too common.',
          'This password is entirely numeric.',
        ],
      });
      hasBody(
        await register('rules@example.com', 'Grace Hopper', 'grace hopper'),
        400,
        { password: ['The password is too similar to the name.'] },
      );
      hasBody(
        await register('rearadmiral@example.com', 'Grace', 'rearadmiral'),
        400,
        { password: ['The password is too similar to the email.'] },
      );
    });

    test('logs in, in any case of the address', async () => {
      const reply = await site.ask('POST', '/auth/login/', {
        email: 'Ada@Example.com',
        password: 'correct horse battery',
      });
      const { access, refresh } = reply.body;
      for (const token of [access, refresh]) {
        assert.match(token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
      }
      hasBody(reply, 200, { access, refresh });
    });

    test('refuses a wrong password and an unknown address alike', async () => {
      for (const email of ['bob@example.com', 'unknown@example.com']) {
        const reply = await site.ask('POST', '/auth/login/', {
          email,
          password,
        });
        hasBody(reply, 401, {
          detail: 'No active account found with the given credentials',
        });
        assert.equal(
          reply.headers.get('www-authenticate'),
          'Bearer realm="api"',
        );
      }
    });

    test('issues another access token', async () => {
      const reply = await site.ask('POST', '/auth/token/refresh/', {
        refresh: ada.refresh,
      });
      const { access } = reply.body;
      hasBody(reply, 200, { access });
      const profile = await site.ask(
        'GET',
        '/auth/profile/',
        undefined,
        access,
      );
      hasBody(profile, 200, ada.account);
    });

    test('shows and changes the profile', async () => {
      const { access, account } = await site.join('eve@example.com', 'Eve');
      const ask = (method: string, body?: unknown) =>
        site.ask(method, '/auth/profile/', body, access);
      hasBody(await ask('GET'), 200, account);
      const changed = { ...account, name: 'Updated Name' };
      hasBody(await ask('PATCH', { name: ' Updated Name ' }), 200, changed);
      hasBody(await ask('PATCH', {}), 200, changed);
      hasBody(await ask('PATCH'), 200, changed);
      const readOnly = { id: 1, email: 'other@example.com', unknown: true };
      hasBody(await ask('PATCH', readOnly), 200, changed);
      hasBody(await ask('GET'), 200, changed);
    });

    test('deletes the profile, whose address can register again', async () => {
      const { access, refresh } = await site.join('gone@example.com', 'Gone');
      const room = await site.ask(
        'POST',
        '/api/rooms/',
        { name: 'Left', room_type: 'chat' },
        access,
      );
      const reply = await site.ask(
        'DELETE',
        '/auth/profile/',
        undefined,
        access,
      );
      hasBody(reply, 204, undefined);
      const refused = await site.ask(
        'GET',
        '/auth/profile/',
        undefined,
        access,
      );
      assert.equal(refused.status, 401);
      assert.equal(refused.body.code, 'token_not_valid');
      const renewed = await site.ask('POST', '/auth/token/refresh/', {
        refresh,
      });
      assert.equal(renewed.status, 401);
      const again = await site.join('gone@example.com', 'Back');
      const shown = await asAda('GET', `/api/rooms/${room.body.id}/`);
      assert.deepEqual(shown.body.creator, {
        id: room.body.creator.id,
        email: '',
        name: 'Deleted user',
      });
      assert.notEqual(again.account.id, room.body.creator.id);
    });

    test('logs out, which ends the login with all its tokens and no other', async () => {
      const one = await site.join('leaver@example.com', 'Leaver');
      const { body: other } = await site.ask('POST', '/auth/login/', {
        email: 'leaver@example.com',
        password: 'correct horse battery',
      });
      const reply = await site.ask(
        'POST',
        '/auth/logout/',
        undefined,
        one.access,
      );
      hasBody(reply, 200, { message: 'Successfully logged out' });
      const refused = await site.ask(
        'GET',
        '/auth/profile/',
        undefined,
        one.access,
      );
      hasBody(refused, 401, {
        detail: 'Given token not valid for any token type',
        code: 'token_not_valid',
        messages: [
          {
            token_class: 'AccessToken',
            token_type: 'access',
            message: 'Token is blacklisted',
          },
        ],
      });
      const { refresh } = one;
      const renewed = await site.ask('POST', '/auth/token/refresh/', {
        refresh,
      });
      hasBody(renewed, 401, {
        detail: 'Token is blacklisted',
        code: 'token_not_valid',
      });
      const still = await site.ask(
        'GET',
        '/auth/profile/',
        undefined,
        other.access,
      );
      hasBody(still, 200, one.account);
    });
  });

  describe('of rooms', () => {
    const creator = () => ({
      id: ada.account.id,
      email: 'ada@example.com',
      name: 'Ada',
    });

    test('creates, shows, changes and deletes a room', async () => {
      const created = await asAda('POST', '/api/rooms/', {
        name: 'New Room',
        description: 'Room description',
        room_type: 'video',
      });
      const { id, created_at } = created.body;
      const room = {
        id,
        name: 'New Room',
        description: 'Room description',
        creator: creator(),
        room_type: 'video',
        created_at: timeIn(created_at),
        is_active: true,
      };
      hasBody(created, 201, room);
      const path = `/api/rooms/${id}/`;
      hasBody(await asBob('GET', path), 200, room);

      const name = 'Updated Room Name';
      const description = 'Updated description';
      const changed = { ...room, name, description };
      hasBody(await asAda('PATCH', path, { name, description }), 200, changed);
      hasBody(await asAda('PATCH', path, {}), 200, changed);
      const fixed = { room_type: 'chat', is_active: false, id: 1 };
      hasBody(await asAda('PATCH', path, fixed), 200, changed);
      hasBody(await asAda('PATCH', path, { description: '' }), 200, {
        ...changed,
        description: '',
      });

      hasBody(await asAda('DELETE', path), 204, undefined);
      for (const [method, below] of [
        ['GET', ''],
        ['PATCH', ''],
        ['DELETE', ''],
        ['GET', 'messages/'],
      ] as const) {
        hasBody(await asAda(method, `${path}${below}`), 404, NOT_FOUND);
      }
    });

    test('needs no description', async () => {
      const created = await asAda('POST', '/api/rooms/', {
        name: 'Bare',
        room_type: 'chat',
      });
      assert.equal(created.status, 201);
      assert.equal(created.body.description, '');
    });

    test('lets only the creator change and delete a room', async () => {
      const { body: room } = await asAda('POST', '/api/rooms/', {
        name: 'Mine',
        room_type: 'chat',
      });
      const path = `/api/rooms/${room.id}/`;
      hasBody(await asBob('PATCH', path, { name: 'Yours' }), 403, {
        detail: 'You can only update rooms you created.',
      });
      hasBody(await asBob('DELETE', path), 403, {
        detail: 'You can only delete rooms you created.',
      });
      hasBody(await asBob('GET', path), 200, room);
    });

    test('finds no room by an id that is none', async () => {
      for (const id of [
        'abc',
        '0',
        '-1',
        '1.5',
        '1e3',
        '+1',
        '999999',
        '9007199254740993',
        '99999999999999999999',
        '%E0%A4%A',
        'x'.repeat(500),
      ]) {
        hasBody(await asAda('GET', `/api/rooms/${id}/`), 404, NOT_FOUND);
        const messages = `/api/rooms/${id}/messages/`;
        hasBody(await asAda('GET', messages), 404, NOT_FOUND);
      }
    });
  });

  test('takes every path without its closing slash', async () => {
    const login = { email: 'bob@example.com', password };
    const { body: room } = await asBob('POST', '/api/rooms', {
      name: 'Slash',
      room_type: 'chat',
    });
    for (const [method, path, body, status] of [
      ['POST', '/auth/register', { ...login, name: 'B' }, 400],
      ['POST', '/auth/login', login, 401],
      ['POST', '/auth/token/refresh', { refresh: bob.refresh }, 200],
      ['GET', '/auth/profile', undefined, 200],
      ['PATCH', '/auth/profile', {}, 200],
      ['GET', '/api/rooms', undefined, 200],
      ['GET', `/api/rooms/${room.id}`, undefined, 200],
      ['PATCH', `/api/rooms/${room.id}`, {}, 200],
      ['GET', `/api/rooms/${room.id}/messages`, undefined, 200],
      ['DELETE', `/api/rooms/${room.id}`, undefined, 204],
    ] as const) {
      const reply = await asBob(method, path, body);
      assert.equal(reply.status, status, `${method} ${path}`);
    }
    const { access } = await site.join('slash@example.com', 'Slash');
    for (const [method, path, status] of [
      ['POST', '/auth/logout', 200],
      ['DELETE', '/auth/profile', 401],
    ] as const) {
      const reply = await site.ask(method, path, undefined, access);
      assert.equal(reply.status, status, path);
    }
  });
});
