import { setTimeout as delay } from 'node:timers/promises';

import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';

import { Logger } from '../core/logger.ts';
import { StartError } from '../core/StartError.ts';
import { isUnavailable } from './databaseErrors.ts';
import type { DatabaseKind, Migration } from './migrations/Migration.ts';

const logger = new Logger('store');

/** The key of PostgreSQL's advisory lock, "atri" in ASCII. */
const LOCK_KEY = 0x61_74_72_69;

/** The database was written by a newer version of the program. */
export class SchemaTooNewError extends StartError {
  constructor(applied: string) {
    super(
      `the database has the migration ${applied}, which this version of Atrium does not know: start the newer version, or restore a backup from before the upgrade`,
    );
    this.name = 'SchemaTooNewError';
  }
}

/** The longest that a start waits for another process that migrates the file, ms. */
const LOCK_TIMEOUT = 60_000;

/** The interval between its attempts, ms. */
const LOCK_INTERVAL = 50;

interface Applied {
  name: string;
}

interface MigrationTables {
  schema_migrations: { name: string; applied_at: number };
}

/**
 * Brings the schema up to date in one transaction. Processes that start
 * together wait for each other, so that each step runs once.
 *
 * @throws {SchemaTooNewError} When the database has steps that are not known.
 */
export async function migrate(
  database: Kysely<unknown>,
  kind: DatabaseKind,
  migrations: readonly Migration[],
): Promise<void> {
  const db = database as Kysely<MigrationTables>;
  await locked(db, kind, async (transaction) => {
    await transaction.schema
      .createTable('schema_migrations')
      .ifNotExists()
      .addColumn('name', 'text', (it) => it.primaryKey())
      .addColumn('applied_at', 'bigint', (it) => it.notNull())
      .execute();
    const applied: Applied[] = await transaction
      .selectFrom('schema_migrations')
      .select('name')
      .orderBy('name')
      .execute();
    const known = new Set(migrations.map(({ name }) => name));
    const unknown = applied.find(({ name }) => !known.has(name));
    if (unknown !== undefined) {
      throw new SchemaTooNewError(unknown.name);
    }
    const done = new Set(applied.map(({ name }) => name));
    for (const migration of migrations) {
      const { name } = migration;
      if (!done.has(name)) {
        await migration.up(transaction as unknown as Kysely<unknown>, kind);
        await transaction
          .insertInto('schema_migrations')
          .values({ name, applied_at: Date.now() })
          .execute();
        logger.info('migrated the database: %s', name);
      }
    }
  });
}

/** Runs in a transaction that no other process can be in at the same time. */
async function locked(
  db: Kysely<MigrationTables>,
  kind: DatabaseKind,
  work: (transaction: Transaction<MigrationTables>) => Promise<void>,
): Promise<void> {
  if (kind === 'postgres') {
    await db.transaction().execute(async (transaction) => {
      await sql`select pg_advisory_xact_lock(${LOCK_KEY})`.execute(transaction);
      await work(transaction);
    });
    return;
  }
  // SQLite takes the write lock at "begin immediate" only; Kysely says "begin".
  await db.connection().execute(async (connection) => {
    await beginImmediate(connection);
    try {
      await work(connection as unknown as Transaction<MigrationTables>);
      await sql`commit`.execute(connection);
    } catch (error) {
      await sql`rollback`.execute(connection);
      throw error;
    }
  });
}

/** Waits beyond SQLite's own timeout, because a migration may take longer. */
async function beginImmediate(
  connection: Kysely<MigrationTables>,
): Promise<void> {
  const deadline = Date.now() + LOCK_TIMEOUT;
  for (;;) {
    try {
      await sql`begin immediate`.execute(connection);
      return;
    } catch (error) {
      if (!isUnavailable(error) || Date.now() > deadline) {
        throw error;
      }
      await delay(LOCK_INTERVAL);
    }
  }
}
