import { NotFoundError, WorkerClosedError } from 'mediasoup/errors';

import { mediaErrors } from './errors.ts';
import { AppError } from '../core/errors.ts';
import type { ErrorSpec } from '../core/errors.ts';

/** An object that has to stay open while a request is pending. */
export interface Needed {
  readonly thing: { readonly closed: boolean };
  /** The error if it closes. */
  readonly code: ErrorSpec;
  /** The message of that error. */
  readonly message: string;
}

/** A condition that has to hold while a request is pending: closed once it does not. */
export class Condition {
  readonly #holds: () => boolean;

  constructor(holds: () => boolean) {
    this.#holds = holds;
  }

  get closed(): boolean {
    return !this.#holds();
  }
}

/** An object that a client names in a field of its request. */
export function named(
  field: string,
  code: ErrorSpec,
  thing: Needed['thing'],
): Needed {
  return { thing, code, message: `${field}: closed during the request` };
}

/**
 * Sends a client's request to mediasoup, and translates its errors for the client.
 * A request whose object has closed meanwhile is refused, even if mediasoup had
 * granted it.
 *
 * mediasoup throws a TypeError or an UnsupportedError for invalid parameters, and
 * a plain Error for requests that its worker refuses.
 *
 * @param subject - The start of an error's message: the field or object concerned.
 * @param needs - The objects that have to stay open. The first that has closed
 *   determines the error; the last does if the worker misses an object whose end
 *   is not known here yet.
 * @throws {AppError} MEDIA_REJECTED; MEDIA_RESET if the worker died; the error of
 *   the object that closed; the request's own.
 */
export async function callMediasoup<Result>(
  subject: string,
  needs: readonly Needed[],
  request: () => Promise<Result>,
): Promise<Result> {
  let result: Result;
  try {
    result = await request();
  } catch (error) {
    throw translate(subject, needs, error);
  }
  const closed = firstClosed(needs);
  if (closed !== undefined) {
    throw new AppError(closed.code, closed.message);
  }
  return result;
}

/**
 * Opens an object in mediasoup as {@link callMediasoup} sends requests, and closes it
 * again if the request is refused. A transport that closes does not close what is still being
 * opened on it, which would stay open for good.
 *
 * @throws {AppError} The errors of {@link callMediasoup}.
 */
export async function openInMediasoup<
  Opened extends { readonly closed: boolean; close(): void },
>(
  subject: string,
  needs: readonly Needed[],
  open: () => Promise<Opened>,
): Promise<Opened> {
  let opened: Opened;
  try {
    opened = await open();
  } catch (error) {
    throw translate(subject, needs, error);
  }
  const closed = firstClosed(needs);
  if (closed !== undefined) {
    opened.close();
    throw new AppError(closed.code, closed.message);
  }
  if (opened.closed) {
    const error = new WorkerClosedError('closed before it was handed out');
    throw translate(subject, needs, error);
  }
  return opened;
}

function firstClosed(needs: readonly Needed[]): Needed | undefined {
  return needs.find(({ thing }) => thing.closed);
}

function translate(
  subject: string,
  needs: readonly Needed[],
  error: unknown,
): unknown {
  if (!(error instanceof Error) || error instanceof AppError) {
    return error;
  }
  const options = { cause: error };
  if (error instanceof WorkerClosedError) {
    return new AppError(
      mediaErrors.MEDIA_RESET,
      `${subject}: the media worker died; wait for mediaReset, then set up again`,
      options,
    );
  }
  const closed =
    firstClosed(needs) ??
    (error instanceof NotFoundError ? needs.at(-1) : undefined);
  return closed === undefined
    ? new AppError(
        mediaErrors.MEDIA_REJECTED,
        `${subject}: ${error.message}`,
        options,
      )
    : new AppError(closed.code, closed.message, options);
}
