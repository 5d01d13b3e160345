import { concat, deriveKey, seal } from './sframe.ts';
import type { BaseKey, Bytes, SealingKey } from './sframe.ts';

/**
 * The number of bytes that stay readable at the head of each frame. The server finds key
 * frames by the first byte of VP8, and silence by the first byte of Opus.
 */
export const CLEAR_LENGTH = 1;

/**
 * Encrypts the frames of one sender, of all its layers. A frame becomes its
 * clear bytes and, behind them, an SFrame that authenticates them, too.
 */
export class FrameEncryptor {
  readonly #key: SealingKey;
  #counter = 0n;

  private constructor(key: SealingKey) {
    this.#key = key;
  }

  /**
   * Takes the key of a source. Each encryptor draws a key id of its own from 64
   * random bits, and with it a key: it may count from zero whatever was sent
   * under the same source before.
   */
  static async create(sourceKey: BaseKey): Promise<FrameEncryptor> {
    const [kid = 0n] = crypto.getRandomValues(new BigUint64Array(1));
    return new FrameEncryptor(await deriveKey(sourceKey, kid));
  }

  /**
   * Encrypts the next frame.
   *
   * @throws RangeError where the frame is too short to be one.
   */
  async encrypt(frame: Bytes): Promise<Bytes> {
    if (frame.length < CLEAR_LENGTH) {
      throw new RangeError('An empty frame cannot be encrypted.');
    }
    const counter = this.#counter;
    this.#counter += 1n;
    const clear = frame.subarray(0, CLEAR_LENGTH);
    const rest = frame.subarray(CLEAR_LENGTH);
    return concat(clear, await seal(this.#key, counter, clear, rest));
  }
}
