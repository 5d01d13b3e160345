import type { ChatCipher } from 'videoconf-sdk/core';

/** The purpose of its keys, which sets them apart from those of tracks and messages. */
const PURPOSE = 'chat-history';

/**
 * Texts as they are passed on and kept: in base64, and in a room with a key
 * encrypted, so that only people with the key can read them.
 */
export class Envelope {
  readonly #key: string | undefined;
  readonly #loadCipher: () => Promise<ChatCipher>;

  constructor(
    roomKey: string | undefined,
    loadCipher: () => Promise<ChatCipher>,
  ) {
    this.#key = roomKey;
    this.#loadCipher = loadCipher;
  }

  /** Encloses a text of the peer with an id. */
  async seal(peerId: string, text: string): Promise<string> {
    if (this.#key === undefined) {
      return base64(new TextEncoder().encode(text));
    }
    const { encryptorFor } = await this.#loadCipher();
    const encrypt = await encryptorFor(this.#key, peerId, PURPOSE);
    return base64(await encrypt(text));
  }

  /** Opens a text of a peer. Rejects if it is from another room. */
  async open(peerId: string, sealed: string): Promise<string> {
    const bytes = Uint8Array.from(atob(sealed), (it) => it.charCodeAt(0));
    if (this.#key === undefined) {
      return new TextDecoder().decode(bytes);
    }
    const { decryptorFor } = await this.#loadCipher();
    const decrypt = await decryptorFor(this.#key, peerId, PURPOSE);
    return decrypt(bytes.buffer);
  }
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (it) => String.fromCharCode(it)).join(''));
}
