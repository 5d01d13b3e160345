import type { Migration } from './Migration.ts';

/** The time until which the tokens were issued that a ban keeps out. */
export const tokensOfBans: Migration = {
  name: '0015-tokens-of-bans',

  async up({ schema }) {
    await schema
      .alterTable('bans')
      .addColumn('issued_until', 'bigint')
      .execute();
  },
};
