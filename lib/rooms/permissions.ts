import type { Grants, Source } from '../auth/Grants.ts';
import { AppError, coreErrors } from '../core/errors.ts';

/** @throws {AppError} FORBIDDEN when the client may not send such a track. */
export function requirePublish({ publish }: Grants, source: Source): void {
  if (!publish.includes(source)) {
    throw notGranted(`publish of "${source}"`);
  }
}

/** @throws {AppError} FORBIDDEN when the client may not receive anything. */
export function requireSubscribe({ subscribe }: Grants): void {
  if (!subscribe) {
    throw notGranted('subscribe');
  }
}

/** @throws {AppError} FORBIDDEN when the client may not send messages. */
export function requireData({ data }: Grants): void {
  if (!data) {
    throw notGranted('data');
  }
}

function notGranted(grant: string): AppError {
  return new AppError(
    coreErrors.FORBIDDEN,
    `grants: expected ${grant}, which the token does not grant`,
  );
}
