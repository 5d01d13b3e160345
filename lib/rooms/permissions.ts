import type { Permissions, Power, Source } from '../auth/Permissions.ts';
import { AppError, coreErrors } from '../core/errors.ts';
import { Condition } from '../media/mediasoupErrors.ts';
import type { Needed } from '../media/mediasoupErrors.ts';

/** @throws {AppError} FORBIDDEN when the client may not send such a track. */
export function requirePublish({ publish }: Permissions, source: Source): void {
  if (!publish.includes(source)) {
    throw denied(`publish of "${source}"`);
  }
}

/** @throws {AppError} FORBIDDEN when the client may not receive anything. */
export function requireSubscribe({ subscribe }: Permissions): void {
  if (!subscribe) {
    throw denied('subscribe');
  }
}

/** @throws {AppError} FORBIDDEN when the client may not use data channels. */
export function requireData({ data }: Permissions): void {
  if (!data) {
    throw denied('data');
  }
}

/** @throws {AppError} FORBIDDEN when the client may not send messages. */
export function requireChat({ chat }: Permissions): void {
  if (!chat) {
    throw denied('chat');
  }
}

/** @throws {AppError} FORBIDDEN when the client may not raise a hand or react. */
export function requireRaiseHand({ raiseHand }: Permissions): void {
  if (!raiseHand) {
    throw denied('raiseHand');
  }
}

/** @throws {AppError} FORBIDDEN when the client may not change its metadata. */
export function requireMetadata({ metadata }: Permissions): void {
  if (!metadata) {
    throw denied('metadata');
  }
}

/** @throws {AppError} FORBIDDEN when the client has no such power over others. */
export function requirePower({ moderate }: Permissions, power: Power): void {
  if (!moderate.includes(power)) {
    throw denied(`moderate of "${power}"`);
  }
}

/** Requires that a client keeps a permission while its request is pending. */
export function stillHas(permission: string, isGranted: () => boolean): Needed {
  return {
    thing: new Condition(isGranted),
    code: coreErrors.FORBIDDEN,
    message: deniedText(permission),
  };
}

/** The refusal of a client without a permission. */
export function denied(permission: string): AppError {
  return new AppError(coreErrors.FORBIDDEN, deniedText(permission));
}

function deniedText(permission: string): string {
  return `permissions: expected ${permission}, which the client does not have`;
}
