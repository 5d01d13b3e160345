import { AppError, coreErrors } from '../core/errors.ts';
import type { Limits } from '../limits/options.ts';

/** Data about a room or a peer, in a shape that its clients choose. */
export type Metadata = Record<string, unknown>;

/** @throws {AppError} VALIDATION_ERROR if metadata is too large. */
export function requireMetadataSize(
  metadata: Metadata,
  { metadataBytes }: Limits,
): void {
  const bytes = Buffer.byteLength(JSON.stringify(metadata));
  if (bytes > metadataBytes) {
    throw new AppError(
      coreErrors.VALIDATION_ERROR,
      `metadata: expected at most ${metadataBytes} bytes of JSON (limits.metadataBytes), got ${bytes}`,
      { option: 'limits.metadataBytes' },
    );
  }
}
