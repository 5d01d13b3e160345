import { exactText } from './Migration.ts';
import type { Migration } from './Migration.ts';

/** Rooms that backends create by the server API. */
export const serverRooms: Migration = {
  name: '0010-server-rooms',

  async up({ schema }, kind) {
    await schema
      .createTable('server_rooms')
      .addColumn('id', exactText(kind), (it) => it.primaryKey())
      .addColumn('max_peers', 'integer')
      .addColumn('empty_timeout', 'integer', (it) => it.notNull())
      .addColumn('metadata', 'text', (it) => it.notNull())
      .addColumn('created_at', 'bigint', (it) => it.notNull())
      .addColumn('version', 'integer', (it) => it.notNull())
      .execute();
  },
};
