import { createHash } from 'node:crypto';

import { z } from 'zod';

import { AppError } from '../../core/errors.ts';
import { adminErrors } from './errors.ts';

/** The header that makes an update depend on the version that its client has read. */
export const ifMatch = {
  'if-match': z
    .string()
    .max(256)
    .optional()
    .describe('The ETag of the resource as the client knows it.'),
};

/** The header of a resource that can be updated. */
export const etagHeader = z.object({
  ETag: z
    .string()
    .describe('Changes with every field that an update can change.'),
});

/** The ETag of the part of a resource that updates can change. */
export function etagOf(state: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(state));
  return `"${hash.digest('base64url').slice(0, 22)}"`;
}

/**
 * Requires that a resource is as its client knows it.
 *
 * @throws {AppError} PRECONDITION_FAILED.
 */
export function requireMatch(
  { 'if-match': expected }: { 'if-match'?: string | undefined },
  etag: string,
): void {
  const tags = expected?.split(',').map((tag) => tag.trim());
  if (tags !== undefined && !tags.includes(etag) && !tags.includes('*')) {
    throw new AppError(
      adminErrors.PRECONDITION_FAILED,
      `If-Match: expected ${etag}, got ${expected}; read the resource again`,
    );
  }
}
