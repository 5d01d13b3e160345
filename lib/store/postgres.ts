import { PostgresDialect } from 'kysely';
import type { Dialect } from 'kysely';
import { Pool, TypeOverrides } from 'pg';

import { Logger } from '../core/logger.ts';
import type { StoreOptions } from './options.ts';

const logger = new Logger('store');

/** The type of a 64-bit integer, which pg hands over as text. */
const INT8 = 20;

/** Opens a pool of connections to PostgreSQL for Kysely. */
export function openPostgres({
  url,
  connections,
  timeout,
}: StoreOptions & { url: string }): Dialect {
  const types = new TypeOverrides();
  types.setTypeParser(INT8, Number);
  const pool = new Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: timeout,
    statement_timeout: timeout,
    query_timeout: timeout,
    // A connection that sits idle may be cut by a firewall.
    keepAlive: true,
    application_name: 'atrium',
    types,
  });
  // A connection that breaks fails its query; without a listener, the error
  // event that follows would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  // An idle connection that breaks is replaced by the next query.
  pool.on('error', ({ message }) => {
    logger.warn('an idle connection to PostgreSQL broke: %s', message);
  });
  return new PostgresDialect({ pool });
}
