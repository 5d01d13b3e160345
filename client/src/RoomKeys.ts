import { isKey, MediaCipher, newKey } from 'videoconf-sdk/core';
import { text } from './texts/texts.ts';

/** The keys of rooms: the one that the address brought, and those made here. */
export class RoomKeys {
  readonly #keys = new Map<string, string>();

  /** Takes the key of a room, or what stands in its place. */
  add(roomId: string, key: string): void {
    this.#keys.set(roomId, key);
  }

  /**
   * The key of a room, made now where there is none. Throws an Error that says
   * in a sentence for the user why nothing can be encrypted.
   */
  get(roomId: string): string {
    if (!MediaCipher.supported) {
      throw new Error(text('entrance.keyUnsupported'));
    }
    const key = this.#keys.get(roomId) ?? newKey();
    if (!isKey(key)) {
      throw new Error(text('entrance.keyIncomplete'));
    }
    this.add(roomId, key);
    return key;
  }
}
