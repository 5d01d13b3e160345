import { FrameDecryptor } from './e2ee/FrameDecryptor.ts';
import { FrameEncryptor } from './e2ee/FrameEncryptor.ts';
import { keyFor } from './e2ee/key.ts';
import { concat, decodeHeader } from './e2ee/sframe.ts';
import type { Bytes } from './e2ee/sframe.ts';

/** What keys are derived for; no track has this source. */
const SOURCE = 'chat';

/** The byte of a frame that stays readable; it says nothing here. */
const CLEAR = Uint8Array.of(0);

/** Makes what goes over a data channel of a text. */
export type Write = (text: string) => Promise<string | Bytes>;

/**
 * Makes a text of what came over a data channel, one frame after the other;
 * undefined if it is none.
 */
export type Read = (frame: unknown) => Promise<string | undefined>;

/** How a peer writes, encrypted where the room has a key. */
export function writer(peerId: string, roomKey: string | undefined): Write {
  if (roomKey === undefined) {
    return (text) => Promise.resolve(JSON.stringify({ text }));
  }
  const encryptor = keyFor(roomKey, peerId, SOURCE).then((key) =>
    FrameEncryptor.create(key),
  );
  return async (text) => {
    const json = new TextEncoder().encode(JSON.stringify({ text }));
    return (await encryptor).encrypt(concat(CLEAR, json));
  };
}

/**
 * How what a peer writes is read, over however many data channels. In a room
 * with a key nothing counts that is not encrypted with it, or came before.
 */
export function reader(peerId: string, roomKey: string | undefined): Read {
  if (roomKey === undefined) {
    return (frame) => Promise.resolve(textIn(frame));
  }
  const sourceKey = keyFor(roomKey, peerId, SOURCE);
  // One for each stay of the peer, which draws a key id of its own.
  const decryptors = new Map<bigint, FrameDecryptor>();
  return async (frame) => {
    if (!(frame instanceof ArrayBuffer)) {
      return undefined;
    }
    try {
      const bytes = new Uint8Array(frame);
      const { kid } = decodeHeader(bytes.subarray(CLEAR.length));
      const decryptor =
        decryptors.get(kid) ?? new FrameDecryptor(await sourceKey);
      const clear = await decryptor.decrypt(bytes);
      decryptors.set(kid, decryptor);
      return textIn(new TextDecoder().decode(clear.subarray(CLEAR.length)));
    } catch {
      // It does not fit the key; that of the tracks does not either, which the
      // user is told.
      return undefined;
    }
  };
}

function textIn(json: unknown): string | undefined {
  try {
    return textOf(JSON.parse(String(json)));
  } catch {
    return undefined;
  }
}

/** The text of a message, whichever way it came; undefined if it has none. */
export function textOf(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null) {
    return undefined;
  }
  const { text } = message as { text?: unknown };
  return typeof text === 'string' && text.trim() !== '' ? text : undefined;
}
