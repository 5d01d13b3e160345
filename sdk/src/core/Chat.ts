import type { types } from 'mediasoup-client';
import { reader, textOf, writer } from './ChatCodec.ts';
import type { Read, Written } from './ChatCodec.ts';
import { isMediaReset } from './Connection.ts';
import { Emitter } from './Emitter.ts';
import type { MediaSession } from './MediaSession.ts';
import type { Delivery, Outbox } from './Outbox.ts';
import { PAGE_FLAG } from './wire.ts';
import type { Peer } from '@atrium/protocol/protoo';
import type { ChatNotification } from './wire.ts';

/** The label of data channels that carry a chat. */
const LABEL = 'chat';

/** Longest text of a message; of a longer one the rest is left out. */
export const MAX_LENGTH = 2_000;

/** Most messages of a peer that are remembered, to recognise those that come again. */
const MAX_REMEMBERED = 200;

/**
 * A message of the peer with the id `peerId`. `more` is anything that the client of
 * that peer has added, and to be checked before use.
 */
export type ChatMessage = {
  id: string;
  peerId: string;
  text: string;
  more?: unknown;
};

/** The data channel of another peer, once it is heard. */
type Theirs = { peerId: string; consumer?: types.DataConsumer };

type ChatEvents = {
  message: [ChatMessage];
  /** A message of a page has come, perhaps again; the page waits for a receipt. */
  came: [peerId: string, id: string];
  /** The delivery of a message of the user. */
  delivery: [Delivery];
  /** The server or the browser does not let the user take part. */
  failed: [Error];
};

/**
 * The chat of the room. Each peer sends over one data
 * channel, in order and with nothing lost, and hears those of the others. It
 * outlives lost connections and media sessions: what is written meanwhile waits.
 * Pages of this kind say so when they join, and tell each other when they hear a
 * channel, and have receipts for what came; other clients are not waited for.
 */
export class Chat extends Emitter<ChatEvents> {
  readonly #peerId: string;
  readonly #roomKey: string | undefined;
  readonly #takesPart: boolean;
  /** Loaded while the room is joined: the room itself does not need it. */
  readonly #outbox: Promise<Outbox>;
  /** The pages among the others. */
  readonly #pages = new Set<string>();
  /** The ids of messages that came, by whose they are. */
  readonly #came = new Map<string, Set<string>>();
  /** The data channels of the others, by their producers' ids. */
  readonly #theirs = new Map<string, Theirs>();
  /** The decoders of peers' messages, by their ids. */
  readonly #readers = new Map<string, Read>();
  #session: MediaSession | undefined;
  #wanted: boolean;

