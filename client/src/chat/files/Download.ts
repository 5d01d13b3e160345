import { sha256Of } from './FileOffer.ts';
import type { FileOffer } from './FileOffer.ts';
import { text } from '../../texts/texts.ts';

/** Bytes after which the owner is told how many have come. */
const STEP = 64 * 1_024;

/** The longest pause in a transfer, ms. */
const PATIENCE = 20_000;

/** A file of another person on its way. */
export class Download {
  readonly #offer: FileOffer;
  readonly #decrypt: (frame: ArrayBuffer) => Promise<ArrayBuffer>;
  readonly #tell: (bytes: number) => void;
  readonly #done = Promise.withResolvers<Blob>();
  readonly #chunks: ArrayBuffer[] = [];
  #bytes = 0;
  #told = 0;
  #decrypted = Promise.resolve();
  #over = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `tell` tells the owner how many bytes have come. */
  constructor(
    offer: FileOffer,
    decrypt: (frame: ArrayBuffer) => Promise<ArrayBuffer>,
    tell: (bytes: number) => void,
  ) {
    this.#offer = offer;
    this.#decrypt = decrypt;
    this.#tell = tell;
    this.#wait();
  }

  /** The share that has come, from 0 to 1. */
  get progress(): number {
    return this.#bytes / this.#offer.size;
  }

  /** Resolves to the file. Rejects if it does not come, or is not the one offered. */
  get done(): Promise<Blob> {
    return this.#done.promise;
  }

  /** Takes a frame of the data channel. */
  take(frame: unknown): void {
    // Each waits for the one before, so that they stay in order.
    this.#decrypted = this.#decrypted.then(async () => {
      if (this.#over) {
        return;
      }
      try {
        await this.#add(await this.#decrypt(frame as ArrayBuffer));
      } catch (error) {
        this.stop(error as Error);
      }
    });
  }

  /** Ends the transfer early. */
  stop(reason: Error): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#chunks.length = 0;
    this.#done.reject(reason);
  }

  async #add(chunk: ArrayBuffer): Promise<void> {
    this.#chunks.push(chunk);
    this.#bytes += chunk.byteLength;
    if (this.#bytes > this.#offer.size) {
      throw new Error(text('files.tooMuch'));
    }
    this.#wait();
    const isWhole = this.#bytes === this.#offer.size;
    if (isWhole || this.#bytes - this.#told >= STEP) {
      this.#told = this.#bytes;
      this.#tell(this.#bytes);
    }
    if (isWhole) {
      clearTimeout(this.#timer);
      await this.#finish();
    }
  }

  async #finish(): Promise<void> {
    // A type that no browser opens by itself.
    const blob = new Blob(this.#chunks, { type: 'application/octet-stream' });
    const sum = await sha256Of(await blob.arrayBuffer());
    if (sum !== this.#offer.sha256) {
      throw new Error(text('files.differs'));
    }
    this.#done.resolve(blob);
  }

  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => this.stop(new Error(text('files.stalled'))),
      PATIENCE,
    );
  }
}
