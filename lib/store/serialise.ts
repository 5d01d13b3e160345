import { sql } from 'kysely';
import type { Transaction } from 'kysely';

import type { DatabaseKind } from './migrations/Migration.ts';
import type { Tables } from './tables.ts';

/**
 * Lets one transaction after the other work on a thing. In PostgreSQL,
 * transactions that run together would else not count each other's rows; SQLite
 * runs one at a time anyway.
 *
 * @param locks - The first half of the key of PostgreSQL's advisory locks.
 */
export async function serialise(
  db: Transaction<Tables>,
  kind: DatabaseKind,
  locks: number,
  id: string,
): Promise<void> {
  if (kind === 'postgres') {
    await sql`select pg_advisory_xact_lock(${locks}, hashtext(${id}))`.execute(
      db,
    );
  }
}
