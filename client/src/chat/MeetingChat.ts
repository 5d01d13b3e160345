import { loadChatCipher } from 'videoconf-sdk/core';
import type { ChatMessage, RoomClient } from 'videoconf-sdk/core';
import type { Notification } from '@atrium/protocol/protoo';
import { Envelope } from './Envelope.ts';
import type { Entry, Told } from './Entry.ts';
import { offerIn } from './files/FileOffer.ts';
import type { FileOffer } from './files/FileOffer.ts';
import { OfferedFiles } from './files/OfferedFiles.ts';
import type { Sending } from './files/OfferedFiles.ts';
import { roomWire } from './files/roomWire.ts';
import { sizeText } from './files/sizeText.ts';
import { WantedFiles } from './files/WantedFiles.ts';
import { HistoryAnswers, questionIn } from './HistoryAnswers.ts';
import { readHistory, writeHistory } from './historyMessages.ts';
import type { History } from './historyMessages.ts';
import { HistoryQuestions } from './HistoryQuestions.ts';
import { KeptMessages } from './KeptMessages.ts';
import { MessageLog } from './MessageLog.ts';
import type { LogListener } from './MessageLog.ts';
import { Receipts } from './Receipts.ts';
import { text } from '../texts/texts.ts';

/** The user, and the room whose chat it is. */
export type ChatUser = {
  roomId: string;
  peerId: string;
  displayName: string;
  /** The key of a room that is encrypted. */
  key: string | undefined;
};

/** Follows the chat of a meeting. */
export interface ChatListener extends LogListener {
  /** Another person has just written a message. */
  came: (entry: Entry) => void;
  /** These transfers of a file of the user are under way. */
  sending: (fileId: string, sending: Sending[]) => void;
  failed: (error: Error) => void;
}

/**
 * The chat of a meeting: messages from before the user joined, receipts for
 * messages that arrive, and messages that outlive a reload. The core carries the
 * messages themselves; everything else that pages exchange goes over signalling, as
 * docs/page-chat.md describes.
 */
export class MeetingChat {
  readonly #client: RoomClient;
  readonly #user: ChatUser;
  readonly #listener: ChatListener;
  readonly #log: MessageLog;
  readonly #envelope: Envelope;
  readonly #kept: KeptMessages;
  readonly #receipts: Receipts;
  readonly #questions: HistoryQuestions;
  readonly #answers: HistoryAnswers;
  readonly #offered: OfferedFiles;
  readonly #wanted: WantedFiles;
  readonly #peers = new Set<string>();

