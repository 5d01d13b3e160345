import type { Grants, Source } from '../auth/Grants.ts';
import { RoomError } from '../errors.ts';

/** @throws {RoomError} FORBIDDEN when the client may not send such a track. */
export function requirePublish({ publish }: Grants, source: Source): void {
  if (!publish.includes(source)) {
    throw notGranted(`publish of "${source}"`);
  }
}

/** @throws {RoomError} FORBIDDEN when the client may not receive anything. */
export function requireSubscribe({ subscribe }: Grants): void {
  if (!subscribe) {
    throw notGranted('subscribe');
  }
}

/** @throws {RoomError} FORBIDDEN when the client may not send messages. */
export function requireData({ data }: Grants): void {
  if (!data) {
    throw notGranted('data');
  }
}

function notGranted(grant: string): RoomError {
  return new RoomError(
    'FORBIDDEN',
    `grants: expected ${grant}, which the token does not grant`,
  );
}
