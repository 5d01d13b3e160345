import type { Kysely } from 'kysely';

import type { Tables } from './tables.ts';

/**
 * Takes the name of a user out of the audit log, and erases the user's bans: the
 * account that they kept out is gone.
 */
export async function eraseFromModeration(
  db: Kysely<Tables>,
  userId: string,
  name: string,
): Promise<void> {
  await db.deleteFrom('bans').where('user_id', '=', userId).execute();
  await db
    .updateTable('audit_log')
    .set({ actor_name: name })
    .where('actor_id', '=', userId)
    .execute();
  await db
    .updateTable('audit_log')
    .set({ target_name: name })
    .where('target_id', '=', userId)
    .execute();
}
