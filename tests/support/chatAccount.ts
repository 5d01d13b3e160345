import type { Store } from '../../lib/store/Store.ts';
import { userToken } from './JsonClient.ts';

const LOGIN = 'a-login';
const ENDED_LOGIN = 'an-ended-login';

/** An access token of the account's login, with other claims in the place of some. */
export function accountToken(changes: Record<string, unknown> = {}): string {
  return userToken('1', { user_id: 1, sid: LOGIN, ...changes });
}

/** An access token of the account that every server of a suite has. */
export const accessToken = accountToken();

/** An access token of a login of that account that has ended. */
export const endedToken = accountToken({ sid: ENDED_LOGIN });

/**
 * Adds the account to an empty database, with its logins and one room. A test
 * that registered it would spend most of its time on hashing the password.
 */
export async function addAccount({
  users,
  logins,
  rooms,
}: Store): Promise<void> {
  await users.create({
    email: 'ada@example.com',
    name: 'Ada',
    passwordHash: 'of no password',
    role: 'user',
  });
  const tomorrow = new Date(Date.now() + 86_400_000);
  await logins.create(LOGIN, 1, tomorrow);
  await logins.create(ENDED_LOGIN, 1, tomorrow);
  await logins.end(ENDED_LOGIN);
  await rooms.create(
    { name: 'Room', description: '', type: 'chat', creatorId: 1 },
    1,
  );
}
