import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import {
  accessToken,
  addAccount,
  endedToken,
} from '../../support/chatAccount.ts';
import { openStore } from '../../../lib/store/openStore.ts';
import { aboveEachEngine } from '../../support/stores.ts';
import { BACKEND, CallsSite, tokenOf } from './CallsSite.ts';
import { hasBody, isRefused } from './replies.ts';

const ID = /^[\da-f]{24}$/;
const UNKNOWN = 'f'.repeat(24);

aboveEachEngine('the calls API', (engine) => {
  let site: CallsSite;
  const ada = tokenOf('ada');
  const bob = tokenOf('bob');
  const eve = tokenOf('eve');

  before(async () => {
    const options = await engine.emptyStore();
    const store = await openStore(options, '/');
    await addAccount(store);
    await store.close();
    site = await CallsSite.start({ store: options });
  });
  after(() => site[Symbol.asyncDispose]());

  const create = (body: unknown, token = ada) =>
    site.ask('POST', '/api/conversations', body, token);

  describe('of conversations', () => {
    test('creates one, with its members by their names', async () => {
      const reply = await create({
        type: 'group',
        title: 'Team',
        memberIds: ['1', 'bob', 7],
      });
      const { conversationId } = reply.body.data;
      assert.match(conversationId, ID);
      const conversation = {
        conversationId,
        type: 'group',
        title: 'Team',
        members: [
          { userId: 'ada', username: 'Name of ada' },
          { userId: '1', username: 'Ada' },
          { userId: 'bob', username: 'bob' },
          { userId: '7', username: '7' },
        ],
      };
      hasBody(reply, 201, conversation);
      const path = `/api/conversations/${conversationId}`;
      hasBody(await site.ask('GET', path, undefined, ada), 200, conversation);
    });

    test('creates one of an account, and one of two members', async () => {
      const reply = await create(
        { type: 'direct', memberIds: ['bob'] },
        accessToken,
      );
      assert.deepEqual(reply.body.data.members, [
        { userId: '1', username: 'Ada' },
        { userId: 'bob', username: 'bob' },
      ]);
      assert.equal(reply.body.data.title, '');
    });

    test('lists them in pages', async () => {
      const token = tokenOf('lister');
      const first = await create({ type: 'group', title: '1' }, token);
      const second = await create({ type: 'group', title: '2' }, token);
      const list = (query: string) =>
        site.ask('GET', `/api/conversations${query}`, undefined, token);
      const [one, two] = [first.body.data, second.body.data];
      hasBody(await list(''), 200, {
        conversations: [two, one],
        total: 2,
        limit: 20,
        offset: 0,
      });
      hasBody(await list('?limit=1&offset=1'), 200, {
        conversations: [one],
        total: 2,
        limit: 1,
        offset: 1,
      });
      for (const query of [
        '?limit=0',
        '?limit=101',
        '?limit=x',
        '?offset=-1',
      ]) {
        isRefused(
          await list(query),
          400,
          'INVALID_REQUEST',
          'VALIDATION_ERROR',
        );
      }
    });

    test('adds members and lets them go', async () => {
      const id = await site.createGroup('ada', 'bob');
      const path = `/api/conversations/${id}/members`;
      const added = await site.ask('POST', path, { userId: 'cyd' }, bob);
      hasBody(added, 201, {
        conversationId: id,
        type: 'group',
        title: '',
        members: [
          { userId: 'ada', username: 'Name of ada' },
          { userId: 'bob', username: 'bob' },
          { userId: 'cyd', username: 'cyd' },
        ],
      });
      isRefused(
        await site.ask('POST', path, { userId: 'cyd' }, ada),
        409,
        'CONFLICT',
        'ALREADY_MEMBER',
      );
      const remove = (userId: string, token: string) =>
        site.ask('DELETE', `${path}/${userId}`, undefined, token);
      isRefused(
        await remove('cyd', bob),
        403,
        'FORBIDDEN',
        'CONVERSATION_DENIED',
      );
      for (const [userId, token] of [
        ['bob', bob],
        ['cyd', ada],
      ] as const) {
        hasBody(await remove(userId, token), 200, {
          message: 'Member removed successfully',
          userId,
        });
      }
      isRefused(await remove('cyd', ada), 404, 'NOT_FOUND', 'MEMBER_NOT_FOUND');
    });

    test('keeps the two members of a direct conversation', async () => {
      const { body } = await create({ type: 'direct', memberIds: ['bob'] });
      const path = `/api/conversations/${body.data.conversationId}/members`;
      isRefused(
        await site.ask('POST', path, { userId: 'cyd' }, ada),
        409,
        'CONFLICT',
        'CONVERSATION_FIXED',
      );
      isRefused(
        await create({ type: 'direct', memberIds: ['bob', 'cyd'] }),
        400,
        'INVALID_REQUEST',
        'VALIDATION_ERROR',
      );
    });

    test('lets staff and the backend create public ones, which everyone sees', async () => {
      for (const type of ['public', 'global']) {
        isRefused(
          await create({ type }),
          403,
          'FORBIDDEN',
          'CONVERSATION_DENIED',
        );
        const admin = tokenOf('root', { role: 'admin' });
        assert.equal((await create({ type }, admin)).status, 201);
        const { status, body } = await create({ type }, BACKEND);
        assert.equal(status, 201);
        assert.deepEqual(body.data.members, []);
        const path = `/api/conversations/${body.data.conversationId}`;
        hasBody(await site.ask('GET', path, undefined, eve), 200, body.data);
        const links = `${path}/share-links`;
        isRefused(
          await site.ask('POST', links, {}, admin),
          422,
          'INVALID_CONVERSATION_TYPE',
          'INVALID_CONVERSATION_TYPE',
        );
      }
    });

    test('shows them to those alone who belong to them', async () => {
      const id = await site.createGroup('ada', 'bob');
      const show = (conversationId: string, token?: string) =>
        site.ask(
          'GET',
          `/api/conversations/${conversationId}`,
          undefined,
          token,
        );
      isRefused(await show(id, eve), 403, 'FORBIDDEN', 'NOT_A_MEMBER');
      assert.equal((await show(id, BACKEND)).status, 200);
      isRefused(
        await show(UNKNOWN, ada),
        404,
        'NOT_FOUND',
        'CONVERSATION_NOT_FOUND',
      );
      isRefused(
        await show('F'.repeat(24), ada),
        400,
        'INVALID_REQUEST',
        'VALIDATION_ERROR',
      );
    });
  });

  describe('of share links', () => {
    test('lets guests in, who see their conversation and no other', async () => {
      const id = await site.createGroup('ada', 'bob');
      const other = await site.createGroup('ada');
      const path = `/api/conversations/${id}/share-links`;
      const before = Date.now();
      const link = await site.ask('POST', path, { expiresIn: 3_600 }, bob);
      const { token, url, expiresAt } = link.body.data;
      hasBody(link, 201, { token, url, expiresAt });
      // The address of calls alone has no page.
      const { origin } = new URL(site.server.url);
      assert.equal(url, `${origin}/call#share=${token}`);
      const createdAt = Date.parse(expiresAt) - 3_600_000;
      assert.ok(before <= createdAt && createdAt <= Date.now(), expiresAt);

      const session = await site.ask(
        'POST',
        `/api/share-links/${token}/sessions`,
        { username: 'Alice', language: 'pt-BR' },
      );
      const { sessionToken, anonymousUserId } = session.body.data;
      hasBody(session, 201, {
        sessionToken,
        anonymousUserId,
        conversationId: id,
      });
      assert.match(anonymousUserId, ID);

      const show = (conversationId: string) =>
        site.ask(
          'GET',
          `/api/conversations/${conversationId}`,
          undefined,
          sessionToken,
        );
      assert.equal((await show(id)).body.data.conversationId, id);
      isRefused(await show(other), 403, 'FORBIDDEN', 'NOT_A_MEMBER');
      isRefused(
        await site.ask('POST', path, {}, sessionToken),
        403,
        'FORBIDDEN',
        'CONVERSATION_DENIED',
      );
    });

    test('takes a request without a body', async () => {
      const id = await site.createGroup('ada');
      const path = `/api/conversations/${id}/share-links`;
      assert.equal((await site.ask('POST', path, undefined, ada)).status, 201);
    });

    test('knows no link that it did not make', async () => {
      isRefused(
        await site.ask('POST', '/api/share-links/none/sessions', {
          username: 'Eve',
        }),
        404,
        'NOT_FOUND',
        'SHARE_LINK_NOT_FOUND',
      );
    });
  });

  describe('of clients', () => {
    for (const [what, token, reason] of [
      ['no token', undefined, 'TOKEN_MISSING'],
      ['a token of nothing', 'a.b.c', 'TOKEN_INVALID'],
      ['an unknown session', 'abc', 'SESSION_INVALID'],
      ['a login that has ended', endedToken, 'TOKEN_INVALID'],
      ['an expired token', tokenOf('ada', { exp: 1_000 }), 'TOKEN_EXPIRED'],
    ] as const) {
      test(`refuses those with ${what}`, async () => {
        const reply = await site.ask(
          'GET',
          '/api/conversations',
          undefined,
          token,
        );
        isRefused(reply, 401, 'UNAUTHORIZED', reason);
        assert.equal(reply.headers.get('www-authenticate'), 'Bearer');
      });
    }

    test('answers errors of paths and methods in the same shape', async () => {
      isRefused(
        await site.ask('GET', '/api/conversations/x/y/z'),
        404,
        'NOT_FOUND',
        'NOT_FOUND',
      );
      isRefused(
        await site.ask('PUT', '/api/conversations'),
        405,
        'INVALID_REQUEST',
        'METHOD_NOT_ALLOWED',
      );
    });
  });
});

