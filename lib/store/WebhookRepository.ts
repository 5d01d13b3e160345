import type { Kysely, Selectable } from 'kysely';

import { claimDue, hurryNext, lockEndpoint } from './claimDeliveries.ts';
import type { Database } from './Database.ts';
import { eraseFromWebhooks } from './eraseFromWebhooks.ts';
import { addToOutbox } from './outbox.ts';
import type { Tables } from './tables.ts';
import type {
  ClaimedDelivery,
  DeliveryClaim,
  DeliveryFilter,
  DeliveryOutcome,
  DeliveryPage,
  DeliveryRecord,
  DisabledEndpoint,
  OutboxEvent,
  OutboxState,
  StoredWebhooks,
} from './WebhookStore.ts';

type DeliveryRow = Selectable<Tables['webhook_deliveries']> &
  Pick<
    Selectable<Tables['webhook_events']>,
    'event_id' | 'type' | 'sequence' | 'at' | 'data'
  >;

/** Events for webhooks and their deliveries in the database. */
export class WebhookRepository implements StoredWebhooks {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add(events: readonly OutboxEvent[]): Promise<void> {
    return this.#database.transaction((db) => addToOutbox(db, events));
  }

  claim(claim: DeliveryClaim): Promise<ClaimedDelivery[]> {
    return this.#database.transaction(async (db) => {
      await lockEndpoint(db, this.#database.kind, claim.endpointId);
      const claimed = await claimDue(db, claim);
      if (claimed.length === 0) {
        return [];
      }
      const rows = await withEvents(db)
        .where('webhook_deliveries.id', 'in', claimed)
        .orderBy('webhook_deliveries.id')
        .execute();
      return rows.map(toDelivery);
    });
  }

  async nextDue(endpointId: string, after: Date): Promise<Date | undefined> {
    const row = await this.#database.run((db) =>
      db
        .selectFrom('webhook_deliveries')
        .select(({ fn }) => fn.min('next_at').as('next_at'))
        .where('endpoint_id', '=', endpointId)
        .where('status', '=', 'pending')
        .where('next_at', '>', after.getTime())
        .executeTakeFirstOrThrow(),
    );
    // The minimum of no rows is null.
    const { next_at: nextAt } = row as { next_at: number | null };
    return nextAt === null ? undefined : new Date(nextAt);
  }

  async settle(outcome: DeliveryOutcome): Promise<void> {
    await this.#database.transaction(async (db) => {
      const settled = await db
        .selectFrom('webhook_deliveries')
        .select(['endpoint_id', 'room_id'])
        .where('id', '=', outcome.id)
        .executeTakeFirst();
      if (settled === undefined) {
        return;
      }
      await lockEndpoint(db, this.#database.kind, settled.endpoint_id);
      const update = db
        .updateTable('webhook_deliveries')
        .set({
          status: outcome.status,
          next_at: outcome.nextAt.getTime(),
          updated_at: outcome.at.getTime(),
          response_status: outcome.responseStatus ?? null,
          error: outcome.error ?? null,
        })
        .where('id', '=', outcome.id)
        .where('attempts', '=', outcome.attempts);
      if (outcome.status === 'pending') {
        await update.where('status', '=', 'pending').execute();
        return;
      }
      // An event that has arrived stays so, even if it was given up meanwhile.
      await update.execute();
      await hurryNext(db, settled, outcome.at);
    });
  }

  async release(
    claimed: readonly Pick<ClaimedDelivery, 'id' | 'attempts'>[],
  ): Promise<void> {
    await this.#database.transaction(async (db) => {
      for (const { id, attempts } of claimed) {
        await db
          .updateTable('webhook_deliveries')
          .set({ attempts: attempts - 1, next_at: Date.now() })
          .where('id', '=', id)
          .where('attempts', '=', attempts)
          .where('status', '=', 'pending')
          .execute();
      }
    });
  }

  async list(
    { endpointId, status, type, roomId }: DeliveryFilter,
    { before, limit }: DeliveryPage,
  ): Promise<DeliveryRecord[]> {
    const rows = await this.#database.run((db) => {
      let query = withEvents(db)
        .orderBy('webhook_deliveries.id', 'desc')
        .limit(limit);
      for (const [column, value] of [
        ['webhook_deliveries.endpoint_id', endpointId],
        ['webhook_deliveries.status', status],
        ['webhook_deliveries.room_id', roomId],
        ['webhook_events.type', type],
      ] as const) {
        query = value === undefined ? query : query.where(column, '=', value);
      }
      query =
        before === undefined
          ? query
          : query.where('webhook_deliveries.id', '<', before);
      return query.execute();
    });
    return rows.map(toRecord);
  }

  async get(id: number): Promise<DeliveryRecord | undefined> {
    const row = await this.#database.run((db) =>
      withEvents(db).where('webhook_deliveries.id', '=', id).executeTakeFirst(),
    );
    return row && toRecord(row);
  }

  async replay(id: number): Promise<void> {
    const now = Date.now();
    await this.#database.run((db) =>
      db
        .updateTable('webhook_deliveries')
        .set({ status: 'pending', attempts: 0, next_at: now, updated_at: now })
        .where('id', '=', id)
        .execute(),
    );
  }

  async state(): Promise<OutboxState> {
    return this.#database.run(async (db) => {
      const pending = db
        .selectFrom('webhook_deliveries')
        .where('status', '=', 'pending');
      const { size } = await pending
        .select(({ fn }) => fn.countAll().as('size'))
        .executeTakeFirstOrThrow();
      const oldest = await pending
        .select('created_at')
        .orderBy('id')
        .limit(1)
        .executeTakeFirst();
      return {
        size: Number(size),
        oldest: oldest && new Date(oldest.created_at),
      };
    });
  }

  async disabled(): Promise<DisabledEndpoint[]> {
    const rows = await this.#database.run((db) =>
      db.selectFrom('webhook_endpoints').select(['id', 'url']).execute(),
    );
    return rows.map(({ id, url }) => ({ id, url }));
  }

  async disable({ id, url }: DisabledEndpoint, error: string): Promise<void> {
    const now = Date.now();
    const row = { url, disabled_at: now };
    await this.#database.transaction(async (db) => {
      await db
        .insertInto('webhook_endpoints')
        .values({ id, ...row })
        .onConflict((it) => it.column('id').doUpdateSet(row))
        .execute();
      await db
        .updateTable('webhook_deliveries')
        .set({ status: 'failed', updated_at: now, error })
        .where('endpoint_id', '=', id)
        .where('status', '=', 'pending')
        .execute();
    });
  }

  async enable(endpointId: string): Promise<void> {
    await this.#database.run((db) =>
      db.deleteFrom('webhook_endpoints').where('id', '=', endpointId).execute(),
    );
  }

  giveUpBeyond(most: number, error: string): Promise<number> {
    return this.#database.transaction(async (db) => {
      const endpoints = await db
        .selectFrom('webhook_deliveries')
        .select('endpoint_id')
        .where('status', '=', 'pending')
        .distinct()
        .execute();
      let count = 0;
      for (const { endpoint_id: endpointId } of endpoints) {
        const newest = await db
          .selectFrom('webhook_deliveries')
          .select('id')
          .where('endpoint_id', '=', endpointId)
          .where('status', '=', 'pending')
          .orderBy('id', 'desc')
          .limit(1)
          .offset(most)
          .executeTakeFirst();
        if (newest !== undefined) {
          const { numUpdatedRows } = await db
            .updateTable('webhook_deliveries')
            .set({ status: 'failed', updated_at: Date.now(), error })
            .where('endpoint_id', '=', endpointId)
            .where('status', '=', 'pending')
            .where('id', '<=', newest.id)
            .executeTakeFirst();
          count += Number(numUpdatedRows);
        }
      }
      return count;
    });
  }

  deleteOld(before: Date): Promise<number> {
    const time = before.getTime();
    return this.#database.transaction(async (db) => {
      const { numDeletedRows } = await db
        .deleteFrom('webhook_deliveries')
        .where('updated_at', '<', time)
        .executeTakeFirst();
      await db
        .deleteFrom('webhook_events')
        .where('at', '<', time)
        .where((it) =>
          it.not(
            it.exists(
              it
                .selectFrom('webhook_deliveries')
                .select('webhook_deliveries.id')
                .whereRef('webhook_deliveries.event', '=', 'webhook_events.id'),
            ),
          ),
        )
        .execute();
      await db
        .deleteFrom('webhook_rooms')
        .where('updated_at', '<', time)
        .execute();
      return Number(numDeletedRows);
    });
  }

  eraseDeletedAccounts(from: Date, until: Date): Promise<void> {
    return this.#database.transaction(async (db) => {
      const deleted = await db
        .selectFrom('users')
        .select('id')
        .where('deleted_at', '>=', from.getTime())
        .where('deleted_at', '<', until.getTime())
        .execute();
      for (const { id } of deleted) {
        await eraseFromWebhooks(db, this.#database.kind, String(id));
      }
    });
  }
}

function withEvents(db: Kysely<Tables>) {
  return db
    .selectFrom('webhook_deliveries')
    .innerJoin(
      'webhook_events',
      'webhook_events.id',
      'webhook_deliveries.event',
    )
    .selectAll('webhook_deliveries')
    .select([
      'webhook_events.event_id',
      'webhook_events.type',
      'webhook_events.sequence',
      'webhook_events.at',
      'webhook_events.data',
    ]);
}

function toDelivery(row: DeliveryRow): ClaimedDelivery {
  return {
    id: row.id,
    endpointId: row.endpoint_id,
    event: {
      id: row.event_id,
      type: row.type,
      roomId: row.room_id ?? undefined,
      sequence: row.sequence ?? undefined,
      at: new Date(row.at),
      data: JSON.parse(row.data) as Record<string, unknown>,
    },
    attempts: row.attempts,
  };
}

function toRecord(row: DeliveryRow): DeliveryRecord {
  return {
    ...toDelivery(row),
    status: row.status,
    createdAt: new Date(row.created_at),
    nextAt: row.status === 'pending' ? new Date(row.next_at) : undefined,
    updatedAt: new Date(row.updated_at),
    responseStatus: row.response_status ?? undefined,
    error: row.error ?? undefined,
  };
}
