import { exactText, withGrowingId } from './Migration.ts';
import type { Migration } from './Migration.ts';

/** Bans from rooms, and the log of what moderators do. */
export const bansAndAudit: Migration = {
  name: '0009-bans-and-audit',

  async up({ schema }, kind) {
    await withGrowingId(schema.createTable('bans'), kind)
      .addColumn('ban_id', exactText(kind), (it) => it.notNull().unique())
      .addColumn('room_id', exactText(kind), (it) => it.notNull())
      .addColumn('user_id', exactText(kind))
      .addColumn('secret_hash', 'text')
      .addColumn('network', 'text')
      .addColumn('spared', 'text', (it) => it.notNull())
      .addColumn('peer_id', 'text', (it) => it.notNull())
      .addColumn('display_name', 'text', (it) => it.notNull())
      .addColumn('banned_by', 'text', (it) => it.notNull())
      .addColumn('created_at', 'bigint', (it) => it.notNull())
      .addColumn('expires_at', 'bigint')
      .execute();
    await schema
      .createIndex('bans_of_room')
      .on('bans')
      .columns(['room_id', 'id'])
      .execute();
    await schema
      .createIndex('bans_of_user')
      .on('bans')
      .column('user_id')
      .execute();
    await schema
      .createIndex('bans_by_expiry')
      .on('bans')
      .column('expires_at')
      .execute();

    await withGrowingId(schema.createTable('audit_log'), kind)
      .addColumn('at', 'bigint', (it) => it.notNull())
      .addColumn('action', exactText(kind), (it) => it.notNull())
      .addColumn('gateway', 'text', (it) => it.notNull())
      .addColumn('room_id', exactText(kind))
      .addColumn('actor_id', exactText(kind))
      .addColumn('actor_peer_id', 'text')
      .addColumn('actor_name', 'text')
      .addColumn('target_id', exactText(kind))
      .addColumn('target_peer_id', 'text')
      .addColumn('target_name', 'text')
      .addColumn('details', 'text', (it) => it.notNull())
      .execute();
    for (const [index, column] of [
      ['audit_of_room', 'room_id'],
      ['audit_of_actor', 'actor_id'],
      ['audit_of_target', 'target_id'],
      ['audit_of_action', 'action'],
    ] as const) {
      await schema
        .createIndex(index)
        .on('audit_log')
        .columns([column, 'id'])
        .execute();
    }
    await schema
      .createIndex('audit_by_time')
      .on('audit_log')
      .column('at')
      .execute();
  },
};