describe('the calls API', () => {
  test('lets only so many guests in from one address', async () => {
    await using site = await CallsSite.start({
      limits: { guestsPerMinute: 1, guestBurst: 2 },
    });
    const start = () =>
      site.ask('POST', '/api/share-links/none/sessions', { username: 'Eve' });
    assert.equal((await start()).status, 404);
    assert.equal((await start()).status, 404);
    const refused = await start();
    isRefused(refused, 429, 'RATE_LIMIT_EXCEEDED', 'LIMIT_REACHED');
    const { option, retryAfter } = refused.body.error.details;
    assert.equal(option, 'limits.guestsPerMinute');
    assert.equal(refused.headers.get('retry-after'), String(retryAfter));
  });

  test('asks the service that keeps the conversations, where there is one', async () => {
    await using keeper = await CallsSite.start();
    const id = await keeper.createGroup('ada', 'bob');
    await using site = await CallsSite.start({
      calls: {
        directory: { url: `${keeper.url}/api/conversations/{id}` },
      },
    });
    const path = `/api/conversations/${id}`;
    const shown = await site.ask('GET', path, undefined, tokenOf('bob'));
    const own = await keeper.ask('GET', path, undefined, tokenOf('bob'));
    hasBody(shown, 200, own.body.data);
    isRefused(
      await site.ask('GET', path, undefined, tokenOf('eve')),
      403,
      'FORBIDDEN',
      'NOT_A_MEMBER',
    );
    const links = `${path}/share-links`;
    const link = await site.ask('POST', links, {}, tokenOf('bob'));
    assert.equal(link.status, 201);
    for (const [method, below, body] of [
      ['POST', '', { type: 'group' }],
      ['GET', '', undefined],
      ['POST', `/${id}/members`, { userId: 'cyd' }],
      ['DELETE', `/${id}/members/ada`, undefined],
    ] as const) {
      const reply = await site.ask(
        method,
        `/api/conversations${below}`,
        body,
        tokenOf('ada'),
      );
      isRefused(reply, 404, 'NOT_FOUND', 'NOT_FOUND');
    }
  });

  test('says so where that service does not answer', async () => {
    await using gone = await CallsSite.start();
    const url = `${gone.url}/api/conversations/{id}`;
    await using site = await CallsSite.start({ calls: { directory: { url } } });
    await gone.server.close();
    const path = `/api/conversations/${UNKNOWN}`;
    isRefused(
      await site.ask('GET', path, undefined, tokenOf('ada')),
      503,
      'SERVICE_UNAVAILABLE',
      'DIRECTORY_UNAVAILABLE',
    );
  });
});
