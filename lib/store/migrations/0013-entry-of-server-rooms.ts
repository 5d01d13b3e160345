import type { Migration } from './Migration.ts';

/** The lock and the lobby with which rooms of backends open. */
export const entryOfServerRooms: Migration = {
  name: '0013-entry-of-server-rooms',

  async up({ schema }) {
    for (const column of ['locked', 'lobby']) {
      await schema
        .alterTable('server_rooms')
        .addColumn(column, 'integer', (it) => it.notNull().defaultTo(0))
        .execute();
    }
  },
};
