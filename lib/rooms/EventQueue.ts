import { costOf } from './EventBudget.ts';
import type { EventBudget, Keeper } from './EventBudget.ts';
import type {
  EndReason,
  KeptLimit,
  Message,
  MessageListener,
} from './events.ts';

/** What bounds a mailbox, and what becomes of its peer beyond that. */
export interface MailboxOptions {
  /** Most that may be kept, bytes, as it is now. */
  limit: () => number;
  /** Counts what is kept together with that of others. */
  budget: EventBudget;
  /** Whether frames are kept after they were sent, for a later connection. */
  resumable: boolean;
  /** Called once when a limit is exceeded; nothing is kept from then on. */
  onOverrun: (option: KeptLimit) => void;
}

/**
 * A peer's frames on their way to its client, numbered in the order in which
 * they came. They wait until a join is answered and while a connection is lost.
 * Those of a peer that can be resumed are kept until they have surely arrived,
 * because a connection that breaks takes along what is on its way.
 */
export class EventQueue implements Keeper {
  readonly #options: MailboxOptions;
  #listener: MessageListener | undefined;
  /** Frames that have not surely arrived, the oldest first. */
  readonly #kept: Buffer[] = [];
  #cost = 0;
  /** The number of frames before those. */
  #dropped = 0;
  /** The number of frames that went out to a listener, of all. */
  #sent = 0;
  #overrun = false;
  #ended: EndReason | undefined;

  constructor(options: MailboxOptions) {
    this.#options = options;
  }

  /** The number of frames that went out, over all connections. */
  get sent(): number {
    return this.#sent;
  }

  get cost(): number {
    return this.#cost;
  }

  /** Passes a frame on, and keeps it where it may be needed again. */
  put(frame: Buffer): void {
    if (this.#overrun || this.#ended !== undefined) {
      return;
    }
    const { limit, budget, resumable } = this.#options;
    const listener = this.#listener;
    if (listener !== undefined && !resumable) {
      this.#dropped += 1;
      this.#sent += 1;
      listener(frame);
      return;
    }
    const cost = costOf(frame);
    if (this.#cost + cost > limit()) {
      this.evict('limits.keptBytesPerPeer');
      return;
    }
    this.#kept.push(frame);
    this.#cost += cost;
    if (listener !== undefined) {
      this.#sent += 1;
      listener(frame);
    }
    budget.keep(this, frame);
  }

  /** Lets frames flow: first those that waited, then each as it comes. */
  listen(listener: MessageListener): void {
    this.#listener = listener;
    for (const frame of this.#kept.slice(this.#sent - this.#dropped)) {
      this.#sent += 1;
      listener(frame);
    }
    if (!this.#options.resumable) {
      this.#drop(this.#kept.length);
    }
    if (this.#ended !== undefined) {
      this.#tellLast(this.#ended);
    }
  }

  /** Forgets the first so many frames, which have surely arrived. */
  confirm(arrived: number): void {
    this.#drop(arrived - this.#dropped);
  }

  /** Keeps frames from now on; the listener hears no more. */
  hold(): void {
    this.#listener = undefined;
  }

  /** As {@link hold}, with a last word to the listener. */
  dismiss(farewell: Message): void {
    this.#tellLast(farewell);
  }

  /** Forgets everything; the last word is for the listener, or for the next. */
  end(reason: EndReason): void {
    if (this.#ended === undefined) {
      this.#ended = reason;
      this.#drop(this.#kept.length);
      this.#tellLast(reason);
    }
  }

  /**
   * Goes back to what a client says it had: what it missed goes out again.
   *
   * @returns Whether that is possible; what was forgotten cannot go out again.
   */
  rewind(arrived: number): boolean {
    const possible =
      !this.#overrun && arrived >= this.#dropped && arrived <= this.#sent;
    if (possible) {
      this.#sent = arrived;
      this.confirm(arrived);
    }
    return possible;
  }

  evict(option: KeptLimit): void {
    this.#overrun = true;
    this.#drop(this.#kept.length);
    this.#options.onOverrun(option);
  }

  #tellLast(message: Message): void {
    const listener = this.#listener;
    this.hold();
    listener?.(message);
  }

  #drop(count: number): void {
    if (count > 0) {
      const frames = this.#kept.splice(0, count);
      this.#dropped += count;
      // A client that lacks what is forgotten cannot go on; see rewind.
      this.#sent = Math.max(this.#sent, this.#dropped);
      this.#cost -= frames.reduce((sum, frame) => sum + costOf(frame), 0);
      this.#options.budget.release(this, frames);
    }
  }
}