  /**
   * Takes who the user is, the key of a room that is encrypted, and whether the
   * user may take part as far as is known.
   */
  constructor(peerId: string, roomKey: string | undefined, takesPart: boolean) {
    super();
    this.#peerId = peerId;
    this.#roomKey = roomKey;
    this.#takesPart = takesPart;
    this.#wanted = takesPart;
    this.#outbox = import('./Outbox.ts').then(({ Outbox }) => {
      const outbox = new Outbox(writer(peerId, roomKey));
      outbox.on('delivery', (delivery) => this.emit('delivery', delivery));
      return outbox;
    });
    this.#outbox.catch((error: Error) => this.emit('failed', error));
  }

  /** Takes over the snapshot of a join reply, to be heard over a session. */
  attach(session: MediaSession, peers: Peer[]): void {
    this.#pages.clear();
    for (const { peerId, device, permissions, dataProducers } of peers) {
      if (device?.flag === PAGE_FLAG && permissions.chat) {
        this.#pages.add(peerId);
      }
      for (const { dataProducerId, label } of dataProducers) {
        this.#add(dataProducerId, peerId, label);
      }
    }
    const pages = [...this.#pages];
    this.#tell((it) => it.replace(pages));
    this.renew(session);
  }

  /** Goes on over another session; those that were not closed are still there. */
  renew(session: MediaSession): void {
    this.#session = session;
    this.#tell((it) => it.use(undefined));
    for (const dataProducerId of this.#theirs.keys()) {
      void this.#receive(dataProducerId);
    }
    void this.#open();
  }

  /** Forgets whom it heard: the session is gone. */
  detach(): void {
    this.#session = undefined;
    this.#tell((it) => it.use(undefined));
    this.#theirs.clear();
  }

  /** Delivers nothing any more: the user is out of the room. */
  close(): void {
    this.detach();
    this.#tell((it) => it.clear());
  }

  /** Follows what the server tells after the snapshot. */
  handle({ method, data }: ChatNotification): void {
    switch (method) {
      case 'peerJoined':
        if (data.device?.flag === PAGE_FLAG && data.permissions.chat) {
          this.#pages.add(data.peerId);
          this.#tell((it) => it.add(data.peerId));
        }
        break;
      case 'peerUpdated':
        if (data.permissions?.chat === false) {
          // They read on, and can no longer say so.
          this.#forget(data.peerId);
        }
        break;
      case 'peerLeft':
        this.#forget(data.peerId);
        break;
      case 'newDataProducer':
        this.#add(data.dataProducerId, data.peerId, data.label);
        void this.#receive(data.dataProducerId);
        break;
      case 'dataProducerClosed':
        this.#theirs.get(data.dataProducerId)?.consumer?.close();
        this.#theirs.delete(data.dataProducerId);
        break;
      case 'message':
        this.#onMessage(data.from, data.data);
        break;
      case 'chatCleared':
        this.drop();
        break;
    }
  }

  /** Sends a text to all, now or as soon as that is possible. */
  send(text: string, more?: unknown): void {
    const id = crypto.randomUUID();
    const cut = text.slice(0, MAX_LENGTH);
    this.emit('message', { id, peerId: this.#peerId, text: cut, more });
    this.retry({ id, text: cut, more });
  }

  /** Sends a message again that was not delivered. */
  retry(message: Written & { id: string }): void {
    this.#tell((it) => it.send(message));
    if (!this.#wanted) {
      this.#wanted = true;
      void this.#open();
    }
  }

  /** Delivers nothing any more of what was written so far: the chat was cleared. */
  drop(): void {
    this.#tell((it) => it.drop());
  }

  /** Handles a message of a peer over signalling. */
  #onMessage(from: string, data: unknown): void {
    const { hears, receipts, got } = Object(data) as Record<string, unknown>;
    if (typeof hears === 'string') {
      this.#tell((it) => it.confirm(from, hears, receipts === true));
    } else if (Array.isArray(got)) {
      this.#tell((it) => it.receive(from, got));
    } else if (this.#roomKey === undefined) {
      // From clients without data channels, and readable for the server.
      this.#hear(from, { text: textOf(data) });
    }
  }

  /** Has the outbox act, after all that it was told before. */
  #tell(act: (outbox: Outbox) => void): void {
    this.#outbox.then(act, () => {
      // The failure was reported.
    });
  }

  #forget(peerId: string): void {
    this.#pages.delete(peerId);
    this.#tell((it) => it.remove(peerId));
  }

  #add(dataProducerId: string, peerId: string, label: string): void {
    if (label === LABEL) {
      this.#theirs.set(dataProducerId, { peerId });
    }
  }

  #hear(peerId: string, { id, text, more }: Partial<Written> = {}): void {
    if (id !== undefined && this.#pages.has(peerId)) {
      this.emit('came', peerId, id);
    }
    if (text === undefined || (id !== undefined && this.#knows(peerId, id))) {
      return;
    }
    this.emit('message', {
      id: id ?? crypto.randomUUID(),
      peerId,
      text: text.slice(0, MAX_LENGTH),
      more,
    });
  }

  /** Tells whether a message has come before, and notes that it has come. */
  #knows(peerId: string, id: string): boolean {
    const came = this.#came.get(peerId) ?? new Set();
    this.#came.set(peerId, came);
    if (came.has(id)) {
      return true;
    }
    came.add(id);
    const [oldest] = came;
    if (came.size > MAX_REMEMBERED && oldest !== undefined) {
      came.delete(oldest);
    }
    return false;
  }

  async #open(): Promise<void> {
    const session = this.#session;
    if (!session || !this.#wanted) {
      return;
    }
    try {
      const channel = await session.sendData(LABEL);
      const use = (): void => {
        if (session === this.#session) {
          this.#tell((it) => it.use(channel));
        }
      };
      if (channel.readyState === 'open') {
        use();
      } else {
        channel.on('open', use);
      }
    } catch (error) {
      if (session.closed || isMediaReset(error)) {
        return;
      }
      this.#wanted = false;
      this.#tell((it) => it.fail());
      this.emit('failed', error as Error);
    }
  }

  async #receive(dataProducerId: string): Promise<void> {
    const session = this.#session;
    const theirs = this.#theirs.get(dataProducerId);
    if (!session || !theirs) {
      return;
    }
    const isCurrent = (): boolean =>
      !session.closed && this.#theirs.get(dataProducerId) === theirs;
    try {
      const consumer = await session.receiveData(dataProducerId);
      if (!isCurrent()) {
        consumer.close();
        return;
      }
      theirs.consumer = consumer;
      this.#listen(theirs.peerId, consumer);
      await opened(consumer);
      if (isCurrent() && this.#takesPart && this.#pages.has(theirs.peerId)) {
        await session.sendMessage([theirs.peerId], {
          hears: dataProducerId,
          receipts: true,
        });
      }
    } catch (error) {
      // What closed while it was asked for is no failure.
      if (isCurrent() && !isMediaReset(error)) {
        this.emit('failed', error as Error);
      }
    }
  }

  #listen(peerId: string, consumer: types.DataConsumer): void {
    const read = this.#readerOf(peerId);
    let heard = Promise.resolve();
    consumer.binaryType = 'arraybuffer';
    consumer.on('message', (frame: unknown) => {
      // Each waits for the one before, so that they stay in order.
      heard = heard.then(async () => this.#hear(peerId, await read(frame)));
    });
  }

  #readerOf(peerId: string): Read {
    let read = this.#readers.get(peerId);
    if (!read) {
      read = reader(peerId, this.#roomKey);
      this.#readers.set(peerId, read);
    }
    return read;
  }
}

/** Resolves when something comes over a channel, and never if it closes first. */
async function opened(consumer: types.DataConsumer): Promise<void> {
  if (consumer.readyState !== 'open') {
    await new Promise<void>((resolve) => {
      consumer.once('open', () => resolve());
    });
  }
}
