import type { Migration } from './Migration.ts';

/** Finds the rooms of a user, who may have only so many. */
export const roomsOfCreator: Migration = {
  name: '0002-rooms-of-creator',

  async up({ schema }) {
    await schema
      .createIndex('rooms_of_creator')
      .on('rooms')
      .columns(['creator_id', 'is_active'])
      .execute();
  },
};
