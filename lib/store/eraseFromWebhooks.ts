import type { Transaction } from 'kysely';

import { hurryNext, lockEndpoint } from './claimDeliveries.ts';
import type { DatabaseKind } from './migrations/Migration.ts';
import type { Tables } from './tables.ts';

/** Events that are erased together. */
const CHUNK = 500;

/**
 * Erases the events that are about a user, and their deliveries, including those that
 * are still pending.
 */
export async function eraseFromWebhooks(
  db: Transaction<Tables>,
  kind: DatabaseKind,
  userId: string,
): Promise<void> {
  let events: number[];
  do {
    const rows = await db
      .selectFrom('webhook_people')
      .select('event')
      .where('user_id', '=', userId)
      .orderBy('event')
      .limit(CHUNK)
      .execute();
    events = rows.map(({ event }) => event);
    if (events.length > 0) {
      await eraseEvents(db, kind, events);
    }
  } while (events.length === CHUNK);
}

/** Erases events, and makes the deliveries due that waited for those erased. */
async function eraseEvents(
  db: Transaction<Tables>,
  kind: DatabaseKind,
  events: readonly number[],
): Promise<void> {
  const pending = await db
    .selectFrom('webhook_deliveries')
    .select(['endpoint_id', 'room_id'])
    .distinct()
    .where('event', 'in', events)
    .where('status', '=', 'pending')
    .orderBy('endpoint_id')
    .execute();
  for (const endpointId of new Set(pending.map((it) => it.endpoint_id))) {
    await lockEndpoint(db, kind, endpointId);
  }
  await db
    .deleteFrom('webhook_deliveries')
    .where('event', 'in', events)
    .execute();
  await db.deleteFrom('webhook_events').where('id', 'in', events).execute();
  const now = new Date();
  for (const ended of pending) {
    await hurryNext(db, ended, now);
  }
}
