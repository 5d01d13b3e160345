import { exactText, withGrowingId } from './Migration.ts';
import type { Migration } from './Migration.ts';

/** Events for the backends of operators, and their deliveries. */
export const webhooks: Migration = {
  name: '0012-webhooks',

  async up({ schema }, kind) {
    await schema
      .createTable('webhook_rooms')
      .addColumn('room_id', exactText(kind), (it) => it.primaryKey())
      .addColumn('last_sequence', 'bigint', (it) => it.notNull())
      .addColumn('updated_at', 'bigint', (it) => it.notNull())
      .execute();
    await schema
      .createIndex('webhook_rooms_by_time')
      .on('webhook_rooms')
      .column('updated_at')
      .execute();

    await withGrowingId(schema.createTable('webhook_events'), kind)
      .addColumn('event_id', exactText(kind), (it) => it.notNull().unique())
      .addColumn('type', exactText(kind), (it) => it.notNull())
      .addColumn('room_id', exactText(kind))
      .addColumn('sequence', 'bigint')
      .addColumn('at', 'bigint', (it) => it.notNull())
      .addColumn('data', 'text', (it) => it.notNull())
      .execute();
    await schema
      .createIndex('webhook_events_by_time')
      .on('webhook_events')
      .column('at')
      .execute();

    await withGrowingId(schema.createTable('webhook_deliveries'), kind)
      .addColumn('event', 'bigint', (it) =>
        it.notNull().references('webhook_events.id'),
      )
      .addColumn('endpoint_id', exactText(kind), (it) => it.notNull())
      .addColumn('room_id', exactText(kind))
      .addColumn('status', exactText(kind), (it) => it.notNull())
      .addColumn('attempts', 'integer', (it) => it.notNull())
      .addColumn('created_at', 'bigint', (it) => it.notNull())
      .addColumn('next_at', 'bigint', (it) => it.notNull())
      .addColumn('updated_at', 'bigint', (it) => it.notNull())
      .addColumn('response_status', 'integer')
      .addColumn('error', 'text')
      .execute();
    for (const [index, columns] of [
      ['deliveries_of_event', ['event']],
      ['deliveries_of_endpoint', ['endpoint_id', 'status', 'id']],
      ['deliveries_by_due_time', ['endpoint_id', 'status', 'next_at', 'id']],
      ['deliveries_of_room', ['room_id', 'endpoint_id', 'status', 'id']],
      ['deliveries_by_status', ['status', 'id']],
      ['deliveries_by_time', ['updated_at']],
    ] as const) {
      await schema
        .createIndex(index)
        .on('webhook_deliveries')
        .columns([...columns])
        .execute();
    }

    await schema
      .createTable('webhook_endpoints')
      .addColumn('id', exactText(kind), (it) => it.primaryKey())
      .addColumn('url', 'text', (it) => it.notNull())
      .addColumn('disabled_at', 'bigint', (it) => it.notNull())
      .execute();
  },
};
