import { z } from 'zod';

import { section } from '../core/section.ts';
import type { OptionsOf } from '../core/section.ts';

const POSTGRES_URL = /^postgres(?:ql)?:\/\//;

/** The section `store`. */
export const storeSection = section(
  'The database, for accounts, lasting rooms and their messages, and calls.',
  {
    file: z
      .string()
      .min(1)
      .default('data/atrium.db')
      .describe(
        'The SQLite database, relative to the project; its folder is created if necessary, and the key that signs tokens is kept next to it. Environment: ATRIUM_STORE_FILE.',
      ),
    url: z
      .string()
      .regex(POSTGRES_URL, {
        message: 'expected a URL such as postgres://user:password@host/name',
      })
      .optional()
      .describe(
        'A PostgreSQL database to use instead of the file, for several servers. Environment: ATRIUM_STORE_URL.',
      ),
    connections: z
      .int()
      .min(1)
      .max(100)
      .default(10)
      .describe('Maximum number of connections to PostgreSQL.'),
    timeout: z
      .int()
      .min(100)
      .max(60_000)
      .default(5_000)
      .describe(
        'Longest time for a query to PostgreSQL, and to wait for a connection to it, ms.',
      ),
    busyTimeout: z
      .int()
      .min(0)
      .max(10_000)
      .default(500)
      .describe(
        'Longest wait for another process that has locked the SQLite file, ms. The server does nothing else meanwhile.',
      ),
  },
);

/** The options of the section `store`. */
export type StoreOptions = OptionsOf<typeof storeSection>;
