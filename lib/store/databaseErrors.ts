import { AppError } from '../core/errors.ts';
import { storeErrors } from './errors.ts';

/** Results of SQLite that pass by themselves or once an operator has acted. */
const SQLITE_UNAVAILABLE: ReadonlySet<number> = new Set([
  5, // BUSY
  6, // LOCKED
  8, // READONLY
  10, // IOERR
  11, // CORRUPT
  13, // FULL
  14, // CANTOPEN
  26, // NOTADB
]);

/**
 * Classes of PostgreSQL's codes: connection, resources, operator intervention,
 * system, transaction rollback (a deadlock or a failover).
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const POSTGRES_UNAVAILABLE = /^(?:08|53|57|58|40|25006)/;

const NETWORK =
  /^(?:ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT)/;

/** Messages of pg's that carry no code. */
const PG_MESSAGES =
  /timeout|Connection terminated|Client has encountered a connection error|the database system is/i;

const SQLITE_UNIQUE = 2067;
const POSTGRES_UNIQUE = '23505';

interface DatabaseError {
  code?: string;
  errcode?: number;
  message: string;
}

/** Tells whether a row was refused because another one has the same key. */
export function isDuplicate(error: unknown): boolean {
  const { code, errcode } = error as DatabaseError;
  return errcode === SQLITE_UNIQUE || code === POSTGRES_UNIQUE;
}

/** Tells whether the database is to blame, and not the query. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) {
    return false;
  }
  const { code, errcode, message } = error as DatabaseError;
  if (errcode !== undefined) {
    // The low byte is the result; the rest says more about it.
    return SQLITE_UNAVAILABLE.has(errcode % 256);
  }
  return code === undefined
    ? PG_MESSAGES.test(message)
    : POSTGRES_UNAVAILABLE.test(code) || NETWORK.test(code);
}

/** Turns a failure of the database into one that a client is told. */
export function unavailable(error: Error): AppError {
  return new AppError(
    storeErrors.STORE_UNAVAILABLE,
    'the database cannot be reached or written at the moment; try again later',
    { cause: error },
  );
}
