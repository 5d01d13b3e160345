import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { authSection } from '../../lib/auth/options.ts';
import { UserAuthenticator } from '../../lib/auth/UserAuthenticator.ts';
import { CallerAuthenticator } from '../../lib/calls/CallerAuthenticator.ts';
import { callErrors } from '../../lib/calls/errors.ts';
import { AppError } from '../../lib/core/errors.ts';
import { LiveOptions } from '../../lib/core/Live.ts';
import { guestIn, userCaller } from '../support/callers.ts';
import { accountToken } from '../support/chatAccount.ts';
import { userToken, withTokens } from '../support/JsonClient.ts';

const SECRET = 'the secret of the backend, long enough';
const MEDIA_SECRET = 'the secret of a media server, long enough';
const SESSION = 'session-of-a-guest';
const LATER = Date.now() + 3_600_000;
const guest = guestIn('b'.repeat(24));

/** An authenticator, of which the login `a-login` is one of the account 1. */
function authenticatorOf(
  mode: 'open' | 'token' = 'token',
  secret: string | undefined = SECRET,
): CallerAuthenticator {
  const auth = authSection.parse(withTokens.auth);
  const users = new UserAuthenticator(new LiveOptions(auth).view, {
    userOf: ({ userId, loginId }) =>
      Promise.resolve(
        loginId === 'a-login'
          ? { userId, loginId, name: 'Ada Lovelace', role: 'admin' }
          : undefined,
      ),
  });
  const guestOf = (token: string) =>
    token === SESSION
      ? Promise.resolve({ caller: guest, language: 'fr', expiresAt: LATER })
      : Promise.reject(new AppError(callErrors.SESSION_INVALID, 'unknown'));
  return new CallerAuthenticator(
    users,
    { guestOf },
    {
      auth: { mode },
      calls: { secret, mediaServer: { secret: MEDIA_SECRET } },
    },
  );
}

/** A token of another issuer. */
const foreignToken = (claims: Record<string, unknown>) =>
  userToken('-', {
    user_id: undefined,
    email: undefined,
    full_name: undefined,
    role: undefined,
    jti: undefined,
    token_type: undefined,
    iat: undefined,
    ...claims,
  });

const invalid = { code: 'TOKEN_INVALID', status: 401 };

describe('a client of the calls API', () => {
  test('is the user of an account, by the name and role of the account', async () => {
    const { caller, loginId, expiresAt } = await authenticatorOf().authenticate(
      { token: accountToken({ full_name: 'Old name', role: 'user' }) },
    );
    assert.deepEqual(caller, {
      ...userCaller('1', 'admin'),
      username: 'Ada Lovelace',
    });
    assert.equal(loginId, 'a-login');
    assert.ok(expiresAt !== undefined && expiresAt > Date.now());
    await assert.rejects(
      authenticatorOf().authenticate({ token: accountToken({ sid: 'other' }) }),
      invalid,
    );
  });

  for (const [claims, name, role] of [
    [{ user_id: 'ada', username: 'Ada' }, 'Ada', 'user'],
    [{ sub: 'ada', full_name: 'Ada L.', role: 'admin' }, 'Ada L.', 'admin'],
    [{ sub: 'ada', username: 'Ada', full_name: 'Ada L.' }, 'Ada', 'user'],
    [{ user_id: 'ada', sub: 'other', username: ' ' }, 'ada', 'user'],
  ] as const) {
    test(`is the user of another issuer's token: ${JSON.stringify(claims)}`, async () => {
      const token = foreignToken(claims);
      const caller = { ...userCaller('ada', role), username: name };
      assert.deepEqual(await authenticatorOf().clientOf(token), caller);
    });
  }

  for (const [what, claims] of [
    ['no id', { username: 'Ada' }],
    ['one room', { sub: 'ada', room: 'team' }],
    ['refreshing', { sub: 'ada', token_type: 'refresh' }],
    ['an id with spaces', { sub: 'a d a' }],
  ] as const) {
    test(`is refused with a token for ${what}`, async () => {
      const token = foreignToken(claims);
      await assert.rejects(authenticatorOf().clientOf(token), invalid);
    });
  }

  test('is refused with a token of another key, or an expired one', async () => {
    const forged = userToken('ada', {}, 'another secret that is long enough');
    await assert.rejects(authenticatorOf().clientOf(forged), invalid);
    const old = foreignToken({ sub: 'ada', exp: 1_000 });
    await assert.rejects(authenticatorOf().clientOf(old), {
      code: 'TOKEN_EXPIRED',
    });
  });

  test('is a guest by the token of a session', async () => {
    const authenticator = authenticatorOf();
    const found = { caller: guest, language: 'fr', expiresAt: LATER };
    const sessionToken = SESSION;
    assert.deepEqual(await authenticator.authenticate({ sessionToken }), found);
    assert.deepEqual(await authenticator.clientOf(SESSION), guest);
    const unknown = { code: 'SESSION_INVALID', status: 401 };
    await assert.rejects(
      authenticator.authenticate({ sessionToken: 'x' }),
      unknown,
    );
  });

  test('is the backend by the secret of the server, if there is one', async () => {
    assert.equal(await authenticatorOf().clientOf(SECRET), 'backend');
    for (const [authenticator, token] of [
      [authenticatorOf(), `${SECRET} `],
      [authenticatorOf(), ''],
      [authenticatorOf('token', ''), SECRET],
    ] as const) {
      await assert.rejects(authenticator.clientOf(token), {
        code: 'SESSION_INVALID',
      });
    }
  });

  test('is a media server by a secret of its own', async () => {
    const authenticator = authenticatorOf();
    assert.equal(await authenticator.clientOf(MEDIA_SECRET), 'mediaServer');
  });

  test('is whom the token names, in every mode', async () => {
    for (const mode of ['open', 'token'] as const) {
      const authenticator = authenticatorOf(mode);
      const token = foreignToken({ sub: 'ada' });
      const { caller } = await authenticator.authenticate({
        token,
        userId: 'ada',
      });
      assert.equal(caller.userId, 'ada');
      await assert.rejects(
        authenticator.authenticate({ token, userId: 'eve' }),
        invalid,
      );
    }
  });

  test('is believed without a token only where the server is open', async () => {
    const credentials = { userId: 'ada' };
    const { caller } = await authenticatorOf('open').authenticate(credentials);
    assert.deepEqual(caller, { ...userCaller('ada'), username: 'ada' });
    const missing = { code: 'TOKEN_MISSING', status: 401 };
    await assert.rejects(
      authenticatorOf('token').authenticate(credentials),
      missing,
    );
    await assert.rejects(authenticatorOf('open').authenticate({}), missing);
  });
});
