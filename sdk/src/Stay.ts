import { RequestError, RoomClient, textOf } from './core/index.ts';
import type { Refusal, RoomClientOptions, RoomState } from './core/index.ts';
import type { LocalTracks } from './LocalTracks.ts';
import { Participants } from './Participants.ts';
import type { ParticipantsListener } from './Participants.ts';
import { Playback } from './Playback.ts';
import type { EndReason, Participant, State } from './Snapshot.ts';
import { VideoconfError } from './VideoconfError.ts';

/** A listener for the events of a stay. */
export interface StayListener extends ParticipantsListener {
  stateChanged: (state: State) => void;
  resumed: () => void;
  mediaReset: () => void;
  failed: (error: VideoconfError) => void;
  message: (from: string, data: unknown) => void;
}

/** The surroundings of a stay. */
export type StayOptions = {
  local: LocalTracks;
  listener: StayListener;
  /** Videos are received as large as they are shown. */
  adaptive: boolean;
};

const STATES = {
  connecting: 'connecting',
  joined: 'connected',
  reconnecting: 'reconnecting',
  ended: 'ended',
} as const satisfies Record<RoomState['name'], State>;

/**
 * The user's stay in one room, from the wish to enter it until the end, over
 * every reconnect.
 */
export class Stay {
  /** Tells stays apart: the room, or the session, that was asked for. */
  readonly place: string;
  /** Resolves once the room is entered; rejects if it never is. */
  readonly entered: Promise<void>;
  readonly #local: LocalTracks;
  readonly #listener: StayListener;
  readonly #adaptive: boolean;
  readonly #playback: Playback;
  readonly #entrance = Promise.withResolvers<void>();
  /** Messages that wait for the next change of the state. */
  #waiting: (() => void)[] = [];
  #options: RoomClientOptions | undefined;
  #room: RoomClient | undefined;
  #participants: Participants | undefined;
  #state: State = 'connecting';
  #endReason: EndReason | undefined;
  #error: VideoconfError | undefined;
  #activeSpeaker: string | undefined;
  #speaking = false;
  /** A text that came over signalling, which the chat reports, too. */
  #relayed: unknown;

  constructor(place: string, { local, listener, adaptive }: StayOptions) {
    this.place = place;
    this.#local = local;
    this.#listener = listener;
    this.#adaptive = adaptive;
    this.#playback = new Playback(() => this.#listener.changed());
    this.entered = this.#entrance.promise;
    this.entered.catch(() => {
      // The state tells as well, to those who do not wait.
    });
  }

  get state(): State {
    return this.#state;
  }

  get endReason(): EndReason | undefined {
    return this.#endReason;
  }

  get error(): VideoconfError | undefined {
    return this.#error;
  }

  get options(): RoomClientOptions | undefined {
    return this.#options;
  }

  get participants(): readonly Participant[] {
    return this.#participants?.views ?? [];
  }

  get activeSpeaker(): string | undefined {
    return this.#activeSpeaker;
  }

  /** The user is speaking. */
  get speaking(): boolean {
    return this.#speaking;
  }

  get audioBlocked(): boolean {
    return this.#playback.blocked;
  }

  /** Plays the sound that the browser has refused to play. */
  startAudio(): Promise<void> {
    return this.#playback.start();
  }

  /** Enters the room, once it is known where it is. */
  async enter(find: () => Promise<RoomClientOptions>): Promise<void> {
    let options;
    try {
      options = await find();
    } catch (error) {
      this.#end('refused', asVideoconfError(error));
      return;
    }
    if (this.#state !== 'ended') {
      this.#options = options;
      this.#open(new RoomClient(options));
    }
  }

  leave(): void {
    if (this.#room) {
      this.#room.leave();
    } else {
      this.#end('left');
    }
  }

  /** Sends a message once, now or when the room is entered again. */
  async send(data: unknown, to: string[] | undefined): Promise<void> {
    if (this.#options?.key !== undefined) {
      this.#sendEncrypted(data, to);
      return;
    }
    while (this.#state === 'connecting' || this.#state === 'reconnecting') {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    if (this.#state !== 'connected' || !this.#room) {
      throw notConnected();
    }
    try {
      await this.#room.sendMessage(data, to);
    } catch (error) {
      throw error instanceof RequestError
        ? asVideoconfError(error)
        : VideoconfError.because('DELIVERY_UNKNOWN', error as Error);
    }
  }

