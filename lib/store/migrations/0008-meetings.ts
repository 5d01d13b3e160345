import { exactText } from './Migration.ts';
import type { Migration } from './Migration.ts';

/**
 * Usernames of accounts; and titled sessions, with the tickets by which people
 * enter them.
 */
export const meetings: Migration = {
  name: '0008-meetings',

  async up({ schema }, kind) {
    await schema.alterTable('users').addColumn('username', 'text').execute();
    await schema
      .alterTable('users')
      .addColumn('username_key', exactText(kind))
      .execute();
    await schema
      .createIndex('user_of_username')
      .unique()
      .on('users')
      .column('username_key')
      .execute();

    await schema
      .createTable('meetings')
      .addColumn('id', exactText(kind), (it) => it.primaryKey())
      .addColumn('title', 'text', (it) => it.notNull())
      .addColumn('host', 'text', (it) => it.notNull())
      .addColumn('host_id', exactText(kind))
      .addColumn('project', exactText(kind))
      .addColumn('password_hash', 'text')
      .addColumn('created_at', 'bigint', (it) => it.notNull())
      .addColumn('occupied_at', 'bigint', (it) => it.notNull())
      .execute();
    for (const [index, column] of [
      ['meetings_of_host', 'host_id'],
      ['meetings_of_project', 'project'],
      ['meetings_by_occupation', 'occupied_at'],
    ] as const) {
      await schema.createIndex(index).on('meetings').column(column).execute();
    }

    await schema
      .createTable('meeting_tickets')
      .addColumn('ticket_hash', exactText(kind), (it) => it.primaryKey())
      .addColumn('meeting_id', exactText(kind), (it) =>
        it.notNull().references('meetings.id').onDelete('cascade'),
      )
      .addColumn('peer_id', exactText(kind), (it) => it.notNull())
      .addColumn('name', 'text')
      .addColumn('expires_at', 'bigint', (it) => it.notNull())
      .execute();
    await schema
      .createIndex('tickets_of_meeting')
      .on('meeting_tickets')
      .columns(['meeting_id', 'expires_at'])
      .execute();
    await schema
      .createIndex('tickets_by_expiry')
      .on('meeting_tickets')
      .column('expires_at')
      .execute();
  },
};
