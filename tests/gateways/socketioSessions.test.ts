import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { openStore } from '../../lib/store/openStore.ts';
import { testConfig } from '../../tools/fixtures/server.ts';
import { accountToken, addAccount } from '../support/chatAccount.ts';
import { send } from '../support/http.ts';
import { withTokens } from '../support/JsonClient.ts';
import { CallsClient } from './calls/CallsClient.ts';
import { CallsSite, tokenOf } from './calls/CallsSite.ts';

/** The user of the account that every server here has. */
const ACCOUNT = '1';

const JOIN_TIMEOUT = 100;

/** The contracts over Socket.IO, with the code of a client that may not stay. */
const NAMESPACES = [
  {
    namespace: '/',
    ended: 'PERMISSION_DENIED',
    late: 'PERMISSION_DENIED',
  },
  { namespace: '/media', ended: 'FORBIDDEN', late: 'UNAUTHORIZED' },
] as const;

for (const { namespace, ended, late } of NAMESPACES) {
  describe(`a client in the namespace ${namespace}`, () => {
    let site: CallsSite;
    let conversationId: string;
    let callId: string;

    before(async () => {
      const { store: options } = testConfig();
      const store = await openStore(options, '/');
      await addAccount(store);
      await store.close();
      site = await CallsSite.start({
        store: options,
        auth: { ...withTokens.auth, enforceExpiry: true },
        calls: { reconnectTimeout: 600_000 },
      });
      conversationId = await site.createGroup('ada', 'bob', ACCOUNT);
      const call = { conversationId, type: 'video' };
      const { body } = await ask('/api/calls', tokenOf('ada'), call);
      callId = body.data.callId;
    });
    after(() => site[Symbol.asyncDispose]());

    function ask(path: string, token: string | undefined, body: object = {}) {
      return site.ask('POST', path, body, token);
    }

    /** Joins the call over HTTP; returns the id of the participant. */
    async function join(token: string): Promise<string> {
      const { status, body } = await ask(
        `/api/calls/${callId}/participants`,
        token,
      );
      assert.equal(status, 200);
      return body.data.participantId;
    }

    function connect(
      options: ConstructorParameters<typeof CallsClient>[1] = {},
      { url } = site,
    ): CallsClient {
      return new CallsClient({ url: `${url}${namespace}` }, options);
    }

    /** The credentials of a participant in this namespace. */
    function credentials(given: object): object {
      return namespace === '/' ? given : { callId, ...given };
    }

    test('is disconnected when it does not authenticate in time', async () => {
      await using hasty = await CallsSite.start({
        signalling: { joinTimeout: JOIN_TIMEOUT },
      });
      using client = connect({}, hasty);
      const gone = client.disconnected();
      const { code, message } = await client.next('call:error');
      assert.deepEqual(
        [code, message],
        [late, `no authentication within ${JOIN_TIMEOUT} ms`],
      );
      assert.equal(await gone, 'io server disconnect');
    });

    test('is disconnected when it asks for other things instead', async () => {
      await using hasty = await CallsSite.start({
        signalling: { joinTimeout: JOIN_TIMEOUT },
      });
      using client = connect({}, hasty);
      const gone = client.disconnected();
      for (const name of ['call:join', 'create-transport', 'authenticate']) {
        client.send(name, { callId, direction: 'send' });
      }
      assert.equal(await gone, 'io server disconnect');
    });

    test('is disconnected when its user logs out, and others are not', async () => {
      const token = accountToken();
      await join(token);
      await join(tokenOf('bob'));
      using client = connect();
      using other = connect();
      await client.get('authenticate', credentials({ token }));
      await other.get('authenticate', credentials({ token: tokenOf('bob') }));
      const gone = client.disconnected();
      const { status } = await send(
        site.server.url,
        '/auth/logout/',
        undefined,
        { method: 'POST', headers: { Authorization: `Bearer ${token}` } },
      );
      assert.equal(status, 200);
      const { code, message } = await client.next('call:error');
      assert.deepEqual([code, message], [ended, 'the user has logged out']);
      assert.equal(await gone, 'io server disconnect');
      assert.ok(other.socket.connected);
      using again = connect();
      const { success } = await again.ask(
        'authenticate',
        credentials({ token }),
      );
      assert.equal(success, false);
    });

    test('is disconnected when its token expires, if that is enforced', async () => {
      using client = connect();
      const exp = Math.floor(Date.now() / 1_000) + 2;
      const token = tokenOf('ada', { exp });
      await client.get('authenticate', credentials({ token }));
      const gone = client.disconnected();
      const { code, message } = await client.next('call:error');
      assert.deepEqual([code, message], [ended, 'the token has expired']);
      assert.equal(await gone, 'io server disconnect');
    });

    for (const where of ['sessionToken', 'token', 'the handshake'] as const) {
      test(`is a guest by a session token as ${where}`, async () => {
        const links = `/api/conversations/${conversationId}/share-links`;
        const link = await ask(links, tokenOf('ada'));
        const sessions = `/api/share-links/${link.body.data.token}/sessions`;
        const session = await ask(sessions, undefined, { username: 'Gil' });
        const { sessionToken, anonymousUserId } = session.body.data;
        const participantId = await join(sessionToken);
        using client = connect(
          where === 'the handshake' ? { auth: { token: sessionToken } } : {},
        );
        const given =
          where === 'the handshake' ? {} : { [where]: sessionToken };
        const data = await client.get('authenticate', credentials(given));
        assert.deepEqual(
          data,
          namespace === '/'
            ? {
                user: {
                  id: anonymousUserId,
                  username: 'Gil',
                  isAnonymous: true,
                },
              }
            : { participantId, routerId: `call-${callId}` },
        );
      });
    }

    test('is no guest of another conversation, nor with a session that never was', async () => {
      const other = await site.createGroup('ada');
      const links = `/api/conversations/${other}/share-links`;
      const link = await ask(links, tokenOf('ada'));
      const sessions = `/api/share-links/${link.body.data.token}/sessions`;
      const session = await ask(sessions, undefined, { username: 'Eve' });
      const { sessionToken } = session.body.data;
      for (const given of [{ sessionToken: 'never' }, { sessionToken }]) {
        using client = connect();
        const answer = await client.ask('authenticate', credentials(given));
        // A guest may connect, and has no place in calls of others.
        const { success } =
          answer.success && namespace === '/'
            ? await client.ask('call:join', {
                callId,
                audioEnabled: true,
                videoEnabled: true,
              })
            : answer;
        assert.equal(success, false);
      }
    });
  });
}
