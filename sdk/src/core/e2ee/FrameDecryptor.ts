import { CLEAR_LENGTH } from './FrameEncryptor.ts';
import { ReplayWindow } from './ReplayWindow.ts';
import { concat, decodeHeader, deriveKey, unseal } from './sframe.ts';
import type { BaseKey, Bytes, SealingKey } from './sframe.ts';

/** Decrypts what one FrameEncryptor has encrypted, each frame by itself. */
export class FrameDecryptor {
  readonly #sourceKey: BaseKey;
  readonly #window = new ReplayWindow();
  /** The sender's, known from the first frame that it fitted. */
  #key: SealingKey | undefined;

  /** Takes the key of the source that the frames should be of. */
  constructor(sourceKey: BaseKey) {
    this.#sourceKey = sourceKey;
  }

  /** True once a frame could be decrypted. */
  get hasDecrypted(): boolean {
    return this.#key !== undefined;
  }

  /**
   * Decrypts a frame, in whatever order they come. Rejects what was encrypted
   * with another key or by another encryptor than the frames before, what was
   * changed on the way, and what was received before.
   */
  async decrypt(frame: Bytes): Promise<Bytes> {
    const clear = frame.subarray(0, CLEAR_LENGTH);
    const sealed = frame.subarray(CLEAR_LENGTH);
    const { kid, counter } = decodeHeader(sealed);
    const key = this.#key ?? (await deriveKey(this.#sourceKey, kid));
    if (kid !== key.kid) {
      throw new Error('The frame is from another sender than those before it.');
    }
    if (!this.#window.isNew(counter)) {
      throw new Error(`Frame ${counter} was received before.`);
    }
    const rest = await unseal(key, clear, sealed);
    this.#key = key;
    this.#window.add(counter);
    return concat(clear, rest);
  }
}
