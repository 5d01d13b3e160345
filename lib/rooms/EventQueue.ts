import { costOf } from './EventBudget.ts';
import type { EventBudget, BudgetedQueue } from './EventBudget.ts';
import type {
  EndReason,
  KeptLimit,
  Message,
  MessageListener,
} from './events.ts';

/** Bounds of an event queue, and its behaviour at those bounds. */
export interface EventQueueOptions {
  /** The most that may be queued, as it is now, bytes. */
  limit: () => number;
  /** Counts what is queued here together with other queues. */
  budget: EventBudget;
  /** Keeps frames after they were sent, to replay them to a later connection. */
  resumable: boolean;
  /** Called once when a limit is exceeded; nothing is queued from then on. */
  onOverrun: (option: KeptLimit) => void;
}

/**
 * The frames on their way to one client, numbered in the order in which they
 * were pushed. They wait until a join is answered and while a connection is
 * lost. A resumable queue keeps them until they are acknowledged, because a
 * connection that breaks loses what is in transit.
 */
export class EventQueue implements BudgetedQueue {
  readonly #options: EventQueueOptions;
  #listener: MessageListener | undefined;
  /** The frames that are not acknowledged, the oldest first. */
  readonly #frames: Buffer[] = [];
  #cost = 0;
  /** The number of frames before {@link #frames}. */
  #dropped = 0;
  /** The number of frames that were sent, of all. */
  #sentCount = 0;
  #overrun = false;
  #ended: EndReason | undefined;

  constructor(options: EventQueueOptions) {
    this.#options = options;
  }

  /** The number of frames that were sent, over all connections. */
  get sentCount(): number {
    return this.#sentCount;
  }

  get cost(): number {
    return this.#cost;
  }

  /** Sends a frame, or queues it, or both. */
  push(frame: Buffer): void {
    if (this.#overrun || this.#ended !== undefined) {
      return;
    }
    const { limit, budget, resumable } = this.#options;
    const listener = this.#listener;
    if (listener !== undefined && !resumable) {
      this.#dropped += 1;
      this.#sentCount += 1;
      listener(frame, this.#sentCount);
      return;
    }
    const cost = costOf(frame);
    if (this.#cost + cost > limit()) {
      this.evict('limits.keptBytesPerPeer');
      return;
    }
    this.#frames.push(frame);
    this.#cost += cost;
    if (listener !== undefined) {
      this.#sentCount += 1;
      listener(frame, this.#sentCount);
    }
    budget.add(this, frame);
  }

  /** Sends what is queued to a listener, and then each frame as it comes. */
  attach(listener: MessageListener): void {
    this.#listener = listener;
    for (const frame of this.#frames.slice(this.#sentCount - this.#dropped)) {
      this.#sentCount += 1;
      listener(frame, this.#sentCount);
    }
    if (!this.#options.resumable) {
      this.#drop(this.#frames.length);
    }
    if (this.#ended !== undefined) {
      this.detach(this.#ended);
    }
  }

  /** Drops the first so many frames, which have arrived. */
  acknowledge(count: number): void {
    this.#drop(count - this.#dropped);
  }

  /** Queues frames from now on; the listener receives no more. */
  pause(): void {
    this.#listener = undefined;
  }

  /** Pauses, after a last message to the listener. */
  detach(lastMessage: Message): void {
    const listener = this.#listener;
    this.pause();
    listener?.(lastMessage, this.#sentCount);
  }

  /** Drops all frames and sends the reason, now or to the next listener. */
  end(reason: EndReason): void {
    if (this.#ended === undefined) {
      this.#ended = reason;
      this.#drop(this.#frames.length);
      this.detach(reason);
    }
  }

  /**
   * Sends the frames after the first so many again to the next listener.
   *
   * @param count - The number of frames that the client has received.
   * @returns False if that is impossible, because frames after it are dropped.
   */
  replayFrom(count: number): boolean {
    const possible =
      !this.#overrun && count >= this.#dropped && count <= this.#sentCount;
    if (possible) {
      this.#sentCount = count;
      this.acknowledge(count);
    }
    return possible;
  }

  evict(option: KeptLimit): void {
    this.#overrun = true;
    this.#drop(this.#frames.length);
    this.#options.onOverrun(option);
  }

  #drop(count: number): void {
    if (count > 0) {
      const frames = this.#frames.splice(0, count);
      this.#dropped += count;
      // A client that lacks a dropped frame cannot resume; see replayFrom.
      this.#sentCount = Math.max(this.#sentCount, this.#dropped);
      this.#cost -= frames.reduce((sum, frame) => sum + costOf(frame), 0);
      this.#options.budget.remove(this, frames);
    }
  }
}
