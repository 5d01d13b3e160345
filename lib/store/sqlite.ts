import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue, StatementSync } from 'node:sqlite';

import { SqliteDialect } from 'kysely';
import type { Dialect, SqliteDatabase, SqliteStatement } from 'kysely';

/** Statements that are kept prepared. */
const MAX_STATEMENTS = 200;

/**
 * Opens an SQLite file for Kysely over Node's own engine. What was committed
 * is on disk (`synchronous = FULL`), and readers do not wait for the writer.
 *
 * @see https://www.sqlite.org/wal.html
 */
export function openSqlite(
  file: string,
  busyTimeout: number,
): { dialect: Dialect; database: DatabaseSync } {
  if (!existsSync(file)) {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  }
  const database = new DatabaseSync(file, {
    timeout: busyTimeout,
    enableForeignKeyConstraints: true,
  });
  // Addresses and password hashes are private.
  chmodSync(file, 0o600);
  database.exec('pragma journal_mode = WAL; pragma synchronous = FULL');
  // SQLite's own knows the case of ASCII alone.
  database.function('lower', { deterministic: true }, (text) =>
    typeof text === 'string' ? text.toLowerCase() : text,
  );
  return {
    dialect: new SqliteDialect({ database: adapt(database) }),
    database,
  };
}

/** Kysely expects the interface of better-sqlite3. */
function adapt(database: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = database.prepare(sql);
      if (statements.size >= MAX_STATEMENTS) {
        statements.clear();
      }
      statements.set(sql, statement);
    }
    return statement;
  };
  return {
    close: () => database.close(),
    prepare(sql): SqliteStatement {
      const statement = prepare(sql);
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
        run: (parameters) =>
          // On a full disk, SQLite has rolled back by itself.
          sql === 'rollback' && !database.isTransaction
            ? { changes: 0, lastInsertRowid: 0 }
            : statement.run(...(parameters as SQLInputValue[])),
        iterate: (parameters) =>
          statement.iterate(...(parameters as SQLInputValue[])),
      };
    },
  };
}
