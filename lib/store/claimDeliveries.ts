import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';

import type { DatabaseKind } from './migrations/Migration.ts';
import { serialise } from './serialise.ts';
import type { Tables } from './tables.ts';
import type { DeliveryClaim } from './WebhookStore.ts';

/** The first half of the key of PostgreSQL's advisory locks of endpoints. */
const ENDPOINT_LOCKS = 0x68_6f_6f_6b;

/** The most deliveries that one query finds. */
const SCANNED = 500;

/** The shortest time for which a delivery that is held up is put off, ms. */
const LEAST_DELAY = 1_000;

/**
 * Begins attempts for deliveries that are due and not held up by an earlier one of
 * their room.
 *
 * @returns Their ids.
 */
export async function claimDue(
  db: Kysely<Tables>,
  claim: DeliveryClaim,
): Promise<number[]> {
  const { limit } = claim;
  const claimed: number[] = [];
  let found: DueDelivery[];
  do {
    found = await dueDeliveries(db, claim);
    const free = found
      .filter(({ held }) => !isTrue(held))
      .slice(0, limit - claimed.length)
      .map(({ id }) => id);
    await begin(db, free, claim);
    const held = found.filter((it) => isTrue(it.held)).map(({ id }) => id);
    await postpone(db, held, claim);
    claimed.push(...free);
  } while (claimed.length < limit && found.length === SCANNED);
  return claimed;
}

/** A delivery that is due, unless an earlier one of its room holds it up. */
interface DueDelivery {
  readonly id: number;
  /** A truth value of either database. */
  readonly held: unknown;
}

/** The deliveries that are due, the one due for longest first. */
function dueDeliveries(
  db: Kysely<Tables>,
  { endpointId, now, orderedSince }: DeliveryClaim,
): Promise<DueDelivery[]> {
  return db
    .selectFrom('webhook_deliveries as due')
    .select('due.id')
    .select((it) =>
      it
        .exists(
          it
            .selectFrom('webhook_deliveries as earlier')
            .select('earlier.id')
            .whereRef('earlier.room_id', '=', 'due.room_id')
            .where('earlier.endpoint_id', '=', endpointId)
            .where('earlier.status', '=', 'pending')
            .whereRef('earlier.id', '<', 'due.id')
            .where('earlier.created_at', '>', orderedSince.getTime()),
        )
        .as('held'),
    )
    .where('due.endpoint_id', '=', endpointId)
    .where('due.status', '=', 'pending')
    .where('due.next_at', '<=', now.getTime())
    .orderBy('due.next_at')
    .orderBy('due.id')
    .limit(SCANNED)
    .execute();
}

/** Begins attempts. */
async function begin(
  db: Kysely<Tables>,
  ids: readonly number[],
  { now, until }: DeliveryClaim,
): Promise<void> {
  if (ids.length > 0) {
    await db
      .updateTable('webhook_deliveries')
      .set({
        attempts: sql<number>`attempts + 1`,
        next_at: until.getTime(),
        updated_at: now.getTime(),
      })
      .where('id', 'in', ids)
      .execute();
  }
}

/**
 * Puts off deliveries that are held up by earlier ones of their rooms, so that they
 * are not looked at again and again: until the first of the earlier ones is due, or no
 * longer holds them up. If that one ends before, {@link hurryNext} makes the next due.
 */
async function postpone(
  db: Kysely<Tables>,
  ids: readonly number[],
  { endpointId, now, orderedSince }: DeliveryClaim,
): Promise<void> {
  if (ids.length === 0) {
    return;
  }
  const held = await db
    .selectFrom('webhook_deliveries')
    .select('room_id')
    .distinct()
    .where('id', 'in', ids)
    .execute();
  const orderTime = now.getTime() - orderedSince.getTime();
  for (const { room_id: roomId } of held) {
    const first = await db
      .selectFrom('webhook_deliveries')
      .select(['created_at', 'next_at'])
      .where('room_id', '=', roomId)
      .where('endpoint_id', '=', endpointId)
      .where('status', '=', 'pending')
      .where('created_at', '>', orderedSince.getTime())
      .orderBy('id')
      .limit(1)
      .executeTakeFirstOrThrow();
    await db
      .updateTable('webhook_deliveries')
      .set({
        next_at: Math.min(
          Math.max(first.next_at, now.getTime() + LEAST_DELAY),
          first.created_at + orderTime,
        ),
      })
      .where('room_id', '=', roomId)
      .where('id', 'in', ids)
      .execute();
  }
}

/**
 * Lets the changes of the deliveries to an endpoint wait for each other. Otherwise, a
 * delivery could be put off because of an earlier one that ends at the same moment.
 */
export function lockEndpoint(
  db: Transaction<Tables>,
  kind: DatabaseKind,
  endpointId: string,
): Promise<void> {
  return serialise(db, kind, ENDPOINT_LOCKS, endpointId);
}

/** Makes the delivery of a room due that waited for one that has ended. */
export async function hurryNext(
  db: Kysely<Tables>,
  ended: { endpoint_id: string; room_id: string | null },
  at: Date,
): Promise<void> {
  if (ended.room_id === null) {
    return;
  }
  const next = await db
    .selectFrom('webhook_deliveries')
    .select('id')
    .where('room_id', '=', ended.room_id)
    .where('endpoint_id', '=', ended.endpoint_id)
    .where('status', '=', 'pending')
    // Others are under way, or wait for another attempt.
    .where('attempts', '=', 0)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  if (next !== undefined) {
    await db
      .updateTable('webhook_deliveries')
      .set({ next_at: at.getTime() })
      .where('id', '=', next.id)
      .execute();
  }
}

/** Reads a truth value, which is 0 or 1 in SQLite. */
function isTrue(value: unknown): boolean {
  return value === true || Number(value) === 1;
}
