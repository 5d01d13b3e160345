import type { types } from 'mediasoup-client';
import { reader, textOf, writer } from './ChatCodec.ts';
import type { Read, Write } from './ChatCodec.ts';
import { isMediaReset } from './Connection.ts';
import { Emitter } from './Emitter.ts';
import type { MediaSession } from './MediaSession.ts';
import type { ChatNotification, PeerInfo } from './protocol.ts';

/** What a data channel is called that carries a chat. */
const LABEL = 'chat';

/** Longest text of a message; of a longer one the rest is left out. */
export const MAX_LENGTH = 2_000;

/** Most messages that wait for the data channel to open. */
const MAX_WAITING = 50;

/** Something that somebody has written; `peerId` is whose it is. */
export type ChatMessage = { peerId: string; text: string };

/** The data channel of somebody else, once it is heard. */
type Theirs = { peerId: string; consumer?: types.DataConsumer };

type ChatEvents = {
  message: [ChatMessage];
  /** The server or the browser does not let the user take part. */
  failed: [Error];
};

/**
 * What people in the room write to each other. Everybody sends over one data
 * channel, in order and with nothing lost, and hears those of the others. It
 * outlives lost connections and media sessions: what is written meanwhile waits.
 */
export class Chat extends Emitter<ChatEvents> {
  readonly #peerId: string;
  readonly #roomKey: string | undefined;
  readonly #write: Write;
  /** The data channels of the others, by their producers' ids. */
  readonly #theirs = new Map<string, Theirs>();
  /** How what somebody writes is read, by their ids. */
  readonly #readers = new Map<string, Read>();
  readonly #waiting: string[] = [];
  #session: MediaSession | undefined;
  #channel: types.DataProducer | undefined;
  #wanted = false;
  #flushing = false;

  /** Takes who the user is, and the key of a room that is encrypted. */
  constructor(peerId: string, roomKey: string | undefined) {
    super();
    this.#peerId = peerId;
    this.#roomKey = roomKey;
    this.#write = writer(peerId, roomKey);
  }

  /** Takes over the snapshot of a join reply, to be heard over a session. */
  attach(session: MediaSession, peers: PeerInfo[]): void {
    for (const { peerId, dataProducers } of peers) {
      for (const { dataProducerId, label } of dataProducers) {
        this.#add(dataProducerId, peerId, label);
      }
    }
    this.renew(session);
  }

  /** Goes on over another session; those that were not closed are still there. */
  renew(session: MediaSession): void {
    this.#session = session;
    this.#channel = undefined;
    for (const dataProducerId of this.#theirs.keys()) {
      void this.#receive(dataProducerId);
    }
    void this.#open();
  }

  /** Forgets whom it heard: the session is gone. */
  detach(): void {
    this.#session = undefined;
    this.#channel = undefined;
    this.#theirs.clear();
  }

  /** Follows what the server tells after the snapshot. */
  handle({ method, data }: ChatNotification): void {
    switch (method) {
      case 'newDataProducer':
        this.#add(data.dataProducerId, data.peerId, data.label);
        void this.#receive(data.dataProducerId);
        break;
      case 'dataProducerClosed':
        this.#theirs.get(data.dataProducerId)?.consumer?.close();
        this.#theirs.delete(data.dataProducerId);
        break;
      case 'message':
        // From clients without data channels, and readable for the server.
        if (this.#roomKey === undefined) {
          this.#hear(data.from, textOf(data.data));
        }
        break;
    }
  }

  /** Opens the user's data channel, so that what is sent soon is heard. */
  open(): void {
    if (!this.#wanted) {
      this.#wanted = true;
      void this.#open();
    }
  }

  /** Says something to everybody, now or as soon as that is possible. */
  send(text: string): void {
    this.open();
    this.#waiting.push(text.slice(0, MAX_LENGTH));
    this.#waiting.splice(0, this.#waiting.length - MAX_WAITING);
    this.#hear(this.#peerId, text);
    void this.#flush();
  }

  #add(dataProducerId: string, peerId: string, label: string): void {
    if (label === LABEL) {
      this.#theirs.set(dataProducerId, { peerId });
    }
  }

  #hear(peerId: string, text: string | undefined): void {
    if (text !== undefined) {
      this.emit('message', { peerId, text: text.slice(0, MAX_LENGTH) });
    }
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
          this.#channel = channel;
          void this.#flush();
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
      this.emit('failed', error as Error);
    }
  }

  /** Sends what waits, one message after the other. */
  async #flush(): Promise<void> {
    if (this.#flushing) {
      return;
    }
    this.#flushing = true;
    try {
      let [text] = this.#waiting;
      while (this.#channel && text !== undefined) {
        const frame = await this.#write(text);
        if (this.#channel?.readyState !== 'open') {
          break;
        }
        this.#channel.send(frame);
        this.#waiting.shift();
        [text] = this.#waiting;
      }
    } finally {
      this.#flushing = false;
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
