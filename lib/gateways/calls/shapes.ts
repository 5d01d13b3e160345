import { z } from 'zod';

import { CALL_ID } from '../../calls/liveRoomIds.ts';

/** An id in a path or a body. */
export const callIdSchema = z
  .string()
  .regex(CALL_ID, { message: 'expected 24 hexadecimal digits' });

/** A time as it is sent. */
export const timeShape = z.iso.datetime().describe('UTC.');

/** The envelope of an answer. */
export function successOf<Data extends z.ZodType>(data: Data) {
  return z.object({ success: z.literal(true), data });
}

/** An answer in its envelope. */
export function success<Data>(data: Data): { success: true; data: Data } {
  return { success: true, data };
}
