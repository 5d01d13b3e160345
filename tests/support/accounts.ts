import assert from 'node:assert/strict';

import { PasswordHasher } from '../../lib/accounts/PasswordHasher.ts';
import type { Store, UserRecord } from '../../lib/store/Store.ts';

/** The password of all accounts that {@link createAccount} creates. */
export const PASSWORD = 'correct horse battery';

/** Cheap to compare with; the server hashes at full cost. */
const cheap = new PasswordHasher(
  () => ({ hashesAtOnce: 1, hashesWaiting: 100 }),
  { memory: 64, passes: 1, parallelism: 1 },
);

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
