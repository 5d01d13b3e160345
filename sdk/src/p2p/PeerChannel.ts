import { SOURCES } from '../core/index.ts';
import type { Source } from '../core/index.ts';
import { Pace } from './Pace.ts';
import type { Turn } from './Turns.ts';

/** The label by which both sides recognise the channel. */
const LABEL = 'videoconf';

/** Most channels that the other side may open, of any label. */
const MOST_CHANNELS = 16;

/** The longest message that is read, in characters. */
const LONGEST = 262_144;

/** The pace of messages that are sent. */
const SENDING = { burst: 400, perSecond: 50 };

/**
 * The pace of messages from the other side, with room for those that piled up while
 * the network was interrupted.
 */
const HEARING = { burst: 5_000, perSecond: 100 };

/** A listener for what the other side says. */
export interface PeerChannelListener {
  message: (data: unknown) => void;
  muted: (sources: ReadonlySet<Source>) => void;
  turn: (turn: Turn) => void;
  /** The other side opens more channels, or sends more messages, than it may. */
  flooded: (error: Error) => void;
}

/**
 * The data channel of one connection: messages, the sources that are held back, and
 * words about turns. Every text on it is a JSON object with `data`, `muted` or `turn`.
 */
export class PeerChannel {
  readonly #connection: RTCPeerConnection;
  readonly #listener: PeerChannelListener;
  readonly #opened = Promise.withResolvers<RTCDataChannel>();
  readonly #channels = new Set<RTCDataChannel>();
  readonly #sending = new Pace(SENDING);
  readonly #hearing = new Pace(HEARING);
  #received = 0;
  #muted: readonly Source[] = [];

  constructor(connection: RTCPeerConnection, listener: PeerChannelListener) {
    this.#connection = connection;
    this.#listener = listener;
    this.#opened.promise.catch(() => {
      // The callers that wait for it are told.
    });
    connection.addEventListener('datachannel', ({ channel }) => {
      this.#received += 1;
      if (this.#received > MOST_CHANNELS) {
        listener.flooded(
          new Error(
            `data channels: expected at most ${MOST_CHANNELS}, got another`,
          ),
        );
      } else if (channel.label === LABEL) {
        this.#adopt(channel);
      }
    });
  }

  /** Opens a channel, if the other side has not. */
  open(): void {
    if (this.#channels.size === 0) {
      this.#adopt(this.#connection.createDataChannel(LABEL));
    }
  }

  /** Tells which sources are held back, now and when a channel opens. */
  tellMuted(sources: readonly Source[]): void {
    this.#muted = sources;
    for (const channel of this.#channels) {
      if (channel.readyState === 'open') {
        this.#sendMuted(channel);
      }
    }
  }

  /**
   * Sends a message, as soon as a channel is open and the pace allows.
   *
   * @throws {Error} If the connection ends before.
   */
  async send(data: unknown): Promise<void> {
    this.open();
    const channel = await this.#opened.promise;
    const text = JSON.stringify({ data });
    const delay = this.#sending.take(text.length);
    if (delay > 0) {
      await new Promise((resolve) => {
        setTimeout(resolve, delay);
      });
    }
    channel.send(text);
  }

  /** Says something as soon as a channel is open; never opens one. */
  say(words: { turn: Turn }): void {
    this.#opened.promise.then(
      (channel) => {
        if (channel.readyState === 'open') {
          channel.send(JSON.stringify(words));
        }
      },
      () => {
        // The connection has ended.
      },
    );
  }

  /** Fails what waits for a channel. */
  close(): void {
    this.#opened.reject(new Error('The connection to the peer has ended.'));
  }

  #adopt(channel: RTCDataChannel): void {
    this.#channels.add(channel);
    const onOpen = (): void => {
      this.#opened.resolve(channel);
      this.#sendMuted(channel);
    };
    if (channel.readyState === 'open') {
      onOpen();
    } else {
      channel.addEventListener('open', onOpen);
    }
    channel.addEventListener('close', () => this.#channels.delete(channel));
    channel.addEventListener('message', ({ data }) => this.#hear(data));
  }

  #sendMuted(channel: RTCDataChannel): void {
    channel.send(JSON.stringify({ muted: this.#muted }));
  }

  #hear(text: unknown): void {
    const length = typeof text === 'string' ? text.length : LONGEST;
    if (this.#hearing.take(length) > 0) {
      this.#listener.flooded(
        new Error(
          `messages: expected at most ${HEARING.burst} at once and ${HEARING.perSecond} a second, got more`,
        ),
      );
      return;
    }
    if (typeof text !== 'string' || text.length > LONGEST) {
      return;
    }
    let said: unknown;
    try {
      said = JSON.parse(text);
    } catch {
      return;
    }
    if (typeof said !== 'object' || said === null) {
      return;
    }
    if ('data' in said) {
      this.#listener.message(said.data);
    } else if ('turn' in said) {
      if (said.turn === 'asked' || said.turn === 'given') {
        this.#listener.turn(said.turn);
      }
    } else if ('muted' in said && Array.isArray(said.muted)) {
      const { muted } = said;
      this.#listener.muted(new Set(SOURCES.filter((it) => muted.includes(it))));
    }
  }
}
