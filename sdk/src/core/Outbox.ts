import type { types } from 'mediasoup-client';
import type { Write, Written } from './ChatCodec.ts';
import { Emitter } from './Emitter.ts';

/** Most messages that are kept to be delivered later. */
const MAX_PENDING = 50;

/** The longest that a message may take to reach everyone, ms. */
const PATIENCE = 10_000;

/** A message of the user. */
type Sent = Written & { id: string };

/** A message of the user on its way to the others. */
type Outgoing = Sent & {
  /** The listeners that have not got it yet. */
  awaiting: Set<string>;
  /** True while it has to be sent, for the first time or again. */
  due: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
};

/** The delivery of a message; `missing` are the peers who do not have it. */
export type Delivery = {
  id: string;
  state: 'sending' | 'sent' | 'undelivered';
  missing: string[];
};

/**
 * The user's messages until all who were in the room have them. A data
 * channel tells its sender nothing of who hears it, and the server drops what
 * comes before it can be passed on. So listeners say when they hear the channel,
 * and what they missed goes out again under the same id. They also
 * confirm each message that arrives. Older pages do not: from them, hearing the channel
 * counts as confirmation.
 */
export class Outbox extends Emitter<{ delivery: [Delivery] }> {
  readonly #write: Write;
  /** Those who take part in the chat. */
  readonly #listeners = new Set<string>();
  /** The channel that each of those without receipts hears, by their ids. */
  readonly #hears = new Map<string, string>();
  readonly #pending = new Map<string, Outgoing>();
  #channel: types.DataProducer | undefined;
  #flushing = false;

  constructor(write: Write) {
    super();
    this.#write = write;
  }

  /** Sends over a channel that is open; over none while it is undefined. */
  use(channel: types.DataProducer | undefined): void {
    this.#channel = channel;
    void this.#flush();
  }

  /** Expects a listener to get what is sent from now on. */
  add(peerId: string): void {
    this.#listeners.add(peerId);
  }

  /** Expects nothing of a listener any more. */
  remove(peerId: string): void {
    this.#listeners.delete(peerId);
    this.#hears.delete(peerId);
    for (const message of this.#pending.values()) {
      message.awaiting.delete(peerId);
      this.#settle(message);
    }
  }

  /** Takes over the listeners in the room; all others have left. */
  replace(peerIds: readonly string[]): void {
    for (const peerId of this.#listeners) {
      if (!peerIds.includes(peerId)) {
        this.remove(peerId);
      }
    }
    for (const peerId of peerIds) {
      this.add(peerId);
    }
  }

  /**
   * Notes that a listener hears a channel, and sends what they missed. With
   * `receipts` the listener says of each message that it has come.
   */
  confirm(peerId: string, channelId: string, receipts: boolean): void {
    if (!receipts) {
      this.#hears.set(peerId, channelId);
    }
    for (const message of this.#pending.values()) {
      message.due ||= message.awaiting.has(peerId);
    }
    void this.#flush();
  }

  /** Notes that messages have come to a listener. */
  receive(peerId: string, ids: unknown[]): void {
    for (const message of this.#pending.values()) {
      if (ids.includes(message.id) && message.awaiting.delete(peerId)) {
        this.#settle(message);
      }
    }
  }

  /** Sends a message, or one again that was not delivered. */
  send(sent: Sent): void {
    const { id } = sent;
    const message = this.#pending.get(id) ?? {
      ...sent,
      awaiting: new Set(this.#listeners),
      due: true,
      timer: undefined,
    };
    clearTimeout(message.timer);
    message.due = true;
    message.timer = setTimeout(() => this.#giveUp(message), PATIENCE);
    this.#pending.set(id, message);
    this.emit('delivery', { id, state: 'sending', missing: [] });
    const [oldest] = this.#pending.values();
    if (oldest && this.#pending.size > MAX_PENDING) {
      this.#pending.delete(oldest.id);
      this.#giveUp(oldest);
    }
    void this.#flush();
  }

  /** Says that nothing is delivered: there will be no channel. */
  fail(): void {
    for (const message of this.#pending.values()) {
      this.#giveUp(message);
    }
  }

  /** Forgets all messages, and delivers none of them any more. */
  drop(): void {
    for (const { timer } of this.#pending.values()) {
      clearTimeout(timer);
    }
    this.#pending.clear();
  }

  /** Forgets everything: the stay in the room has ended. */
  clear(): void {
    this.drop();
    this.#listeners.clear();
    this.#hears.clear();
  }

  /** Sends what is due, one message after the other. */
  async #flush(): Promise<void> {
    if (this.#flushing) {
      return;
    }
    this.#flushing = true;
    try {
      let message = this.#next();
      while (this.#channel && message) {
        const { id, text, more } = message;
        const frame = await this.#write({ id, text, more });
        if (this.#channel?.readyState !== 'open') {
          break;
        }
        this.#channel.send(frame);
        message.due = false;
        for (const peerId of message.awaiting) {
          if (this.#hears.get(peerId) === this.#channel.id) {
            message.awaiting.delete(peerId);
          }
        }
        this.#settle(message);
        message = this.#next();
      }
    } finally {
      this.#flushing = false;
    }
  }

  #next(): Outgoing | undefined {
    return [...this.#pending.values()].find(({ due }) => due);
  }

  #settle({ id, awaiting, due, timer }: Outgoing): void {
    if (awaiting.size === 0 && !due && this.#pending.delete(id)) {
      clearTimeout(timer);
      this.emit('delivery', { id, state: 'sent', missing: [] });
    }
  }

  #giveUp({ id, awaiting, timer }: Outgoing): void {
    clearTimeout(timer);
    this.emit('delivery', { id, state: 'undelivered', missing: [...awaiting] });
  }
}
