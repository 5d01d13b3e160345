import type { Kysely } from 'kysely';

import type { Tables } from './tables.ts';

/**
 * Takes a user out of all conversations, and the name of the user out of the
 * calls. What the user said stays, unless it is to be deleted as well.
 */
export async function eraseFromCalls(
  db: Kysely<Tables>,
  userId: string,
  username: string,
  texts: 'keep' | 'delete',
): Promise<void> {
  await db
    .deleteFrom('conversation_members')
    .where('user_id', '=', userId)
    .execute();
  await db
    .updateTable('calls')
    .set({ initiator_name: username })
    .where('initiator_id', '=', userId)
    .execute();
  if (texts === 'delete') {
    await db
      .deleteFrom('transcriptions')
      .where('participant_id', 'in', (it) =>
        it
          .selectFrom('call_participants')
          .select('participant_id')
          .where('user_id', '=', userId),
      )
      .execute();
  }
  await db
    .updateTable('call_participants')
    .set({ username })
    .where('user_id', '=', userId)
    .execute();
}
