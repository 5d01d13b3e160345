import { z } from 'zod';

import { AppError, defineErrors } from '../../lib/core/errors.ts';
import { InvalidInput } from '../../lib/http/InvalidInput.ts';
import { errorSchema, routeTable } from '../../lib/http/RouteSpec.ts';
import type {
  RouteContract,
  RouteHandlers,
  RouteTable,
} from '../../lib/http/RouteSpec.ts';

const shelfErrors = defineErrors({
  BOOK_NOT_FOUND: { status: 404, meaning: 'There is no such book.' },
  NO_CARD: { status: 401, meaning: 'A library card is needed.' },
});

const route = {
  audience: 'everybody',
  requires: 'public',
  errors: [],
} as const;
/** Strict, as schemas that are also inputs are. */
const book = z.strictObject({ id: z.string(), title: z.string() });
const byId = z.strictObject({ id: z.string().max(8) });
const done = { 200: { meaning: 'Done.', body: z.object({}) } };

/** A contract with a route of every kind. */
export const shelf = {
  error: z.object({ detail: z.string(), fields: z.array(z.string()) }),
  encodeError: (error) => ({
    ...(error.code === 'BOOK_NOT_FOUND' && { status: 410 }),
    headers: { 'X-Shelf': error.code },
    body: {
      detail: error.message,
      fields:
        error instanceof InvalidInput
          ? error.issues.map(({ path }) => [error.where, ...path].join('.'))
          : [],
      secret: 'not in the schema',
    },
  }),
  bodyLimit: 200,
  pathsBelow: ['/books', '/films'],
  closingSlash: 'optional',
  routes: {
    list: {
      ...route,
      method: 'GET',
      path: '/books/',
      summary: 'Lists books.',
      query: z.strictObject({ most: z.coerce.number().int().default(10) }),
      replies: {
        200: {
          meaning: 'The books.',
          body: z.object({ most: z.number(), books: z.array(book) }),
        },
      },
    },
    add: {
      ...route,
      method: 'POST',
      path: '/books/',
      summary: 'Adds a book.',
      requires: 'user',
      body: z.strictObject({ title: z.string(), pages: z.int().optional() }),
      replies: {
        201: {
          meaning: 'Added.',
          body: book,
          headers: z.object({ Location: z.string() }),
        },
      },
      errors: [shelfErrors.NO_CARD],
    },
    show: {
      ...route,
      method: 'GET',
      path: '/books/{id}',
      summary: 'Shows a book.',
      parameters: byId,
      replies: { 200: { meaning: 'The book.', body: book } },
      errors: [shelfErrors.BOOK_NOT_FOUND],
    },
    newest: {
      ...route,
      method: 'GET',
      path: '/books/newest',
      summary: 'Shows the newest book.',
      replies: { 200: { meaning: 'The book.', body: book } },
    },
    replace: {
      ...route,
      method: 'PUT',
      path: '/books/{id}',
      summary: 'Replaces the text of a book.',
      parameters: byId,
      body: z.string(),
      mediaType: 'text/plain',
      replies: {
        200: {
          meaning: 'The text.',
          body: z.string(),
          mediaType: 'text/plain',
        },
      },
    },
    change: {
      ...route,
      method: 'PATCH',
      path: '/books/{id}',
      summary: 'Changes a book, or nothing.',
      parameters: byId,
      body: z.strictObject({ title: z.string() }).optional(),
      replies: done,
    },
    remove: {
      ...route,
      method: 'DELETE',
      path: '/books/{id}',
      summary: 'Removes a book.',
      parameters: byId,
      replies: { 204: { meaning: 'Removed.' } },
    },
    probe: {
      ...route,
      method: 'HEAD',
      path: '/probe',
      summary: 'Answers HEAD and nothing else.',
      replies: { 204: { meaning: 'There.' } },
    },
    audit: {
      ...route,
      method: 'POST',
      path: '/audit',
      summary: 'For operators.',
      audience: 'operators',
      replies: done,
    },
    broken: {
      ...route,
      method: 'GET',
      path: '/broken',
      summary: 'Sends a reply that the contract does not have.',
      replies: done,
    },
  },
} as const satisfies RouteContract;

/** The inputs that handlers received. */
export const seen: unknown[] = [];

export const handlers: RouteHandlers<typeof shelf, string> = {
  list: ({ query }) => {
    // Typed elsewhere, as an object from a store would be.
    const stored = { id: '1', title: 'Emma', owner: 'nina' };
    return { status: 200, body: { most: query.most, books: [stored] } };
  },
  add({ body, user }) {
    seen.push({ body, user });
    const location = { Location: '/books/2', 'X-Stray': 'not in the schema' };
    return {
      status: 201,
      body: { id: '2', title: body.title },
      headers: location,
    };
  },
  newest: () => ({ status: 200, body: { id: 'newest', title: 'Persuasion' } }),
  show({ parameters: { id } }) {
    if (id === 'none') {
      throw new AppError(shelfErrors.BOOK_NOT_FOUND, 'there is no such book');
    }
    return { status: 200, body: { id, title: 'Emma' } };
  },
  replace: ({ body }) => ({ status: 200, body }),
  change({ body }) {
    seen.push(body);
    return { status: 200, body: {} };
  },
  remove: () => ({ status: 204 }),
  probe: () => ({ status: 204 }),
  audit: () => ({ status: 200, body: {} }),
  broken: () => ({ status: 500 }) as never,
};

/** The contract, served. */
export const shelfTable = routeTable(shelf, {
  handlers,
  authenticate(request) {
    const card = request.headers.authorization;
    if (card === undefined) {
      throw new AppError(shelfErrors.NO_CARD, 'a library card is needed');
    }
    return card;
  },
});

/** A table with one route, of the plainest kind. */
export function single(path: string, parameters?: z.ZodObject): RouteTable {
  const only = {
    ...route,
    method: 'GET',
    path,
    summary: 'The only route.',
    ...(parameters && { parameters }),
    replies: done,
  } as const;
  return routeTable(
    { error: errorSchema, routes: { only } },
    { handlers: { only: () => ({ status: 200 as const, body: {} }) } },
  );
}
