import { exactText, withGrowingId } from './Migration.ts';
import type { Migration } from './Migration.ts';

/** Accounts with their logins, lasting rooms, and the messages in them. */
export const accountsAndRooms: Migration = {
  name: '0001-accounts-and-rooms',

  async up(db, kind) {
    const { schema } = db;
    await withGrowingId(schema.createTable('users'), kind)
      .addColumn('email', 'text')
      .addColumn('email_key', exactText(kind), (it) => it.unique())
      .addColumn('name', 'text', (it) => it.notNull())
      .addColumn('password_hash', 'text')
      .addColumn('role', 'text', (it) => it.notNull())
      .addColumn('joined_at', 'bigint', (it) => it.notNull())
      .addColumn('deleted_at', 'bigint')
      .execute();

    await schema
      .createTable('logins')
      .addColumn('id', exactText(kind), (it) => it.primaryKey())
      .addColumn('user_id', 'bigint', (it) =>
        it.notNull().references('users.id'),
      )
      .addColumn('created_at', 'bigint', (it) => it.notNull())
      .addColumn('expires_at', 'bigint', (it) => it.notNull())
      .addColumn('ended_at', 'bigint')
      .execute();
    await schema
      .createIndex('logins_of_user')
      .on('logins')
      .column('user_id')
      .execute();
    await schema
      .createIndex('logins_by_expiry')
      .on('logins')
      .column('expires_at')
      .execute();

    await withGrowingId(schema.createTable('rooms'), kind)
      .addColumn('name', 'text', (it) => it.notNull())
      .addColumn('description', 'text', (it) => it.notNull())
      .addColumn('creator_id', 'bigint', (it) =>
        it.notNull().references('users.id'),
      )
      .addColumn('room_type', 'text', (it) => it.notNull())
      .addColumn('created_at', 'bigint', (it) => it.notNull())
      .addColumn('is_active', 'integer', (it) => it.notNull().defaultTo(1))
      .execute();
    await schema
      .createIndex('rooms_listed')
      .on('rooms')
      .columns(['is_active', 'room_type', 'id'])
      .execute();

    await withGrowingId(schema.createTable('messages'), kind)
      .addColumn('room_id', 'bigint', (it) =>
        it.notNull().references('rooms.id'),
      )
      .addColumn('user_id', 'bigint', (it) =>
        it.notNull().references('users.id'),
      )
      .addColumn('content', 'text', (it) => it.notNull())
      .addColumn('created_at', 'bigint', (it) => it.notNull())
      .execute();
    await schema
      .createIndex('messages_of_room')
      .on('messages')
      .columns(['room_id', 'id'])
      .execute();
    await schema
      .createIndex('messages_of_room_by_time')
      .on('messages')
      .columns(['room_id', 'created_at', 'id'])
      .execute();
    await schema
      .createIndex('messages_of_user')
      .on('messages')
      .column('user_id')
      .execute();

    // One row, written to find out whether the database can be written.
    await schema
      .createTable('probes')
      .addColumn('id', 'integer', (it) => it.primaryKey())
      .addColumn('written_at', 'bigint', (it) => it.notNull())
      .execute();
  },
};