  constructor(client: RoomClient, user: ChatUser, listener: ChatListener) {
    this.#client = client;
    this.#user = user;
    this.#listener = listener;
    const save = (): void => this.#kept.save(() => this.#log);
    this.#log = new MessageLog({
      added: (entry, next) => {
        listener.added(entry, next);
        save();
      },
      changed: (entry) => {
        listener.changed(entry);
        save();
      },
      removed: (entry) => {
        listener.removed(entry);
        save();
      },
    });
    this.#envelope = new Envelope(user.key, loadChatCipher);
    const { roomId, peerId } = user;
    this.#kept = new KeptMessages(tabStorage(), roomId, peerId, this.#envelope);
    this.#receipts = new Receipts(
      (to, got) => client.sendMessage({ got }, to),
      (peer) => this.#peers.has(peer),
    );
    const send = (to: string, data: unknown): Promise<void> =>
      client.sendMessage({ chat: data }, [to]);
    this.#questions = new HistoryQuestions(
      send,
      async (from, request, sealed) =>
        readHistory(await this.#envelope.open(from, sealed), {
          to: peerId,
          request,
        }),
      (from, history) => this.#take(from, history),
    );
    this.#answers = new HistoryAnswers(
      (to, { ask, after }) =>
        this.#envelope.seal(
          peerId,
          writeHistory(this.#log, after, this.#questions.settled, {
            to,
            request: ask,
          }),
        ),
      send,
    );
    const wire = roomWire(client, peerId, user.key, send);
    this.#offered = new OfferedFiles(wire, listener.sending);
    this.#wanted = new WantedFiles(wire);
    this.#follow();
    void this.#restore();
  }

  /** Sends a text to all. */
  send(written: string): void {
    this.#client.chat.send(written);
  }

  /** Sends a message of the user again that was not delivered. */
  retry({ id, text, file }: Entry): void {
    this.#client.chat.retry({ id, text, more: file && { file } });
  }

  /**
   * Offers a file to all, and sends it to each person who asks for it.
   *
   * @throws {Error} With a sentence for the user, if it is too large or cannot be read.
   */
  async offer(file: File): Promise<void> {
    const offer = await this.#offered.add(file);
    const { name, size } = offer;
    const values = { name, size: sizeText(size) };
    this.#client.chat.send(text('files.message', values), { file: offer });
  }

  /** Stops all transfers of a file of the user. */
  stopSending({ id }: FileOffer): void {
    this.#offered.stop(id);
  }

  /** Gets the file of a message, as {@link WantedFiles.get} does. */
  download(
    { peerId }: Entry,
    file: FileOffer,
    onProgress: (progress: number) => void,
    signal: AbortSignal,
  ): Promise<Blob> {
    return this.#wanted.get(peerId, file, onProgress, signal);
  }

  /** The name of a person in the room. */
  nameOf(peerId: string): string {
    const { remotePeers } = this.#client;
    return peerId === this.#user.peerId
      ? this.#user.displayName
      : (remotePeers.peers.find((it) => it.peerId === peerId)?.displayName ??
          text('chat.someone'));
  }

  /** Removes all messages, at a moderator's request. */
  clear(): void {
    this.#client.chat.drop();
    this.#offered.clear();
    this.#log.clear();
  }

  /** Forgets everything: the user is out of the room. */
  close(): void {
    this.#questions.close();
    this.#offered.clear();
    this.#wanted.clear();
    this.#kept.remove();
  }

  #follow(): void {
    const client = this.#client;
    const { chat } = client;
    chat.on('came', (peerId, id) => this.#receipts.add(peerId, id));
    chat.on('message', (message) => this.#add(message));
    chat.on('delivery', ({ id, state, missing }) =>
      this.#log.setFate(this.#user.peerId, id, {
        state,
        missing: missing.map((peerId) => this.nameOf(peerId)),
      }),
    );
    chat.on('failed', (error) => this.#listener.failed(error));
    client.on('begun', ({ peers = [] }) => {
      const peerIds = peers.map(({ peerId }) => peerId);
      this.#peers.clear();
      for (const peerId of peerIds) {
        this.#peers.add(peerId);
      }
      this.#questions.begin(peerIds);
    });
    client.on('notification', (notification) => this.#handle(notification));
  }

  #handle({ method, data }: Notification): void {
    if (method === 'peerJoined') {
      this.#peers.add(data.peerId);
    } else if (method === 'peerLeft') {
      this.#peers.delete(data.peerId);
      this.#questions.remove(data.peerId);
      this.#answers.remove(data.peerId);
      this.#offered.remove(data.peerId);
      this.#wanted.remove(data.peerId);
    } else if (method === 'message') {
      this.#onMessage(data.from, data.data);
    }
  }

  /** Handles a message of another page about the chat. */
  #onMessage(from: string, data: unknown): void {
    const { receipts, chat } = Object(data) as Record<string, unknown>;
    if (receipts === true) {
      // A page of this kind, which answers questions.
      this.#questions.add(from);
    }
    if (chat === undefined) {
      return;
    }
    const question = questionIn(chat);
    const about = Object(chat) as Record<string, unknown>;
    if (question) {
      this.#answers.answer(from, question).catch(() => {
        // The peer who asked has left, or asks another one.
      });
    } else if (about['transfer'] !== undefined) {
      this.#offered.handle(from, about);
      this.#wanted.handle(from, about);
    } else {
      void this.#questions.handle(from, about);
    }
  }

  #add({ id, peerId, text, more }: ChatMessage): void {
    const self = peerId === this.#user.peerId;
    const entry: Entry = {
      id,
      peerId,
      name: this.nameOf(peerId),
      text,
      at: Date.now(),
      file: offerIn((Object(more) as { file?: unknown }).file),
      self,
      firstHand: true,
    };
    if (this.#log.add(entry) && !self) {
      this.#listener.came(entry);
    }
  }

  /** Adds the earlier messages that another person passes on. */
  #take(from: string, { messages, cleared }: History): void {
    this.#log.removeCleared(cleared);
    for (const message of messages) {
      const own = message.peerId === from;
      this.#log.add({
        ...this.#heard(message),
        firstHand: own,
        via: own ? undefined : this.nameOf(from),
      });
    }
  }

  /** Adds the messages that the page has kept from before a reload. */
  async #restore(): Promise<void> {
    const { messages, cleared } = await this.#kept.load();
    this.#log.removeCleared(cleared);
    for (const message of messages) {
      this.#log.add(this.#heard(message));
    }
  }

  #heard<T extends Told>(message: T): T & Entry {
    const { peerId, name } = message;
    return {
      ...message,
      name: this.#peers.has(peerId) ? this.nameOf(peerId) : name,
      self: peerId === this.#user.peerId,
      firstHand: false,
    };
  }
}

/** The storage of the tab; undefined where the browser permits none. */
function tabStorage(): Storage | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}
