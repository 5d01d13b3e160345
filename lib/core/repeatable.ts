import { z } from 'zod';

import type { RequestTable } from './contract.ts';

const keyField = {
  requestKey: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe(
      'A text of the client that no other request of the stay has: sent again with it, the request is served once and answered the same.',
    ),
};

/** A table whose requests for members may have a key. */
type Repeatable<Table extends RequestTable> = {
  [Method in keyof Table]: Table[Method]['requires'] extends 'member'
    ? Omit<Table[Method], 'data'> & {
        data: z.ZodObject<Table[Method]['data']['shape'] & typeof keyField>;
      }
    : Table[Method];
};

/**
 * Adds `requestKey` to the data of the requests for members, so that a client may
 * send one again whose reply it has lost.
 */
export function repeatable<const Table extends RequestTable>(
  table: Table,
): Repeatable<Table> {
  return Object.fromEntries(
    Object.entries(table).map(([method, spec]) => [
      method,
      spec.requires === 'member'
        ? { ...spec, data: spec.data.extend(keyField) }
        : spec,
    ]),
  ) as Repeatable<Table>;
}
