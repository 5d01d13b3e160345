import { RequestError } from './core/index.ts';
import type { ClosingName } from './core/index.ts';

/** Codes of failures that come from this package and not from the server. */
export type LocalErrorCode =
  /** The user left before the room was entered. */
  | 'LEFT'
  /** The server removed the user, or the room was closed. */
  | 'CLOSED'
  /** There is no room to do this in. */
  | 'NOT_CONNECTED'
  /** The connection broke, and it is unknown if the message arrived. */
  | 'DELIVERY_UNKNOWN'
  /** The room is encrypted, and this message could be read by the server. */
  | 'NOT_ENCRYPTED'
  /** A device could not be opened; the message has the browser's name of it. */
  | 'DEVICE_FAILED'
  /** The server or the browser refused to send a track. */
  | 'PUBLISH_FAILED'
  /** A track of a participant could not be received. */
  | 'RECEIVE_FAILED'
  /** A direct connection to a participant has ended; the others go on. */
  | 'CONNECTION_FAILED'
  /** The server could not be reached. */
  | 'UNREACHABLE';

/**
 * A failure: the code of the server, or one of this package's own. `final` means
 * that trying the same again is useless.
 */
export class VideoconfError extends Error {
  override readonly name = 'VideoconfError';
  readonly code: string;
  readonly final: boolean;
  /** The reason for which the server removed the user: with CLOSED, where it has told. */
  readonly closing: ClosingName | undefined;

  constructor(
    code: string,
    message: string,
    {
      final = false,
      cause,
      closing,
    }: {
      final?: boolean;
      cause?: unknown;
      closing?: ClosingName | undefined;
    } = {},
  ) {
    super(message, { cause });
    this.code = code;
    this.final = final;
    this.closing = closing;
  }

  /** An error with a code of this package, after the failure behind it. */
  static because(code: LocalErrorCode, cause: Error): VideoconfError {
    return new VideoconfError(code, cause.message, { cause });
  }
}

/** Any failure as one of this package's errors. */
export function asVideoconfError(error: unknown): VideoconfError {
  if (error instanceof VideoconfError) {
    return error;
  }
  return error instanceof RequestError
    ? new VideoconfError(error.errorName, error.message, { cause: error })
    : VideoconfError.because('UNREACHABLE', error as Error);
}
