import type { Migration } from './Migration.ts';

/** The times when the tickets of sessions were issued; earlier ones count as old. */
export const timesOfTickets: Migration = {
  name: '0016-times-of-tickets',

  async up({ schema }) {
    await schema
      .alterTable('meeting_tickets')
      .addColumn('issued_at', 'bigint', (it) => it.notNull().defaultTo(0))
      .execute();
  },
};
