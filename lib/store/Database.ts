import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

import { Kysely } from 'kysely';
import type { Dialect, Transaction } from 'kysely';

import { AppError } from '../core/errors.ts';
import { Logger } from '../core/logger.ts';
import { isUnavailable, unavailable } from './databaseErrors.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import type { DatabaseKind, Migration } from './migrations/Migration.ts';
import type { StoreOptions } from './options.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';
import type { Tables } from './tables.ts';

const logger = new Logger('store');

/** The time for which the result of a probe counts, ms. */
const PROBE_TTL = 2_000;

/**
 * The connection to the database that all repositories share. A database that
 * is away fails the query with STORE_UNAVAILABLE; the next query tries again.
 */
export class Database {
  readonly kind: DatabaseKind;
  readonly #db: Kysely<Tables>;
  readonly #sqlite: DatabaseSync | undefined;
  #away = false;
  #probe: { at: number; result: Promise<boolean> } | undefined;

  private constructor(
    kind: DatabaseKind,
    dialect: Dialect,
    sqlite: DatabaseSync | undefined,
  ) {
    this.kind = kind;
    this.#db = new Kysely<Tables>({ dialect });
    this.#sqlite = sqlite;
  }

  /**
   * Opens the database and brings its schema up to date.
   *
   * @param root - The folder that a relative path starts from.
   * @throws {SchemaTooNewError} When a newer version has written to it.
   * @throws {AppError} STORE_UNAVAILABLE.
   */
  static async open(
    options: StoreOptions,
    root: string,
    migrations: readonly Migration[] = MIGRATIONS,
  ): Promise<Database> {
    const database = Database.#connect(options, root);
    try {
      await database.#guard(() =>
        migrate(database.#db as Kysely<unknown>, database.kind, migrations),
      );
    } catch (error) {
      await database.close();
      throw error;
    }
    return database;
  }

  static #connect(options: StoreOptions, root: string): Database {
    const { url } = options;
    if (url !== undefined) {
      return new Database(
        'postgres',
        openPostgres({ ...options, url }),
        undefined,
      );
    }
    const file = path.resolve(root, options.file);
    try {
      const { dialect, database } = openSqlite(file, options.busyTimeout);
      return new Database('sqlite', dialect, database);
    } catch (error) {
      throw isUnavailable(error) ? unavailable(error as Error) : error;
    }
  }

  /**
   * Runs queries.
   *
   * @throws {AppError} STORE_UNAVAILABLE when the database is away, full or
   *   locked.
   */
  run<Result>(work: (db: Kysely<Tables>) => Promise<Result>): Promise<Result> {
    return this.#guard(() => work(this.#db));
  }

  /**
   * Runs queries that take effect together or not at all.
   *
   * @throws {AppError} As {@link run}.
   */
  transaction<Result>(
    work: (transaction: Transaction<Tables>) => Promise<Result>,
  ): Promise<Result> {
    return this.#guard(() => this.#db.transaction().execute(work));
  }

  /**
   * Writes a row to find out whether the database works. Probes that are asked
   * for in the same two seconds share one.
   */
  isHealthy(): Promise<boolean> {
    const now = performance.now();
    if (this.#probe === undefined || now - this.#probe.at > PROBE_TTL) {
      this.#probe = { at: now, result: this.#tryWriting() };
    }
    return this.#probe.result;
  }

  /** The SQLite engine, for backups; undefined with PostgreSQL. */
  get sqlite(): DatabaseSync | undefined {
    return this.#sqlite;
  }

  /** Closes the connections once the queries under way are done. */
  async close(): Promise<void> {
    await this.#db.destroy();
    // Kysely closes what it has used, and no query may have run.
    if (this.#sqlite?.isOpen === true) {
      this.#sqlite.close();
    }
  }

  async #tryWriting(): Promise<boolean> {
    try {
      await this.run((db) =>
        db
          .insertInto('probes')
          .values({ id: 1, written_at: Date.now() })
          .onConflict((it) =>
            it.column('id').doUpdateSet({ written_at: Date.now() }),
          )
          .execute(),
      );
      if (this.#away) {
        this.#away = false;
        logger.info('the database is back');
      }
      return true;
    } catch (error) {
      if (error instanceof AppError) {
        return false;
      }
      throw error;
    }
  }

  async #guard<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      const result = await work();
      if (this.#away) {
        // A file that is locked, or on a full disk, can be read all the same.
        this.isHealthy().catch(() => undefined);
      }
      return result;
    } catch (error) {
      if (!isUnavailable(error)) {
        throw error;
      }
      if (!this.#away) {
        this.#away = true;
        logger.error(
          'the database cannot be reached or written: %s',
          (error as Error).message,
        );
      }
      throw unavailable(error as Error);
    }
  }
}
