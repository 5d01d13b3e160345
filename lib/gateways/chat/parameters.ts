import { z } from 'zod';

import { ROOM_TYPES } from '../../store/Store.ts';
import type { MessageCursor } from '../../store/Store.ts';
import { charField } from './fields.ts';

/** Numbers of up to 15 digits are exact, and fit the databases. */
const WHOLE_NUMBER = /^\d{1,15}$/;

const MAX_SEARCH_LENGTH = 200;

/** A whole number. */
export function integerParameter(min: number) {
  return parameter(
    z
      .string()
      .regex(WHOLE_NUMBER, { message: 'A valid integer is required.' })
      .transform(Number)
      .refine((value) => value >= min, {
        message: `Ensure this value is greater than or equal to ${min}.`,
      })
      .meta({ type: 'integer', minimum: min }),
  );
}

/** A text that entries have to contain. */
export function searchParameter() {
  return parameter(charField({ max: MAX_SEARCH_LENGTH, untrimmed: true }));
}

/** The type of rooms. */
export function roomTypeParameter() {
  return parameter(
    z.enum(ROOM_TYPES, {
      error: ({ input }) =>
        `Select a valid choice. ${String(input).slice(0, 60)} is not one of the available choices.`,
    }),
  );
}

/** A place among messages: an id, or a time. */
export function cursorParameter() {
  return parameter(
    z
      .string()
      .transform((text, context): MessageCursor => {
        if (WHOLE_NUMBER.test(text)) {
          return { id: Number(text) };
        }
        if (dateTime.safeParse(text).success) {
          return { time: new Date(text) };
        }
        context.addIssue({
          code: 'custom',
          message:
            'Enter the id of a message, or a time such as 2024-01-01T00:00:00Z.',
        });
        return z.NEVER;
      })
      .describe('The id of a message, or a time; exclusive.'),
  );
}

const dateTime = z.iso.datetime({ offset: true });

/** Of several parameters of a name the last counts, and an empty one is none. */
function parameter<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => {
    const last: unknown = Array.isArray(value) ? value.at(-1) : value;
    return last === '' ? undefined : last;
  }, schema.optional());
}
