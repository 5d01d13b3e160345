import { randomUUID } from 'node:crypto';

import type { Logger } from './logger.ts';

/** A failure that a client or an operator can cause. */
export interface ErrorSpec<Code extends string = string> {
  /** Its name, which is shown to clients and never changes. */
  readonly code: Code;
  /** Both the HTTP status and the protoo error code. */
  readonly status: number;
  readonly meaning: string;
}

/** Declares the failures of one module, each under its code. */
export function defineErrors<Code extends string>(
  table: Readonly<Record<Code, { status: number; meaning: string }>>,
): { readonly [Name in Code]: ErrorSpec<Name> } {
  return Object.fromEntries(
    Object.entries<{ status: number; meaning: string }>(table).map(
      ([code, spec]) => [code, { code, ...spec }],
    ),
  ) as { [Name in Code]: ErrorSpec<Name> };
}

/** Failures that any part of the server can report. */
export const coreErrors = defineErrors({
  VALIDATION_ERROR: { status: 400, meaning: 'A field is missing or invalid.' },
  FORBIDDEN: { status: 403, meaning: 'The token does not grant this.' },
  ORIGIN_REFUSED: {
    status: 403,
    meaning:
      'Pages of this origin may not use the server; the option access.origins lists those that may.',
  },
  UNKNOWN_METHOD: { status: 404, meaning: 'There is no such request.' },
  NOT_FOUND: { status: 404, meaning: 'Nothing is served at this path.' },
  LIMIT_REACHED: {
    status: 429,
    meaning:
      'The client or its network has reached a limit; the message names the option.',
  },
  INTERNAL_ERROR: {
    status: 500,
    meaning: 'The request failed in the server; its log has the details.',
  },
  SHUTTING_DOWN: { status: 503, meaning: 'The server is about to stop.' },
  SERVER_FULL: {
    status: 503,
    meaning:
      'The server has reached a limit on rooms, peers or connections; the message names the option.',
  },
});

interface AppErrorOptions extends ErrorOptions {
  option?: string;
  retryAfter?: number;
  until?: Date | undefined;
}

/** A failure with a code, whose message is shown to the client that caused it. */
export class AppError extends Error {
  readonly code: string;
  /** Both the HTTP status and the protoo error code. */
  readonly status: number;
  /** The option that sets the limit, where one was met. */
  readonly option: string | undefined;
  /** Seconds until trying again makes sense, where that is known. */
  readonly retryAfter: number | undefined;
  /** The end of what caused it, where that is known. */
  readonly until: Date | undefined;

  /**
   * @param spec - An entry of an error table.
   * @param message - What was wrong, where, and what would be right.
   */
  constructor(spec: ErrorSpec, message: string, options?: AppErrorOptions) {
    super(message, options);
    this.name = 'AppError';
    this.code = spec.code;
    this.status = spec.status;
    this.option = options?.option;
    this.retryAfter = options?.retryAfter;
    this.until = options?.until;
  }
}

/**
 * An error for a fault of the server. Clients see only an id, under which the
 * log has the details.
 *
 * @param what - The operation that failed.
 */
export function fault(logger: Logger, what: string, error: unknown): AppError {
  const id = randomUUID();
  logger.error('%s failed, fault %s: %o', what, id, error);
  return new AppError(
    coreErrors.INTERNAL_ERROR,
    `${what} failed in the server; its log says more under fault ${id}`,
    { cause: error },
  );
}
