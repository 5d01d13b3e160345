import { FrameDecryptor } from './FrameDecryptor.ts';
import { FrameEncryptor } from './FrameEncryptor.ts';
import { keyFor } from './key.ts';
import { concat, decodeHeader } from './sframe.ts';
import type { Bytes } from './sframe.ts';

/** The purpose that keys are derived for by default; no track has this source. */
const SOURCE = 'chat';

/** The byte of a frame that stays readable; it says nothing here. */
const CLEAR = Uint8Array.of(0);

/** Encrypts the bytes that a peer sends for a purpose. */
export async function bytesEncryptorFor(
  roomKey: string,
  peerId: string,
  purpose: string,
): Promise<(bytes: Bytes) => Promise<Bytes>> {
  const encryptor = await FrameEncryptor.create(
    await keyFor(roomKey, peerId, purpose),
  );
  return (bytes) => encryptor.encrypt(concat(CLEAR, bytes));
}

/**
 * Decrypts the bytes that a peer sends for a purpose, over any number of data channels.
 * Rejects where a frame is not encrypted with the key, or came before.
 */
export async function bytesDecryptorFor(
  roomKey: string,
  peerId: string,
  purpose: string,
): Promise<(frame: ArrayBuffer) => Promise<Bytes>> {
  const key = await keyFor(roomKey, peerId, purpose);
  // One for each stay of the peer, which draws a key id of its own.
  const decryptors = new Map<bigint, FrameDecryptor>();
  return async (frame) => {
    const bytes = new Uint8Array(frame);
    const { kid } = decodeHeader(bytes.subarray(CLEAR.length));
    const decryptor = decryptors.get(kid) ?? new FrameDecryptor(key);
    const clear = await decryptor.decrypt(bytes);
    decryptors.set(kid, decryptor);
    return clear.subarray(CLEAR.length);
  };
}

/** As {@link bytesEncryptorFor}, for texts; those of the chat, unless another purpose is given. */
export async function encryptorFor(
  roomKey: string,
  peerId: string,
  purpose = SOURCE,
): Promise<(text: string) => Promise<Bytes>> {
  const encrypt = await bytesEncryptorFor(roomKey, peerId, purpose);
  return (text) => encrypt(new TextEncoder().encode(text));
}

/** As {@link bytesDecryptorFor}, for texts. */
export async function decryptorFor(
  roomKey: string,
  peerId: string,
  purpose = SOURCE,
): Promise<(frame: ArrayBuffer) => Promise<string>> {
  const decrypt = await bytesDecryptorFor(roomKey, peerId, purpose);
  return async (frame) => new TextDecoder().decode(await decrypt(frame));
}
