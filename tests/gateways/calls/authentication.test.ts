import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { withTokens } from '../../support/JsonClient.ts';
import { CallsClient } from './CallsClient.ts';
import { CallsSite, tokenOf } from './CallsSite.ts';

describe('a client of calls', () => {
  let site: CallsSite;

  before(async () => {
    site = await CallsSite.start({
      auth: { ...withTokens.auth, mode: 'token' },
    });
  });

  after(() => site[Symbol.asyncDispose]());

  const ada = { id: 'ada', username: 'Name of ada', isAnonymous: false };

  for (const [name, payload, options] of [
    ['in the payload', { token: tokenOf('ada') }, {}],
    ["in the handshake's auth", {}, { auth: { token: tokenOf('ada') } }],
    [
      "in the handshake's Authorization",
      undefined,
      { extraHeaders: { authorization: `Bearer ${tokenOf('ada')}` } },
    ],
    [
      'in the payload before that of the handshake',
      { token: tokenOf('ada') },
      { auth: { token: tokenOf('bob') } },
    ],
    [
      'with the id of its user',
      { token: tokenOf('ada'), userId: 'ada', language: 'fr-CA' },
      {},
    ],
  ] as const) {
    test(`is authenticated by a token ${name}`, async () => {
      using client = new CallsClient(site, options);
      client.send('authenticate', payload);
      assert.deepEqual(await client.next('authenticated'), {
        success: true,
        user: ada,
      });
    });
  }

  test('gets the answer by a callback as well', async () => {
    using client = new CallsClient(site, { transports: ['polling'] });
    assert.deepEqual(
      await client.get('authenticate', { token: tokenOf('ada') }),
      {
        user: ada,
      },
    );
    await client.next('authenticated');
  });

  test('is a guest by the token of a session', async () => {
    const conversationId = await site.createGroup('ada');
    const link = await site.ask(
      'POST',
      `/api/conversations/${conversationId}/share-links`,
      {},
      tokenOf('ada'),
    );
    const session = await site.ask(
      'POST',
      `/api/share-links/${link.body.data.token}/sessions`,
      { username: 'Gil', language: 'es' },
    );
    const { sessionToken, anonymousUserId } = session.body.data;
    using client = new CallsClient(site);
    assert.deepEqual(await client.authenticate({ sessionToken }), {
      success: true,
      user: { id: anonymousUserId, username: 'Gil', isAnonymous: true },
    });
  });

  for (const [name, payload, error] of [
    [
      'without a token',
      { userId: 'ada' },
      'token: expected the token of a user or of a guest, got nothing',
    ],
    [
      'with a token that was never issued',
      { token: 'abc' },
      'token: expected that of a user, or of a guest whose session goes on; guests open their share link again',
    ],
    [
      'with the token of another user',
      { token: tokenOf('ada'), userId: 'bob' },
      'userId: expected the user of the token, got another one',
    ],
    [
      'with data that is malformed',
      { token: 1 },
      'data.token: expected string, got 1',
    ],
  ] as const) {
    test(`is refused ${name}, and may try again`, async () => {
      using client = new CallsClient(site);
      assert.deepEqual(await client.authenticate(payload), {
        success: false,
        error,
      });
      const { success } = await client.authenticate({ token: tokenOf('ada') });
      assert.equal(success, true);
    });
  }

  test('stays the user that it was', async () => {
    using client = await CallsClient.of(site, 'ada');
    const again = await client.authenticate({
      token: tokenOf('ada'),
      language: 'de',
    });
    assert.deepEqual(again, { success: true, user: ada });
    assert.deepEqual(await client.authenticate({ token: tokenOf('bob') }), {
      success: false,
      error: 'the connection is that of another user; open one of its own',
    });
  });

  test('may send other events only afterwards', async () => {
    using client = new CallsClient(site);
    const callId = '0123456789abcdef01234567';
    const error = {
      code: 'PERMISSION_DENIED',
      message: 'the client is not authenticated; send authenticate first',
      details: { reason: 'TOKEN_MISSING' },
    };
    assert.deepEqual(await client.ask('call:reject', { callId }), {
      success: false,
      error,
    });
    client.send('call:reject', { callId });
    assert.deepEqual(await client.next('call:error'), { callId, ...error });
  });

  test('need not wait for the answer before it sends other events', async () => {
    const conversationId = await site.createGroup('ada', 'bob');
    using client = new CallsClient(site);
    client.send('authenticate', { token: tokenOf('ada') });
    const type = 'audio';
    const { callId } = await client.get('call:initiate', {
      conversationId,
      type,
    });
    assert.match(callId, /^[\da-f]{24}$/);
  });

  test('is disconnected when it does not authenticate in time', async () => {
    await using hasty = await CallsSite.start({
      signalling: { joinTimeout: 1_500 },
    });
    using client = new CallsClient(hasty);
    const gone = client.disconnected();
    assert.deepEqual(await client.next('call:error'), {
      code: 'PERMISSION_DENIED',
      message: 'no authentication within 1500 ms',
    });
    assert.equal(await gone, 'io server disconnect');
  });

  test('is believed without a token where the server is open', async () => {
    await using open = await CallsSite.start({ auth: { mode: 'open' } });
    using client = new CallsClient(open);
    assert.deepEqual(await client.authenticate({ userId: 'ada' }), {
      success: true,
      user: { id: 'ada', username: 'ada', isAnonymous: false },
    });
  });

  test('may not enter calls with an expired token', async (t) => {
    // Clients measure the time since the last ping by the clock.
    const signalling = { pingInterval: 300_000 };
    await using calm = await CallsSite.start({ signalling });
    using client = new CallsClient(calm);
    const exp = Math.floor(Date.now() / 1_000) + 60;
    await client.get('authenticate', { token: tokenOf('ada', { exp }) });
    const callId = '0123456789abcdef01234567';
    const before = await client.ask('call:reject', { callId });
    assert.equal(before.error.code, 'CALL_NOT_FOUND');
    t.mock.timers.enable({ apis: ['Date'], now: (exp + 300) * 1_000 });
    const { error } = await client.ask('call:reject', { callId });
    assert.equal(error.code, 'PERMISSION_DENIED');
    assert.equal(error.details.reason, 'TOKEN_EXPIRED');
  });
});
