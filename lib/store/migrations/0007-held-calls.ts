import { sql } from 'kysely';

import { exactText } from './Migration.ts';
import type { Migration } from './Migration.ts';

/**
 * The server that each live call is on, and the time until which that server
 * is taken to run. Calls from before are taken to have been left behind.
 */
export const heldCalls: Migration = {
  name: '0007-held-calls',

  async up({ schema }, kind) {
    await schema
      .alterTable('calls')
      .addColumn('holder', exactText(kind))
      .execute();
    await schema
      .alterTable('calls')
      .addColumn('held_until', 'bigint', (it) => it.notNull().defaultTo(0))
      .execute();
    for (const column of ['holder', 'held_until']) {
      await schema
        .createIndex(`live_calls_by_${column}`)
        .on('calls')
        .column(column)
        .where(sql.ref('ended_at'), 'is', null)
        .execute();
    }
  },
};
