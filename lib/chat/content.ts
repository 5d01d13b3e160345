import { AppError, coreErrors } from '../core/errors.ts';

/** Most characters of a message. */
const MAX_LENGTH = 4_000;

/**
 * Makes sure that a text can be a message: one that is not blank, not too long,
 * and that every database can keep.
 *
 * @throws {AppError} VALIDATION_ERROR.
 */
export function requireContent(content: string): void {
  // A character may take two units, so most texts need no count.
  const length =
    content.length <= MAX_LENGTH ? content.length : Array.from(content).length;
  if (content.trim() === '' || length > MAX_LENGTH) {
    throw new AppError(
      coreErrors.VALIDATION_ERROR,
      `content: expected 1 to ${MAX_LENGTH} characters that are not all spaces, got ${length}`,
    );
  }
  if (content.includes('\0') || !content.isWellFormed()) {
    throw new AppError(
      coreErrors.VALIDATION_ERROR,
      'content: expected no null characters and no halves of characters, got one',
    );
  }
}
