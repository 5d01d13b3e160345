import { z } from 'zod';

import type { RequestTable } from '../../../lib/core/contract.ts';
import { idSchema } from '../../../lib/core/validation.ts';

/** Every request of the contract. */
export const requests = {
  enter: {
    summary: 'Enters a room, which is created if necessary.',
    requires: 'user',
    startsEvents: true,
    data: z.object({ roomId: idSchema }),
    reply: z.object({ others: z.array(idSchema) }),
  },
} satisfies RequestTable;
