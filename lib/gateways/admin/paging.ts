import { z } from 'zod';

import { AppError, coreErrors } from '../../core/errors.ts';
import { firstAfter } from '../../core/sorting.ts';

/** Entries on a page of any list at most. */
const MAX_PAGE = 1_000;

/** The inputs that every list has. */
export const pageQuery = {
  limit: z
    .string()
    .refine((text) => /^[1-9]\d{0,3}$/.test(text) && Number(text) <= MAX_PAGE, {
      message: `expected a whole number from 1 to ${MAX_PAGE}`,
    })
    .transform(Number)
    .meta({ type: 'integer', minimum: 1, maximum: MAX_PAGE })
    .optional()
    .describe('Entries on a page; 100 by default.'),
  cursor: z
    .string()
    .max(1_024)
    .optional()
    .describe('The nextCursor of the page before.'),
};

/** Entries on a page where the client names no number. */
const DEFAULT_PAGE = 100;

/** A page of a list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().optional().describe('Left out on the last page.'),
  });
}

/** The inputs of a list, checked. */
interface PageQuery {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** The part of a list that a client asks for. */
export interface PageRequest {
  /** The key of the last entry of the page before; undefined for the first page. */
  readonly after: string | undefined;
  readonly limit: number;
}

/**
 * Reads the inputs of a list.
 *
 * @throws {AppError} VALIDATION_ERROR for a cursor that no list has given.
 */
export function pageIn({
  limit = DEFAULT_PAGE,
  cursor,
}: PageQuery): PageRequest {
  const after =
    cursor === undefined
      ? undefined
      : Buffer.from(cursor, 'base64url').toString();
  if (after !== undefined && cursorOf(after) !== cursor) {
    throw new AppError(
      coreErrors.VALIDATION_ERROR,
      'cursor: expected the nextCursor of a page of this list, got another text',
    );
  }
  return { after, limit };
}

/**
 * The place that a page begins after, in a list whose places are numbers.
 *
 * @throws {AppError} VALIDATION_ERROR for the cursor of another list.
 */
export function placeIn({ after }: PageRequest): number | undefined {
  if (after !== undefined && !/^\d{1,15}$/.test(after)) {
    throw new AppError(
      coreErrors.VALIDATION_ERROR,
      'cursor: expected the nextCursor of a page of this list, got that of another',
    );
  }
  return after === undefined ? undefined : Number(after);
}

/**
 * Makes a page of entries in the order of their keys.
 *
 * @param found - The entries after the page before: one more than fits on the page,
 *   if there are that many.
 */
export function page<Entry, Item>(
  { limit }: PageRequest,
  found: readonly Entry[],
  keyOf: (entry: Entry) => string,
  show: (entry: Entry) => Item,
): { items: Item[]; nextCursor: string | undefined } {
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(show),
    nextCursor:
      last !== undefined && found.length > limit
        ? cursorOf(keyOf(last))
        : undefined,
  };
}

/**
 * Makes a page of a list whose entries are all at hand, in any order.
 *
 * @throws {AppError} VALIDATION_ERROR for a cursor that no list has given.
 */
export function pageAmong<Entry, Item>(
  query: PageQuery,
  entries: Iterable<Entry>,
  keyOf: (entry: Entry) => string,
  show: (entry: Entry) => Item,
): ReturnType<typeof page<Entry, Item>> {
  const request = pageIn(query);
  const { after, limit } = request;
  const found = firstAfter(entries, keyOf, after, limit + 1);
  return page(request, found, keyOf, show);
}

function cursorOf(key: string): string {
  return Buffer.from(key).toString('base64url');
}
