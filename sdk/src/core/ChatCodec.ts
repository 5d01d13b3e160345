import type * as chatCipher from './e2ee/chatCipher.ts';
import type { Bytes } from './e2ee/sframe.ts';

/** Longest id of a message; of a longer one the rest is left out. */
const MAX_ID_LENGTH = 64;

/**
 * A text, the id by which it is recognised if it comes again, and additions by
 * clients of the same kind.
 */
export type Written = {
  id?: string | undefined;
  text: string;
  more?: unknown;
};

/** Makes what goes over a data channel of a message. */
export type Write = (message: Written) => Promise<string | Bytes>;

/**
 * Makes a message of what came over a data channel, one frame after the other;
 * undefined if it is none.
 */
export type Read = (frame: unknown) => Promise<Written | undefined>;

/** The encryption of a chat. */
export type ChatCipher = typeof chatCipher;

/** Loads the encryption of a chat, which only encrypted rooms need. */
export function loadChatCipher(): Promise<ChatCipher> {
  return import('./e2ee/chatCipher.ts');
}

/** Encodes a peer's messages, encrypted where the room has a key. */
export function writer(peerId: string, roomKey: string | undefined): Write {
  if (roomKey === undefined) {
    return (message) => Promise.resolve(JSON.stringify(message));
  }
  const encrypting = loadChatCipher().then(({ encryptorFor }) =>
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
  const decrypting = loadChatCipher().then(({ decryptorFor }) =>
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
    const { id, more } = message as { id?: unknown; more?: unknown };
    return text === undefined
      ? undefined
      : {
          id: typeof id === 'string' ? id.slice(0, MAX_ID_LENGTH) : undefined,
          text,
          more,
        };
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
