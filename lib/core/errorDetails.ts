import { z } from 'zod';

import type { AppError } from './errors.ts';

/** The details of an error, for contracts whose codes stand for several failures each. */
export const errorDetails = z.object({
  reason: z
    .string()
    .describe('The exact failure, since one code covers several.'),
  option: z
    .string()
    .optional()
    .describe('The option that sets the limit, where one was met.'),
  retryAfter: z
    .number()
    .optional()
    .describe('Seconds until trying again makes sense.'),
  until: z.iso
    .datetime()
    .optional()
    .describe('The end of the ban that is the reason, if it has one.'),
});

/** The details of an error, in that shape. */
export function detailsOf({
  code: reason,
  option,
  retryAfter,
  until,
}: AppError): z.input<typeof errorDetails> {
  return { reason, option, retryAfter, until: until?.toISOString() };
}
