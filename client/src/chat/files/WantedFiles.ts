import { Download } from './Download.ts';
import type { FileOffer } from './FileOffer.ts';
import type { FileWire } from './FileWire.ts';
import { text } from '../../texts/texts.ts';

/** Most files that are received at a time. */
const MOST = 2;

/** The longest time until an owner begins, ms; others may be served before. */
const PATIENCE = 120_000;

/** A file that the user wants, until it has come. */
type Wanted = {
  transfer: string;
  ownerId: string;
  offer: FileOffer;
  onProgress: (progress: number) => void;
  done: PromiseWithResolvers<Blob>;
  /** Runs while the owner has not begun. */
  timer: ReturnType<typeof setTimeout>;
  download?: Download;
};

/** The files of others that the user has asked for. */
export class WantedFiles {
  readonly #wire: FileWire;
  /** By the ids of their transfers. */
  readonly #wanted = new Map<string, Wanted>();

  constructor(wire: FileWire) {
    this.#wire = wire;
  }

  /**
   * Asks the owner of a file for it. The signal stops it; the progress is from 0 to 1.
   *
   * @throws {Error} With a sentence for the user, if it does not come.
   */
  async get(
    ownerId: string,
    offer: FileOffer,
    onProgress: (progress: number) => void,
    signal: AbortSignal,
  ): Promise<Blob> {
    if (this.#wanted.size >= MOST) {
      throw new Error(text('files.wait'));
    }
    const transfer = crypto.randomUUID();
    const wanted: Wanted = {
      transfer,
      ownerId,
      offer,
      onProgress,
      done: Promise.withResolvers(),
      timer: setTimeout(
        () => this.#stop(wanted, text('files.noAnswer')),
        PATIENCE,
      ),
    };
    this.#wanted.set(transfer, wanted);
    const stop = (): void => this.#stop(wanted, text('files.stopped'));
    signal.addEventListener('abort', stop);
    this.#wire
      .tell(ownerId, { want: offer.id, transfer })
      .catch(() => this.#fail(wanted, text('files.gone')));
    try {
      return await wanted.done.promise;
    } finally {
      clearTimeout(wanted.timer);
      this.#wanted.delete(transfer);
      signal.removeEventListener('abort', stop);
    }
  }

  /** Handles a message of a peer. */
  handle(
    peerId: string,
    { transfer, channel, stop }: Record<string, unknown>,
  ): void {
    const wanted = this.#wanted.get(String(transfer));
    if (wanted?.ownerId !== peerId) {
      return;
    }
    if (stop !== undefined) {
      // The owner's reasons.
      const reason = stop === 'gone' || stop === 'busy' ? stop : 'failed';
      this.#fail(wanted, text(`files.${reason}`));
    } else if (typeof channel === 'string' && !wanted.download) {
      void this.#receive(wanted, channel);
    }
  }

  /** Gives up the files of a peer who has left. */
  remove(peerId: string): void {
    for (const wanted of this.#wanted.values()) {
      if (wanted.ownerId === peerId) {
        this.#fail(wanted, text('files.gone'));
      }
    }
  }

  /** Stops all transfers. */
  clear(): void {
    for (const wanted of this.#wanted.values()) {
      this.#stop(wanted, text('files.stopped'));
    }
  }

  async #receive(wanted: Wanted, channelId: string): Promise<void> {
    clearTimeout(wanted.timer);
    const { ownerId, offer, onProgress, done } = wanted;
    const decryption = this.#wire.decryption(ownerId);
    const download = new Download(
      offer,
      async (frame) => (await decryption)(frame),
      (bytes) => {
        onProgress(bytes / offer.size);
        this.#tell(wanted, { have: bytes });
      },
    );
    wanted.download = download;
    download.done.then(done.resolve, done.reject);
    let close: (() => void) | undefined;
    try {
      await decryption;
      close = await this.#wire.receive(channelId, (it) => download.take(it));
      this.#tell(wanted, { have: 0 });
      await done.promise;
    } catch (error) {
      this.#stop(wanted, (error as Error).message);
    } finally {
      close?.();
    }
  }

  /** Ends a transfer, and tells the owner. */
  #stop(wanted: Wanted, reason: string): void {
    this.#tell(wanted, { stop: 'stopped' });
    this.#fail(wanted, reason);
  }

  #fail({ download, done }: Wanted, reason: string): void {
    done.reject(new Error(reason));
    download?.stop(new Error(reason));
  }

  #tell({ ownerId, transfer }: Wanted, data: object): void {
    this.#wire.tell(ownerId, { transfer, ...data }).catch(() => {
      // The owner has left.
    });
  }
}
