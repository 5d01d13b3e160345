import { NotFoundError, WorkerClosedError } from 'mediasoup/errors';

import { mediaErrors } from './errors.ts';
import { AppError } from '../core/errors.ts';
import type { ErrorSpec } from '../core/errors.ts';

/** Something that has to stay open while a request is under way. */
export interface Needed {
  readonly thing: { readonly closed: boolean };
  /** The error for when it has closed. */
  readonly code: ErrorSpec;
  /** The same for the client, in a sentence. */
  readonly message: string;
}

/** Something that a client has named in a field of its request. */
export function named(
  field: string,
  code: ErrorSpec,
  thing: Needed['thing'],
): Needed {
  return { thing, code, message: `${field}: closed during the request` };
}

/**
 * Asks the media engine for something on behalf of a client, and turns its
 * refusal into one that the client can read. A request whose object has closed
 * meanwhile is refused, even if the engine granted it before.
 *
 * mediasoup throws a TypeError or an UnsupportedError for parameters that make
 * no sense to it, and a plain Error for what its worker refuses.
 *
 * @param what - What the parameters were for; begins the error's message.
 * @param needs - What has to stay open. The first that has closed decides on the
 *   error; the last is blamed when the engine misses something before its end is
 *   announced here.
 * @throws {AppError} MEDIA_REJECTED; MEDIA_RESET when the worker died; the code
 *   of what closed; the request's own.
 */
export async function callMediasoup<Result>(
  what: string,
  needs: readonly Needed[],
  request: () => Promise<Result>,
): Promise<Result> {
  let result: Result;
  try {
    result = await request();
  } catch (error) {
    throw refusal(what, needs, error);
  }
  const closed = firstClosed(needs);
  if (closed !== undefined) {
    throw new AppError(closed.code, closed.message);
  }
  return result;
}

/**
 * Opens something in the media engine, as {@link callMediasoup} asks for it, and
 * closes it again when it is refused. mediasoup closes with a transport only what
 * it knows by then: what is opened meanwhile would stay for good.
 *
 * @throws {AppError} As {@link callMediasoup}.
 */
export async function openInEngine<
  Opened extends { readonly closed: boolean; close(): void },
>(
  what: string,
  needs: readonly Needed[],
  open: () => Promise<Opened>,
): Promise<Opened> {
  let opened: Opened | undefined;
  try {
    return await callMediasoup(what, needs, async () => {
      opened = await open();
      if (opened.closed && firstClosed(needs) === undefined) {
        throw new WorkerClosedError('closed before it was handed out');
      }
      return opened;
    });
  } catch (error) {
    opened?.close();
    throw error;
  }
}

function firstClosed(needs: readonly Needed[]): Needed | undefined {
  return needs.find(({ thing }) => thing.closed);
}

function refusal(
  what: string,
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
      `${what}: the media worker died; wait for mediaReset, then set up again`,
      options,
    );
  }
  const closed =
    firstClosed(needs) ??
    (error instanceof NotFoundError ? needs.at(-1) : undefined);
  return closed === undefined
    ? new AppError(
        mediaErrors.MEDIA_REJECTED,
        `${what}: ${error.message}`,
        options,
      )
    : new AppError(closed.code, closed.message, options);
}
