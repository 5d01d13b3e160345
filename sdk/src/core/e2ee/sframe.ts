/**
 * SFrame (RFC 9605) with the cipher suite AES_256_GCM_SHA512_128.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9605
 */

const CIPHER_SUITE = 0x0005;
const KEY_BITS = 256;
const NONCE_BITS = 96;
const TAG_LENGTH = 16;

/** Bytes in memory of their own, as Web Crypto takes them. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** A key that others are derived from. */
export type BaseKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** The keys that seal frames under one key id. */
export type SealingKey = {
  /** The key id; the counters that were used are counted for it. */
  kid: bigint;
  cipher: BaseKey;
  salt: Bytes;
};

/** The key id of a frame, and its counter under that key. */
export type Header = { kid: bigint; counter: bigint };

/** Takes key material that keys are derived from, and that stays inside. */
export function importBaseKey(material: Bytes): Promise<BaseKey> {
  return crypto.subtle.importKey('raw', material, 'HKDF', false, [
    'deriveBits',
    'deriveKey',
  ]);
}

/** Derives the key of a key id (RFC 9605, 4.4.2). */
export async function deriveKey(
  baseKey: BaseKey,
  kid: bigint,
): Promise<SealingKey> {
  const [cipher, salt] = await Promise.all([
    crypto.subtle.deriveKey(
      hkdf(label('SFrame 1.0 Secret key ', kid)),
      baseKey,
      { name: 'AES-GCM', length: KEY_BITS },
      false,
      ['encrypt', 'decrypt'],
    ),
    crypto.subtle.deriveBits(
      hkdf(label('SFrame 1.0 Secret salt ', kid)),
      baseKey,
      NONCE_BITS,
    ),
  ]);
  return { kid, cipher, salt: new Uint8Array(salt) };
}

/** The parameters of HKDF as SFrame uses it: with SHA-512 and no salt. */
export function hkdf(info: Bytes) {
  return { name: 'HKDF', hash: 'SHA-512', salt: new Uint8Array(), info };
}

/**
 * Encrypts and authenticates a plaintext, and authenticates the metadata.
 * No two calls may share a key and a counter.
 *
 * @returns The header and the ciphertext.
 */
export async function seal(
  key: SealingKey,
  counter: bigint,
  metadata: Bytes,
  plaintext: Bytes,
): Promise<Bytes> {
  const header = encodeHeader({ kid: key.kid, counter });
  const ciphertext = await crypto.subtle.encrypt(
    gcm(key, counter, concat(header, metadata)),
    key.cipher,
    plaintext,
  );
  return concat(header, new Uint8Array(ciphertext));
}

/** Undoes `seal`; rejects where anything is not as it was sealed. */
export async function unseal(
  key: SealingKey,
  metadata: Bytes,
  sealed: Bytes,
): Promise<Bytes> {
  const { counter, length } = decodeHeader(sealed);
  const header = sealed.subarray(0, length);
  const plaintext = await crypto.subtle.decrypt(
    gcm(key, counter, concat(header, metadata)),
    key.cipher,
    sealed.subarray(length),
  );
  return new Uint8Array(plaintext);
}

/** Writes a header: a byte of lengths, the key id, the counter. */
export function encodeHeader({ kid, counter }: Header): Bytes {
  const [kidField, kidBytes] = encodeNumber(kid);
  const [counterField, counterBytes] = encodeNumber(counter);
  const config = Uint8Array.of((kidField << 4) | counterField);
  return concat(config, kidBytes, counterBytes);
}

/**
 * Reads the header at the start of something sealed.
 *
 * @throws RangeError where it is cut off.
 */
export function decodeHeader(sealed: Bytes): Header & { length: number } {
  const config = sealed[0] ?? 0;
  const [kid, kidLength] = decodeNumber(config >> 4, sealed.subarray(1));
  const [counter, counterLength] = decodeNumber(
    config & 0x0f,
    sealed.subarray(1 + kidLength),
  );
  const length = 1 + kidLength + counterLength;
  if (sealed.length < length + TAG_LENGTH) {
    throw new RangeError(`${sealed.length} bytes are too few for SFrame.`);
  }
  return { kid, counter, length };
}

/** The four bits for a number, and the bytes where it does not fit there. */
function encodeNumber(value: bigint): [field: number, bytes: Bytes] {
  if (value < 8n) {
    return [Number(value), new Uint8Array()];
  }
  const all = new Uint8Array(8);
  new DataView(all.buffer).setBigUint64(0, value);
  const bytes = all.subarray(all.findIndex((byte) => byte !== 0));
  return [0b1000 | (bytes.length - 1), bytes];
}

function decodeNumber(
  field: number,
  rest: Bytes,
): [value: bigint, length: number] {
  if (field < 8) {
    return [BigInt(field), 0];
  }
  const length = (field & 0b0111) + 1;
  let value = 0n;
  for (const byte of rest.subarray(0, length)) {
    value = (value << 8n) | BigInt(byte);
  }
  return [value, length];
}

/** The label of a derived key: a text, the key id, the cipher suite. */
function label(text: string, kid: bigint): Bytes {
  const numbers = new DataView(new ArrayBuffer(10));
  numbers.setBigUint64(0, kid);
  numbers.setUint16(8, CIPHER_SUITE);
  return concat(new TextEncoder().encode(text), new Uint8Array(numbers.buffer));
}

/** The parameters of AES-GCM for a counter, which is mixed into the salt. */
function gcm({ salt }: SealingKey, counter: bigint, additionalData: Bytes) {
  const iv = salt.slice();
  const view = new DataView(iv.buffer);
  view.setBigUint64(4, view.getBigUint64(4) ^ counter);
  return { name: 'AES-GCM', iv, additionalData, tagLength: TAG_LENGTH * 8 };
}

/** One array of bytes behind the other. */
export function concat(...parts: Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, it) => sum + it.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