  /** Only the chat is encrypted, which goes to all. */
  #sendEncrypted(data: unknown, to: string[] | undefined): void {
    const text = textOf(data);
    if (text === undefined || to !== undefined) {
      throw new VideoconfError(
        'NOT_ENCRYPTED',
        'data: expected {text} for all in an encrypted room, got something that the server could read',
        { final: true },
      );
    }
    if (!this.#room || this.#state === 'ended') {
      throw notConnected();
    }
    this.#room.chat.send(text);
  }

  #open(room: RoomClient): void {
    this.#room = room;
    this.#participants = new Participants(
      room,
      this.#playback,
      this.#listener,
      { streamed: !this.#adaptive },
    );
    room.on('state', (state) => this.#onState(state));
    room.on('encryptionFailed', () =>
      this.#listener.failed(
        new VideoconfError(
          'ENCRYPTION_FAILED',
          'Encryption has failed, and nothing is sent any more.',
        ),
      ),
    );
    room.remotePeers.on('consumeFailed', (_peer, error) =>
      this.#listener.failed(VideoconfError.because('RECEIVE_FAILED', error)),
    );
    room.speakers.on('active', (id) => {
      if (id !== this.#activeSpeaker) {
        this.#activeSpeaker = id;
        this.#listener.changed();
      }
    });
    room.speakers.on('levels', (levels) => {
      const speaking = levels.has(this.#options?.peerId ?? '');
      if (speaking !== this.#speaking) {
        this.#speaking = speaking;
        this.#listener.changed();
      }
    });
    this.#hear(room);
    this.#local.use(room);
    addEventListener('online', this.#retry);
    document.addEventListener('visibilitychange', this.#retry);
    room.join();
  }

  #hear(room: RoomClient): void {
    const encrypted = this.#options?.key !== undefined;
    room.on('notification', ({ method, data }) => {
      if (method === 'mediaReset') {
        this.#listener.mediaReset();
      } else if (method === 'message' && !encrypted && !isReceipt(data.data)) {
        this.#relayed = textOf(data.data);
        this.#listener.message(data.from, data.data);
      }
    });
    room.chat.on('message', ({ peerId, text }) => {
      const known = this.#relayed === text || peerId === this.#options?.peerId;
      this.#relayed = undefined;
      if (!known) {
        this.#listener.message(peerId, { text });
      }
    });
  }

  readonly #retry = (): void => {
    if (document.visibilityState === 'visible') {
      this.#room?.retryNow();
    }
  };

  #onState(state: RoomState): void {
    if (state.name === 'ended') {
      this.#end(
        state.cause,
        state.cause === 'closed'
          ? new VideoconfError('CLOSED', state.reason, { final: true })
          : state.cause === 'refused'
            ? refusalError(state.refusal)
            : undefined,
      );
      return;
    }
    const before = this.#state;
    this.#state = STATES[state.name];
    this.#error =
      state.name !== 'joined' && state.refusal
        ? refusalError(state.refusal)
        : undefined;
    if (state.name === 'joined') {
      this.#entrance.resolve();
    }
    this.#tell(before);
    if (before === 'reconnecting' && state.name === 'joined') {
      this.#listener.resumed();
    }
  }

  #end(reason: EndReason, error?: VideoconfError): void {
    if (this.#state === 'ended') {
      return;
    }
    const before = this.#state;
    this.#state = 'ended';
    this.#endReason = reason;
    this.#error = error;
    removeEventListener('online', this.#retry);
    document.removeEventListener('visibilitychange', this.#retry);
    this.#participants?.close();
    this.#local.use(undefined);
    this.#entrance.reject(
      error ?? new VideoconfError('LEFT', 'The user left.', { final: true }),
    );
    this.#tell(before);
  }

  #tell(before: State): void {
    if (before === this.#state) {
      this.#listener.changed();
    } else {
      this.#listener.stateChanged(this.#state);
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const proceed of waiting) {
      proceed();
    }
  }
}

/** The failure of what needs a room. */
export function notConnected(): VideoconfError {
  return new VideoconfError('NOT_CONNECTED', 'The user is in no room.');
}

function refusalError({ code, message, final }: Refusal): VideoconfError {
  return new VideoconfError(code, message, { final });
}

function asVideoconfError(error: unknown): VideoconfError {
  if (error instanceof VideoconfError) {
    return error;
  }
  return error instanceof RequestError
    ? new VideoconfError(error.errorName, error.message, { cause: error })
    : VideoconfError.because('UNREACHABLE', error as Error);
}

/** Tells whether a message says that a data channel of the chat is heard. */
function isReceipt(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'hears' in data;
}
