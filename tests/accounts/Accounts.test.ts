import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';

import jwt from 'jsonwebtoken';

import { Accounts } from '../../lib/accounts/Accounts.ts';
import type { DatedLogin } from '../../lib/accounts/Accounts.ts';
import { AccountTokens } from '../../lib/accounts/AccountTokens.ts';
import { LoginThrottle } from '../../lib/accounts/LoginThrottle.ts';
import { accountsSection } from '../../lib/accounts/options.ts';
import { PasswordHasher } from '../../lib/accounts/PasswordHasher.ts';
import type { HashTurn } from '../../lib/accounts/PasswordHasher.ts';
import { openStore } from '../../lib/store/openStore.ts';
import type { Store, UserRecord, Users } from '../../lib/store/Store.ts';
import { CHEAP_HASHES } from '../../tools/fixtures/cheapHashes.ts';
import { onEachEngine } from '../support/stores.ts';

const secret = 'a secret that only this test knows, of enough bytes';
const password = 'correct horse battery';

interface Claims {
  user_id: number;
  sid: string;
  auth_time: number;
}

/** Counts the hashes that it computes to compare passwords with. */
class CountingHasher extends PasswordHasher {
  compared = 0;

  override verify(
    password: string,
    hash: string | undefined,
    turn: HashTurn = {},
  ): Promise<boolean> {
    return super.verify(password, hash, {
      ...turn,
      onTurn: () => {
        turn.onTurn?.();
        this.compared += 1;
      },
    });
  }
}

function identityOf(token: string): DatedLogin {
  const claims = jwt.verify(token, secret) as unknown as Claims;
  const since = claims.auth_time * 1_000;
  return { userId: claims.user_id, loginId: claims.sid, since };
}

