import { z } from 'zod';

import { CALL_ID } from '../../calls/liveRoomIds.ts';

/** An id in a path or a body. */
export const callIdSchema = z
  .string()
  .regex(CALL_ID, { message: 'expected 24 hexadecimal digits' });

/** The longest language tag that is in use. */
const MAX_LANGUAGE_LENGTH = 35;

/** A language by its tag. */
export const languageSchema = z
  .string()
  .max(MAX_LANGUAGE_LENGTH)
  .regex(/^[A-Za-z]{2,8}(?:[-_][A-Za-z\d]{1,8})*$/, {
    message: 'expected a language tag such as "en" or "fr-CA"',
  });

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
