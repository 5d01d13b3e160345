import type { Migration } from './Migration.ts';

/** Finds the logins that have ended lately. */
export const loginsByEnd: Migration = {
  name: '0003-logins-by-end',

  async up({ schema }) {
    await schema
      .createIndex('logins_by_end')
      .on('logins')
      .column('ended_at')
      .execute();
  },
};
