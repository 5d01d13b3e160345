import type { Bytes } from './e2ee/sframe.ts';

/** A text, and the id by which it is known when it comes again. */
export type Written = { id?: string | undefined; text: string };

/** Makes what goes over a data channel of a message. */
export type Write = (message: Written) => Promise<string | Bytes>;

/**
 * Makes a message of what came over a data channel, one frame after the other;
 * undefined if it is none.
 */
export type Read = (frame: unknown) => Promise<Written | undefined>;

/** Encodes a peer's messages, encrypted where the room has a key. */
export function writer(peerId: string, roomKey: string | undefined): Write {
  if (roomKey === undefined) {
    return (message) => Promise.resolve(JSON.stringify(message));
  }
  // Only encrypted rooms need it.
  const encrypting = import('./e2ee/chatCipher.ts').then(({ encryptorFor }) =>
    encryptorFor(roomKey, peerId),
  );
  return async (message) => (await encrypting)(JSON.stringify(message));
}

/**
 * Decodes what a peer writes, over any number of data channels. In a room
 * with a key nothing counts that is not encrypted with it, or came before.
 */
export function reader(peerId: string, roomKey: string | undefined): Read {
  if (roomKey === undefined) {
    return (frame) => Promise.resolve(messageIn(frame));
  }
  const decrypting = import('./e2ee/chatCipher.ts').then(({ decryptorFor }) =>
    decryptorFor(roomKey, peerId),
  );
  return async (frame) => {
    if (!(frame instanceof ArrayBuffer)) {
      return undefined;
    }
    try {
      return messageIn(await (await decrypting)(frame));
    } catch {
      // It does not fit the key; that of the tracks does not either, which the
      // user is told.
      return undefined;
    }
  };
}

function messageIn(json: unknown): Written | undefined {
  try {
    const message: unknown = JSON.parse(String(json));
    const text = textOf(message);
    const { id } = message as { id?: unknown };
    return text === undefined
      ? undefined
      : { id: typeof id === 'string' ? id.slice(0, 64) : undefined, text };
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
