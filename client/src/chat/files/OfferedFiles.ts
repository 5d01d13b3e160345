import { MAX_FILE_BYTES, safeName, sha256Of } from './FileOffer.ts';
import type { FileOffer } from './FileOffer.ts';
import type { FileWire } from './FileWire.ts';
import { Upload } from './Upload.ts';
import { number, text } from '../../texts/texts.ts';

/** Most files that the user offers; the oldest are offered no longer. */
const MOST_OFFERED = 20;

/** Most receivers that are served at a time. */
const MOST_UPLOADS = 3;

/** Most receivers that wait for their turn. */
const MOST_WAITING = 100;

/** A receiver who wants a file, and the id that they gave to the transfer. */
type Wanted = {
  peerId: string;
  file: File;
  fileId: string;
  transfer: string;
  /** Undefined while its data channel is opening. */
  upload?: Upload;
  /** The reason for which it was stopped. */
  stopped?: Error;
};

/** A transfer as the user is shown it; the progress is from 0 to 1. */
export type Sending = { peerId: string; progress: number };

/**
 * The files that the user offers. Each peer who asks for one receives it over a
 * separate data channel.
 */
export class OfferedFiles {
  readonly #wire: FileWire;
  readonly #onChange: (fileId: string, sending: Sending[]) => void;
  readonly #offered = new Map<string, File>();
  readonly #waiting: Wanted[] = [];
  readonly #running = new Set<Wanted>();

  /** `onChange` receives the transfers of a file that are under way. */
  constructor(
    wire: FileWire,
    onChange: (fileId: string, sending: Sending[]) => void,
  ) {
    this.#wire = wire;
    this.#onChange = onChange;
  }

  /**
   * Offers a file, from now on.
   *
   * @throws {Error} With a sentence for the user, if it is too large or cannot be read.
   */
  async add(file: File): Promise<FileOffer> {
    if (file.size > MAX_FILE_BYTES) {
      throw new Error(
        text('files.tooLarge', {
          name: safeName(file.name),
          size: number(MAX_FILE_BYTES / 1_000_000, {
            style: 'unit',
            unit: 'megabyte',
          }),
        }),
      );
    }
    const bytes = await file.arrayBuffer().catch(() => undefined);
    if (!bytes?.byteLength) {
      throw new Error(text('files.unreadable', { name: safeName(file.name) }));
    }
    const offer = {
      id: crypto.randomUUID(),
      name: safeName(file.name),
      size: bytes.byteLength,
      sha256: await sha256Of(bytes),
    };
    this.#offered.set(offer.id, file);
    const [oldest] = this.#offered.keys();
    if (oldest !== undefined && this.#offered.size > MOST_OFFERED) {
      this.#offered.delete(oldest);
    }
    return offer;
  }

  /** Handles a message of a peer. */
  handle(peerId: string, data: Record<string, unknown>): void {
    const { want, transfer, have, stop } = data;
    if (typeof transfer !== 'string' || transfer.length > 64) {
      return;
    }
    if (typeof want === 'string') {
      this.#want(peerId, want, transfer);
    } else if (typeof have === 'number') {
      this.#find(peerId, transfer)?.upload?.confirm(have);
    } else if (stop !== undefined) {
      this.#dropWaiting(
        (it) => it.peerId === peerId && it.transfer === transfer,
      );
      const wanted = this.#find(peerId, transfer);
      if (wanted) {
        stopServing(wanted, new Error('The receiver stopped.'));
      }
    }
  }

  /** Ends the transfers of a file that are under way. */
  stop(fileId: string): void {
    this.#end((it) => it.fileId === fileId);
  }

  /** Forgets a peer who has left. */
  remove(peerId: string): void {
    this.#end((it) => it.peerId === peerId);
  }

  /** Withdraws all offers, and ends their transfers. */
  clear(): void {
    this.#offered.clear();
    this.#end(() => true);
  }

  #want(peerId: string, fileId: string, transfer: string): void {
    const file = this.#offered.get(fileId);
    const mine = [...this.#waiting, ...this.#running].filter(
      (it) => it.peerId === peerId,
    );
    if (
      !file ||
      mine.length >= MOST_UPLOADS ||
      this.#waiting.length >= MOST_WAITING
    ) {
      this.#tell({ peerId, transfer }, { stop: file ? 'busy' : 'gone' });
      return;
    }
    this.#waiting.push({ peerId, file, fileId, transfer });
    this.#next();
  }

  #next(): void {
    if (this.#running.size < MOST_UPLOADS) {
      const wanted = this.#waiting.shift();
      if (wanted) {
        this.#running.add(wanted);
        void this.#serve(wanted);
      }
    }
  }

  async #serve(wanted: Wanted): Promise<void> {
    try {
      // The channel last: only a transfer closes it.
      const encrypt = await this.#wire.encryption();
      const channel = await this.#wire.open();
      const upload = new Upload(wanted.file, channel, encrypt);
      wanted.upload = upload;
      if (wanted.stopped) {
        upload.stop(wanted.stopped);
      }
      this.#show(wanted);
      const done = upload.run();
      this.#tell(wanted, { channel: channel.id });
      await done;
    } catch {
      this.#tell(wanted, { stop: 'failed' });
    } finally {
      this.#running.delete(wanted);
      this.#show(wanted);
      this.#next();
    }
  }

  #find(peerId: string, transfer: string): Wanted | undefined {
    for (const wanted of this.#running) {
      if (wanted.peerId === peerId && wanted.transfer === transfer) {
        this.#show(wanted);
        return wanted;
      }
    }
    return undefined;
  }

  #end(applies: (wanted: Wanted) => boolean): void {
    for (const wanted of this.#dropWaiting(applies)) {
      this.#tell(wanted, { stop: 'stopped' });
    }
    for (const wanted of this.#running) {
      if (applies(wanted)) {
        stopServing(wanted, new Error('The owner stopped.'));
      }
    }
  }

  #dropWaiting(applies: (wanted: Wanted) => boolean): Wanted[] {
    const dropped = this.#waiting.filter(applies);
    for (const wanted of dropped) {
      this.#waiting.splice(this.#waiting.indexOf(wanted), 1);
    }
    return dropped;
  }

  #tell(
    { peerId, transfer }: Pick<Wanted, 'peerId' | 'transfer'>,
    data: object,
  ): void {
    this.#wire.tell(peerId, { transfer, ...data }).catch(() => {
      // The receiver has left.
    });
  }

  #show({ fileId }: Wanted): void {
    this.#onChange(
      fileId,
      [...this.#running]
        .filter((it) => it.fileId === fileId)
        .map(({ peerId, upload }) => ({
          peerId,
          progress: upload?.progress ?? 0,
        })),
    );
  }
}

/** Ends a transfer, or keeps it from beginning once its channel is open. */
function stopServing(wanted: Wanted, reason: Error): void {
  wanted.stopped = reason;
  wanted.upload?.stop(reason);
}
