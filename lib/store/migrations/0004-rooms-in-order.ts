import type { Migration } from './Migration.ts';

/** Lists rooms of both types in the order of their ids, without sorting all. */
export const roomsInOrder: Migration = {
  name: '0004-rooms-in-order',

  async up({ schema }) {
    await schema
      .createIndex('rooms_in_order')
      .on('rooms')
      .columns(['is_active', 'id'])
      .execute();
  },
};
