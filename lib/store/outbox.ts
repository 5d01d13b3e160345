import { sql } from 'kysely';
import type { Transaction } from 'kysely';

import type { Tables } from './tables.ts';
import type { OutboxEvent } from './WebhookStore.ts';

/**
 * Adds events and their deliveries, in the transaction of the change that caused them.
 * The events of a room are numbered in their order.
 */
export async function addToOutbox(
  db: Transaction<Tables>,
  events: readonly OutboxEvent[],
): Promise<void> {
  if (events.length === 0) {
    return;
  }
  const now = Date.now();
  const sequences = await nextSequences(db, events, now);
  for (const event of events) {
    const { roomId } = event;
    const sequence = roomId === undefined ? null : sequences(roomId);
    const added = await db
      .insertInto('webhook_events')
      .values({
        event_id: event.id,
        type: event.type,
        room_id: roomId ?? null,
        sequence,
        at: event.at.getTime(),
        data: JSON.stringify(event.data),
      })
      .onConflict((it) => it.column('event_id').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (added !== undefined && event.userIds.length > 0) {
      await db
        .insertInto('webhook_people')
        .values(
          Array.from(new Set(event.userIds), (userId) => ({
            event: added.id,
            user_id: userId,
          })),
        )
        .execute();
    }
    if (added !== undefined && event.endpointIds.length > 0) {
      await db
        .insertInto('webhook_deliveries')
        .values(
          event.endpointIds.map((endpointId) => ({
            event: added.id,
            endpoint_id: endpointId,
            room_id: roomId ?? null,
            status: 'pending' as const,
            attempts: 0,
            created_at: now,
            next_at: now,
            updated_at: now,
            response_status: null,
            error: null,
          })),
        )
        .execute();
    }
  }
}

/**
 * Takes the numbers of events, which keeps other servers from adding to the same
 * rooms until the transaction ends.
 *
 * @returns The next number of a room.
 */
async function nextSequences(
  db: Transaction<Tables>,
  events: readonly OutboxEvent[],
  now: number,
): Promise<(roomId: string) => number> {
  const counts = new Map<string, number>();
  for (const { roomId } of events) {
    if (roomId !== undefined) {
      counts.set(roomId, (counts.get(roomId) ?? 0) + 1);
    }
  }
  const next = new Map<string, number>();
  // In one order in all servers, so that they do not wait for each other in a circle.
  for (const roomId of Array.from(counts.keys()).toSorted()) {
    const count = counts.get(roomId) ?? 0;
    const { last_sequence: last } = await db
      .insertInto('webhook_rooms')
      .values({ room_id: roomId, last_sequence: count, updated_at: now })
      .onConflict((it) =>
        it.column('room_id').doUpdateSet({
          last_sequence: sql<number>`webhook_rooms.last_sequence + ${count}`,
          updated_at: now,
        }),
      )
      .returning('last_sequence')
      .executeTakeFirstOrThrow();
    next.set(roomId, last - count + 1);
  }
  return (roomId) => {
    const sequence = next.get(roomId) ?? 1;
    next.set(roomId, sequence + 1);
    return sequence;
  };
}
