/** Bytes of a file in one message of the data channel. */
const CHUNK = 16_384;

/**
 * Most bytes on their way to a receiver. A server drops what comes over a data channel
 * faster than the receiver takes it, so the receiver says how much it has.
 */
const WINDOW = 256 * 1_024;

/** Most bytes that the browser may have queued. */
const MOST_QUEUED = 128 * 1_024;

/** The longest pause after which a transfer still goes on, ms. */
const PATIENCE = 20_000;

/** The end of a data channel on which a file is sent. */
export interface SendingEnd {
  readonly bufferedAmount: number;
  send: (bytes: ArrayBuffer) => void;
  on: (event: 'bufferedamountlow', listener: () => void) => void;
  close: () => void;
}

/** The transfer of a file to one receiver. */
export class Upload {
  readonly #file: Blob;
  readonly #channel: SendingEnd;
  readonly #encrypt: (chunk: ArrayBuffer) => Promise<ArrayBuffer>;
  /** Bytes that were sent. */
  #sent = 0;
  /** Bytes that the receiver has; undefined until it listens. */
  #had: number | undefined;
  #stopped: Error | undefined;
  #proceed: (() => void) | undefined;

  constructor(
    file: Blob,
    channel: SendingEnd,
    encrypt: (chunk: ArrayBuffer) => Promise<ArrayBuffer>,
  ) {
    this.#file = file;
    this.#channel = channel;
    this.#encrypt = encrypt;
    channel.on('bufferedamountlow', () => this.#proceed?.());
  }

  /** The share that the receiver has, from 0 to 1. */
  get progress(): number {
    return (this.#had ?? 0) / this.#file.size;
  }

  /** Notes how much the receiver has, and that it listens. */
  confirm(bytes: number): void {
    // Anything else would open the window for more than has come.
    if (bytes >= (this.#had ?? 0) && bytes <= this.#sent) {
      this.#had = bytes;
      this.#proceed?.();
    }
  }

  /** Ends the transfer early. */
  stop(reason: Error): void {
    this.#stopped ??= reason;
    this.#proceed?.();
  }

  /** Resolves once the receiver has everything; rejects if that takes too long. */
  async run(): Promise<void> {
    try {
      await this.#until(() => this.#had !== undefined);
      while (this.#sent < this.#file.size) {
        await this.#until(
          () =>
            this.#sent - (this.#had ?? 0) < WINDOW &&
            this.#channel.bufferedAmount <= MOST_QUEUED,
        );
        const chunk = this.#file.slice(this.#sent, this.#sent + CHUNK);
        const frame = await this.#encrypt(await chunk.arrayBuffer());
        this.#check();
        this.#channel.send(frame);
        this.#sent += chunk.size;
      }
      await this.#until(() => this.#had === this.#file.size);
    } finally {
      this.#channel.close();
    }
  }

  async #until(holds: () => boolean): Promise<void> {
    this.#check();
    while (!holds()) {
      await this.#change();
      this.#check();
    }
  }

  /** Resolves when something may have changed. */
  async #change(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(
      () => reject(new Error('The receiver has stopped taking the file.')),
      PATIENCE,
    );
    this.#proceed = resolve;
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#proceed = undefined;
    }
  }

  #check(): void {
    if (this.#stopped) {
      throw this.#stopped;
    }
  }
}
