import assert from 'node:assert/strict';

import { PasswordHasher } from '../../lib/accounts/PasswordHasher.ts';
import type { Store, UserRecord } from '../../lib/store/Store.ts';
import { CHEAP_HASHES } from '../../tools/fixtures/cheapHashes.ts';

/** The password of all accounts that {@link createAccount} creates. */
export const PASSWORD = 'correct horse battery';

const cheap = new PasswordHasher(() => ({
  ...CHEAP_HASHES,
  hashesAtOnce: 1,
  hashesWaiting: 100,
}));

/** Creates an account with a password in the database of a server. */
export async function createAccount(
  { users }: Store,
  email: string,
  name: string,
): Promise<UserRecord> {
  const user = await users.create({
    email,
    name,
    passwordHash: await cheap.hash(PASSWORD),
    role: 'user',
  });
  assert.ok(user);
  return user;
}
