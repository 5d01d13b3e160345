import { z } from 'zod';

/** The most entries on a page. */
const MAX_LIMIT = 100;

/** Entries on a page where a client does not ask for a number. */
const DEFAULT_LIMIT = 20;

/** The most entries before a page. */
const MAX_OFFSET = 1_000_000;

/** The page of a list that a client asks for. */
export const pageQuery = {
  limit: wholeNumber(1, MAX_LIMIT)
    .prefault(String(DEFAULT_LIMIT))
    .describe(`Entries on the page; ${DEFAULT_LIMIT} if left out.`),
  offset: wholeNumber(0, MAX_OFFSET)
    .prefault('0')
    .describe('Entries before the page; 0 if left out.'),
};

/** A whole number in a query. */
function wholeNumber(min: number, max: number) {
  const message = `expected a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, { message, abort: true })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { message })
    .meta({ type: 'integer', minimum: min, maximum: max });
}
