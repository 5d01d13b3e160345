import { z } from 'zod';

const POSTGRES_URL = /^postgres(?:ql)?:\/\//;

/** Options of the database: section `store`. */
export const storeSection = z
  .strictObject({
    file: z
      .string()
      .min(1)
      .default('data/atrium.db')
      .describe('The SQLite database; its folder is created if need be.'),
    url: z
      .string()
      .regex(POSTGRES_URL, {
        message: 'expected a URL such as postgres://user:password@host/name',
      })
      .optional()
      .describe(
        'A PostgreSQL database to use instead of the file, for several servers.',
      ),
    connections: z
      .int()
      .min(1)
      .max(100)
      .default(10)
      .describe('Most connections to PostgreSQL at once.'),
    timeout: z
      .int()
      .min(100)
      .max(60_000)
      .default(5_000)
      .describe(
        'How long a query may take, and how long one waits for a connection to PostgreSQL, ms.',
      ),
    busyTimeout: z
      .int()
      .min(0)
      .max(10_000)
      .default(500)
      .describe(
        'How long a query waits for another process that has locked the SQLite file, ms. The server does nothing else meanwhile.',
      ),
  })
  .prefault({});

/** The section `store` with its defaults. */
export type StoreOptions = z.output<typeof storeSection>;
