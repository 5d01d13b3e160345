/** Largest file that can be offered, bytes. */
export const MAX_FILE_BYTES = 10_000_000;

const MAX_NAME = 120;

/** A file that its owner offers to the others. */
export type FileOffer = {
  id: string;
  name: string;
  /** Bytes, at most {@link MAX_FILE_BYTES}. */
  size: number;
  /** The SHA-256 of its content, in hexadecimal digits. */
  sha256: string;
};

/** Signs that hide or reorder others, or that no name of a file can have. */
const UNFIT = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\\/:*?"<>|]/gu;

/** Reads an offer that came with a message; undefined if it is none. */
export function offerIn(value: unknown): FileOffer | undefined {
  const { id, name, size, sha256 } = Object(value) as Record<string, unknown>;
  return typeof id === 'string' &&
    /^[\w-]{1,64}$/.test(id) &&
    typeof name === 'string' &&
    typeof size === 'number' &&
    Number.isInteger(size) &&
    size > 0 &&
    size <= MAX_FILE_BYTES &&
    typeof sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(sha256)
    ? { id, name: safeName(name), size, sha256 }
    : undefined;
}

/** A name that shows its ending, and that a file of any system may have. */
export function safeName(name: string): string {
  const clean = name
    .slice(0, 1_000)
    .replaceAll(UNFIT, '_')
    .replaceAll(/\s+/g, ' ')
    .replace(/^[\s.]+/, '')
    .replace(/[\s.]+$/, '');
  if (clean.length <= MAX_NAME) {
    return clean || 'file';
  }
  const ending = /\.\w{1,12}$/.exec(clean)?.[0] ?? '';
  return `${clean.slice(0, MAX_NAME - ending.length - 1)}…${ending}`;
}

/** The SHA-256 of bytes, in hexadecimal digits. */
export async function sha256Of(bytes: ArrayBuffer): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (it) =>
    it.toString(16).padStart(2, '0'),
  ).join('');
}
