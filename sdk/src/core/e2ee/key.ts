import { fromBase64url } from '../base64url.ts';
import { hkdf, importBaseKey } from './sframe.ts';
import type { BaseKey } from './sframe.ts';

const KEY_LENGTH = 32;

/** The length of a key as text: its bytes in base64url, without padding. */
const TEXT = /^[\w-]{43}$/;

/** Makes the key of a room, as links carry it. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_LENGTH));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** Tells whether a text can be the key of a room. */
export function isKey(text: string): boolean {
  return TEXT.test(text);
}

/**
 * Derives from the key of a room the one for what a peer sends of a source. So
 * the server cannot pass off a peer's picture as another's.
 */
export async function keyFor(
  roomKey: string,
  peerId: string,
  source: string,
): Promise<BaseKey> {
  const info = `Atrium E2EE 1 ${JSON.stringify([peerId, source])}`;
  const material = await crypto.subtle.deriveBits(
    hkdf(new TextEncoder().encode(info)),
    await importBaseKey(fromBase64url(roomKey)),
    KEY_LENGTH * 8,
  );
  return importBaseKey(new Uint8Array(material));
}