onEachEngine('accounts', (engine) => {
  let store: Store;
  let people = 0;
  before(async () => {
    store = await openStore(await engine.emptyStore(), '/');
  });
  after(() => store.close());

  function accountsWith(
    options: object = {},
    users: Users = store.users,
    hasher?: PasswordHasher,
  ): Accounts {
    const section = accountsSection.parse(options);
    return new Accounts({
      users,
      logins: store.logins,
      hasher:
        hasher ?? new PasswordHasher(() => ({ ...section, ...CHEAP_HASHES })),
      throttle: new LoginThrottle(() => section),
      tokens: new AccountTokens(
        () => ({ algorithm: 'HS256', secret }),
        () => section,
      ),
      options: () => section,
    });
  }

  function newPerson() {
    people += 1;
    return { email: `Person${people}@Example.com`, name: 'Grace', password };
  }

  describe('registration', () => {
    test('creates an account that can log in', async () => {
      const accounts = accountsWith();
      const person = newPerson();
      const user = await accounts.register(person, 'here');
      assert.equal(user.email, person.email);
      assert.equal(user.role, 'user');
      await accounts.login(person.email.toLowerCase(), password, 'here');
    });

    test('names all that is wrong at once', async () => {
      const accounts = accountsWith();
      const person = newPerson();
      await accounts.register(person, 'here');
      const again = { ...person, password: '12345678' };
      await assert.rejects(accounts.register(again, 'here'), {
        code: 'ACCOUNT_REFUSED',
        emailTaken: true,
        passwordProblems: [{ rule: 'common' }, { rule: 'numeric' }],
      });
    });

    test('names the problems of what is there when something is missing', async () => {
      const accounts = accountsWith({ registrationsPerAddress: 3 });
      const { email } = await accounts.register(newPerson(), 'here');
      const problems = await accounts.review({ email, name: 'x' }, 'here');
      assert.deepEqual(problems, {
        emailTaken: true,
        usernameTaken: false,
        passwordProblems: [],
      });
      assert.deepEqual(await accounts.review({ password: '1' }, 'here'), {
        emailTaken: false,
        usernameTaken: false,
        passwordProblems: [
          { rule: 'short', minLength: 8 },
          { rule: 'numeric' },
        ],
      });
      // Asking about addresses counts as registering them does.
      await accounts.review({ email: 'free@example.com' }, 'here');
      await assert.rejects(async () => accounts.review({ email }, 'here'), {
        code: 'TOO_MANY_ATTEMPTS',
      });
      await accounts.review({ name: 'x' }, 'here');
      const closed = accountsWith({ registration: 'closed' });
      await assert.rejects(async () => closed.review({}, 'here'), {
        code: 'REGISTRATION_CLOSED',
      });
    });

    test('gives an address to one of those who ask for it together', async () => {
      const accounts = accountsWith();
      const person = newPerson();
      const results = await Promise.allSettled([
        accounts.register(person, 'here'),
        accounts.register(person, 'here'),
      ]);
      assert.deepEqual(results.map(({ status }) => status).toSorted(), [
        'fulfilled',
        'rejected',
      ]);
    });

    test('is refused where an operator has closed it, who can still create accounts', async () => {
      const accounts = accountsWith({ registration: 'closed' });
      const person = newPerson();
      const refused = { code: 'REGISTRATION_CLOSED', status: 403 };
      await assert.rejects(
        async () => accounts.register(person, 'here'),
        refused,
      );
      assert.equal((await accounts.create(person, 'admin')).role, 'admin');
    });

    test('is slow from one network', async () => {
      const accounts = accountsWith({ registrationsPerAddress: 1 });
      await accounts.register(newPerson(), 'here');
      await assert.rejects(async () => accounts.register(newPerson(), 'here'), {
        code: 'TOO_MANY_ATTEMPTS',
      });
      await accounts.register(newPerson(), 'there');
    });
  });

  describe('a login', () => {
    test('gives tokens with the claims that other contracts read', async () => {
      const accounts = accountsWith();
      const person = newPerson();
      const { id } = await accounts.register(person, 'here');
      const begun = Date.now();
      const { access, refresh } = await accounts.login(
        person.email,
        password,
        'here',
      );
      for (const [token, type, days] of [
        [access, 'access', 1],
        [refresh, 'refresh', 30],
      ] as const) {
        const claims = jwt.verify(token, secret) as jwt.JwtPayload;
        const { iat = 0, exp, jti, sid, auth_time: at, ...rest } = claims;
        assert.deepEqual(rest, {
          token_type: type,
          user_id: id,
          email: person.email,
          full_name: person.name,
          role: 'user',
        });
        assert.equal(exp, iat + days * 86_400);
        assert.ok(begun / 1_000 <= at && Math.floor(at) <= iat);
        assert.match(String(jti), /^[\da-f-]{36}$/);
        assert.match(String(sid), /^[\da-f-]{36}$/);
      }
    });

    test('compares a password for an unknown address as it does for a known one', async (t) => {
      const verify = t.mock.method(PasswordHasher.prototype, 'verify');
      const accounts = accountsWith();
      const { email } = await accounts.register(newPerson(), 'here');
      for (const address of [email, 'unknown@example.com']) {
        const before = verify.mock.callCount();
        await assert.rejects(accounts.login(address, 'wrong', 'here'));
        assert.equal(verify.mock.callCount(), before + 1);
      }
    });

    test('fails alike for a wrong password and an unknown address', async () => {
      const accounts = accountsWith();
      const { email } = await accounts.register(newPerson(), 'here');
      const wrong = { code: 'CREDENTIALS_WRONG', status: 401 };
      await assert.rejects(accounts.login(email, 'wrong', 'here'), wrong);
      await assert.rejects(
        accounts.login('unknown@example.com', 'wrong', 'here'),
        wrong,
      );
    });

    test('is refused even with the right password after too many failures from there', async () => {
      const accounts = accountsWith({ failuresPerAccountAndAddress: 2 });
      const { email } = await accounts.register(newPerson(), 'here');
      for (let failure = 0; failure < 2; failure += 1) {
        await assert.rejects(accounts.login(email, 'wrong', 'here'));
      }
      await assert.rejects(
        accounts.login(email.toUpperCase(), password, 'here'),
        {
          code: 'TOO_MANY_ATTEMPTS',
          status: 429,
        },
      );
      await accounts.login(email, password, 'there');
    });

    test('is refused from anywhere after too many failures from everywhere', async () => {
      const accounts = accountsWith({ failuresPerAccount: 2 });
      const { email } = await accounts.register(newPerson(), 'here');
      await assert.rejects(accounts.login(email, 'wrong', 'one'));
      await assert.rejects(accounts.login(email, 'wrong', 'two'));
      await assert.rejects(accounts.login(email, password, 'three'), {
        code: 'TOO_MANY_ATTEMPTS',
      });
    });

    test('cannot be guessed faster by guessing together', async () => {
      const accounts = accountsWith({ failuresPerAccountAndAddress: 3 });
      const { email } = await accounts.register(newPerson(), 'here');
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, () =>
          accounts.login(email, 'wrong', 'here'),
        ),
      );
      const codes = results.map(
        (it) =>
          it.status === 'rejected' && (it.reason as { code: string }).code,
      );
      const guessed = codes.filter((code) => code === 'CREDENTIALS_WRONG');
      assert.equal(guessed.length, 3);
    });

    test('computes no hash for attempts that are beyond the limit when it is their turn', async () => {
      const section = accountsSection.parse({
        failuresPerAccountAndAddress: 3,
        hashesAtOnce: 1,
      });
      const hasher = new CountingHasher(() => ({
        ...section,
        ...CHEAP_HASHES,
      }));
      const accounts = accountsWith(section, store.users, hasher);
      await Promise.allSettled(
        Array.from({ length: 20 }, () =>
          accounts.login('person@example.com', 'wrong', 'here'),
        ),
      );
      // The turn passes on a moment before the failure is counted.
      assert.ok([3, 4].includes(hasher.compared), `${hasher.compared} hashes`);
    });

    test('goes on by its refresh token until logout ends it', async () => {
      const accounts = accountsWith();
      const { email } = await accounts.register(newPerson(), 'here');
      const one = await accounts.login(email, password, 'here');
      const other = await accounts.login(email, password, 'here');
      const identity = identityOf(one.refresh);
      const access = await accounts.refresh(identity);
      assert.deepEqual(identityOf(access), identity);

      const ended = once(accounts, 'loginEnded');
      await accounts.logout(identity);
      assert.deepEqual(await ended, [identity]);
      const over = { code: 'LOGIN_ENDED', status: 401 };
      await assert.rejects(accounts.refresh(identity), over);
      await assert.rejects(accounts.requireUser(identityOf(access)), over);
      await accounts.requireUser(identityOf(other.access));
    });
  });

  for (const [how, end] of [
    ['by logout', (it: Accounts, login: DatedLogin) => it.logout(login)],
    [
      'with its account',
      (it: Accounts, { userId }: DatedLogin) => it.delete(userId),
    ],
  ] as const) {
    test(`a login that ends ${how} while it is looked up is refused`, async () => {
      const found = Promise.withResolvers<UserRecord | undefined>();
      const reached = Promise.withResolvers<void>();
      const accounts = accountsWith(
        {},
        {
          create: (user) => store.users.create(user),
          findByEmail: (email) => store.users.findByEmail(email),
          findByUsername: (name) => store.users.findByUsername(name),
          update: (id, change) => store.users.update(id, change),
          list: (page) => store.users.list(page),
          rename: (id, name) => store.users.rename(id, name),
          setRole: (id, role) => store.users.setRole(id, role),
          setPassword: (id, hash) => store.users.setPassword(id, hash),
          erase: (id, messages) => store.users.erase(id, messages),
          get: () => {
            reached.resolve();
            return found.promise;
          },
        },
      );
      const person = newPerson();
      const user = await accounts.register(person, 'here');
      const { access } = await accounts.login(person.email, password, 'here');
      const refused = assert.rejects(accounts.requireUser(identityOf(access)), {
        code: 'LOGIN_ENDED',
      });
      await reached.promise;
      await end(accounts, identityOf(access));
      found.resolve(user);
      await refused;
    });
  }

  test('a new password obeys the rules, and ends the logins', async () => {
    const accounts = accountsWith();
    const person = newPerson();
    const user = await accounts.register(person, 'here');
    const { access } = await accounts.login(person.email, password, 'here');
    await assert.rejects(accounts.setPassword(user, person.email), {
      code: 'ACCOUNT_REFUSED',
      emailTaken: false,
      passwordProblems: [{ rule: 'similar', field: 'email' }],
    });
    await accounts.requireUser(identityOf(access));
    await accounts.setPassword(user, 'another battery');
    await assert.rejects(accounts.requireUser(identityOf(access)), {
      code: 'LOGIN_ENDED',
    });
    await accounts.login(person.email, 'another battery', 'here');
    await accounts.delete(user.id);
    const gone = { code: 'USER_GONE' };
    await assert.rejects(accounts.setPassword(user, 'yet another one'), gone);
    await assert.rejects(accounts.setRole(user.id, 'admin'), gone);
  });

  test('deleting an account ends its logins and frees its address', async () => {
    const accounts = accountsWith();
    const person = newPerson();
    const { id } = await accounts.register(person, 'here');
    const { access } = await accounts.login(person.email, password, 'here');
    const deleted = once(accounts, 'userDeleted');
    await accounts.delete(id);
    assert.deepEqual(await deleted, [id]);
    await assert.rejects(accounts.requireUser(identityOf(access)), {
      code: 'LOGIN_ENDED',
    });
    await assert.rejects(accounts.rename(id, 'Ada'), { code: 'USER_GONE' });
    await accounts.register(person, 'here');
  });
});
