import { NotFoundError, WorkerClosedError } from 'mediasoup/errors';

import { RoomError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';

/**
 * Asks the media engine for something on behalf of a client, and turns its
 * refusal into one that the client can read.
 *
 * mediasoup throws a TypeError or an UnsupportedError for parameters that make
 * no sense to it, and a plain Error for what its worker refuses.
 *
 * @param what - What the parameters were for; begins the error's message.
 * @param gone - The error for when it closed before the engine looked.
 * @throws {RoomError} MEDIA_REJECTED; MEDIA_RESET when the worker died;
 *   `gone`; the request's own.
 */
export async function askEngine<Result>(
  what: string,
  gone: ErrorCode,
  request: () => Promise<Result>,
): Promise<Result> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof RoomError) {
      throw error;
    }
    if (error instanceof WorkerClosedError) {
      throw new RoomError(
        'MEDIA_RESET',
        `${what}: the media worker died; wait for mediaReset, then set up again`,
        { cause: error },
      );
    }
    if (error instanceof NotFoundError) {
      throw new RoomError(gone, `${what}: closed while it was asked for`, {
        cause: error,
      });
    }
    if (error instanceof Error) {
      throw new RoomError('MEDIA_REJECTED', `${what}: ${error.message}`, {
        cause: error,
      });
    }
    throw error;
  }
}
