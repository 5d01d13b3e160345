import type { LocalTracks } from './LocalTracks.ts';
import { Participants } from './Participants.ts';
import type { ParticipantsListener } from './Participants.ts';
import { Playback } from './Playback.ts';
import type { EndReason, Participant, State } from './Snapshot.ts';
import { asVideoconfError, VideoconfError } from './VideoconfError.ts';
import type { Identity, Way, WayState } from './Way.ts';

/** A listener for the events of a stay. */
export interface StayListener extends ParticipantsListener {
  stateChanged: (state: State) => void;
  resumed: () => void;
  mediaReset: () => void;
  failed: (error: VideoconfError) => void;
  message: (from: string, data: unknown) => void;
  serverMessage: (data: unknown) => void;
  chatCleared: () => void;
}

/** The surroundings of a stay. */
export type StayOptions = {
  local: LocalTracks;
  listener: StayListener;
  /** Videos are received as large as they are shown. */
  adaptive: boolean;
};

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
  #way: Way | undefined;
  #participants: Participants | undefined;
  #state: State = 'connecting';
  #endReason: EndReason | undefined;
  #error: VideoconfError | undefined;
  #position: number | undefined;
  #activeSpeaker: string | undefined;
  #speaking = false;

  constructor(place: string, { local, listener, adaptive }: StayOptions) {
    this.place = place;
    this.#local = local;
    this.#listener = listener;
    this.#adaptive = adaptive;
    this.#playback = new Playback(() => this.#listener.changed());
    this.entered = this.#entrance.promise;
    this.entered.catch(() => {
      // The state tells as well, to callers that do not wait.
    });
  }

  get state(): State {
    return this.#state;
  }

  get endReason(): EndReason | undefined {
    return this.#endReason;
  }

  /** The place in the lobby, from 1. */
  get position(): number | undefined {
    return this.#position;
  }

  get error(): VideoconfError | undefined {
    return this.#error;
  }

  /** The user, once it is known who that is. */
  get self(): Identity | undefined {
    return this.#way?.self;
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

  /** Enters the room, once the way there is known. */
  async enter(find: () => Promise<Way>): Promise<void> {
    let way;
    try {
      way = await find();
    } catch (error) {
      this.#end('refused', asVideoconfError(error));
      return;
    }
    if (this.#state !== 'ended') {
      this.#take(way);
    }
  }

  leave(): void {
    if (this.#way) {
      this.#way.leave();
    } else {
      this.#end('left');
    }
  }

  /** Sends a message once, now or when the room is entered again. */
  async send(data: unknown, to: string[] | undefined): Promise<void> {
    while (this.#state !== 'connected' && this.#state !== 'ended') {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    if (this.#state === 'ended' || !this.#way) {
      throw notConnected();
    }
    await this.#way.send(data, to);
  }

  #take(way: Way): void {
    this.#way = way;
    this.#participants = new Participants(way, this.#playback, this.#listener, {
      streamed: !this.#adaptive,
    });
    way.on('state', (state) => this.#onState(state));
    way.on('self', () => this.#listener.changed());
    way.on('failed', (error) => this.#listener.failed(error));
    way.on('message', (from, data) => this.#listener.message(from, data));
    way.on('serverMessage', (data) => this.#listener.serverMessage(data));
    way.on('chatCleared', () => this.#listener.chatCleared());
    way.on('mediaReset', () => this.#listener.mediaReset());
    way.on('active', (id) => {
      if (id !== this.#activeSpeaker) {
        this.#activeSpeaker = id;
        this.#listener.changed();
      }
    });
    way.on('levels', (levels) => {
      const speaking = levels.has(way.self.peerId);
      if (speaking !== this.#speaking) {
        this.#speaking = speaking;
        this.#listener.changed();
      }
    });
    this.#local.use(way);
    addEventListener('online', this.#retry);
    document.addEventListener('visibilitychange', this.#retry);
    way.join();
  }

  readonly #retry = (): void => {
    if (document.visibilityState === 'visible') {
      this.#way?.retryNow();
    }
  };

  #onState(state: WayState): void {
    if (state.name === 'ended') {
      this.#end(state.reason, state.error);
      return;
    }
    const before = this.#state;
    this.#state = state.name;
    this.#error = state.error;
    this.#position = state.name === 'waiting' ? state.position : undefined;
    if (state.name === 'connected') {
      this.#entrance.resolve();
    }
    this.#tell(before);
    if (before === 'reconnecting' && state.name === 'connected') {
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
    this.#position = undefined;
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
