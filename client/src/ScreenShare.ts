import { Emitter } from './Emitter.ts';
import type { RoomClient } from './RoomClient.ts';

const OPTIONS: DisplayMediaStreamOptions = {
  video: {
    width: { max: 1920 },
    height: { max: 1080 },
    frameRate: { ideal: 15, max: 30 },
  },
  // The sound of a film or a demonstration, not a voice to be cleaned.
  audio: {
    echoCancellation: false,
    noiseSuppression: false,
    autoGainControl: false,
  },
};

export type ShareState = 'off' | 'starting' | 'on';

type ScreenShareEvents = {
  change: [];
  /** Why the screen is not shared, in a sentence. */
  problem: [string];
};

/** Whether the browser lets pages have the screen. On phones none does. */
export function canShareScreen(): boolean {
  return 'getDisplayMedia' in (navigator.mediaDevices ?? {});
}

/** The user's own screen, and its way into the room. */
export class ScreenShare extends Emitter<ScreenShareEvents> {
  readonly #client: RoomClient;
  #state: ShareState = 'off';
  #tracks: MediaStreamTrack[] = [];
  #closed = false;

  constructor(client: RoomClient) {
    super();
    this.#client = client;
    client.on('publishFailed', (source, error) => {
      if (source === 'screen') {
        this.#stop();
        this.emit('problem', `Your screen is not shared: ${error.message}`);
      } else if (source === 'screen-audio') {
        this.#dropAudio();
        this.emit(
          'problem',
          `The sound of your screen is not shared: ${error.message}`,
        );
      }
    });
  }

  get state(): ShareState {
    return this.#state;
  }

  /** Whether what sounds on the screen is shared, too. */
  get audible(): boolean {
    return this.#tracks.some(({ kind }) => kind === 'audio');
  }

  /** Lets the user choose what to share, or stops sharing it. */
  async toggle(): Promise<void> {
    if (this.#state === 'off') {
      await this.#start();
    } else if (this.#state === 'on') {
      this.#stop();
    }
  }

  /** Lets go of the screen for good. */
  close(): void {
    this.#closed = true;
    this.#letGo();
  }

  async #start(): Promise<void> {
    this.#setState('starting');
    let stream;
    try {
      stream = await navigator.mediaDevices.getDisplayMedia(OPTIONS);
    } catch (error) {
      this.#setState('off');
      const problem = problemOf(error);
      if (problem !== undefined) {
        this.emit('problem', problem);
      }
      return;
    }
    this.#tracks = stream.getTracks();
    if (this.#closed) {
      this.#letGo();
      return;
    }
    for (const track of this.#tracks) {
      this.#publish(track);
    }
    this.#setState('on');
  }

  #publish(track: MediaStreamTrack): void {
    if (track.kind === 'audio') {
      track.onended = () => this.#dropAudio();
      this.#client.publish('screen-audio', track);
    } else {
      // Sharp rather than fluent where the network does not take both.
      track.contentHint = 'detail';
      // By the browser's own button, or because a shared window was closed.
      track.onended = () => this.#stop();
      this.#client.publish('screen', track);
    }
  }

  /** Goes on without the sound. */
  #dropAudio(): void {
    this.#client.unpublish('screen-audio');
    for (const track of this.#tracks.filter(({ kind }) => kind === 'audio')) {
      track.stop();
    }
    this.#tracks = this.#tracks.filter(({ kind }) => kind === 'video');
    this.emit('change');
  }

  #stop(): void {
    this.#letGo();
    this.#client.unpublish('screen-audio');
    this.#client.unpublish('screen');
    this.#setState('off');
  }

  #letGo(): void {
    for (const track of this.#tracks) {
      track.onended = null;
      track.stop();
    }
    this.#tracks = [];
  }

  #setState(state: ShareState): void {
    this.#state = state;
    this.emit('change');
  }
}

/** What an error of getDisplayMedia means; nothing where the user declined. */
function problemOf(error: unknown): string | undefined {
  const { name, message } = error as Error;
  if (name !== 'NotAllowedError') {
    return `Your screen could not be shared: ${message}`;
  }
  return message.includes('system')
    ? 'Your system keeps the screen from the browser. Allow it in the settings of the system, then share again.'
    : undefined;
}
