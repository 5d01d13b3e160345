import { z } from 'zod';

import { listenHostSchema, portSchema } from '../core/addresses.ts';
import { CONTRACTS } from '../http/options.ts';

const MAX_LISTENERS = 16;

/** The list `listeners`. */
export const listenersSection = z
  .array(
    z.strictObject({
      contract: z.enum(CONTRACTS),
      host: listenHostSchema.default('127.0.0.1'),
      port: portSchema,
      tls: z.boolean().default(true),
    }),
  )
  .max(MAX_LISTENERS)
  .default([])
  .describe(
    `Addresses at which one contract is served alone, beside listen, at the same paths. Each has a contract (${CONTRACTS.map((name) => JSON.stringify(name)).join(', ')}), a host (127.0.0.1 unless set), a port, and tls (true unless set). With tls: false it speaks plain HTTP, which needs a loopback host or a proxy in access.trustProxy.`,
  );
