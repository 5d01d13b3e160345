import { Emitter } from './Emitter.ts';
import type { Publisher } from './Publisher.ts';
import { hintAt, screenConstraints } from './screenCapture.ts';
import type { ScreenQuality } from './screenCapture.ts';

/** The sound of a film or a demonstration, not a voice to be cleaned. */
const SOUND: MediaTrackConstraints = {
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
};

export type ShareState = 'off' | 'starting' | 'on';

/** The reason why the screen, or its sound, is not shared. */
export type ShareProblem =
  /** The operating system does not let the browser record it. */
  | { kind: 'deniedBySystem' }
  | { kind: 'uncaptured'; error: Error }
  /** The server or the browser refused to send the track. */
  | { kind: 'unsent'; source: 'screen' | 'screen-audio'; error: Error };

type ScreenShareEvents = {
  change: [];
  problem: [ShareProblem];
};

/** True in browsers that can share the screen, which those on phones cannot. */
export function canShareScreen(): boolean {
  return 'getDisplayMedia' in (navigator.mediaDevices ?? {});
}

/** The user's own screen, and its way into the room. */
export class ScreenShare extends Emitter<ScreenShareEvents> {
  readonly #publisher: Publisher;
  readonly #quality: ScreenQuality;
  #state: ShareState = 'off';
  #tracks: MediaStreamTrack[] = [];
  #closed = false;

  constructor(publisher: Publisher, quality: ScreenQuality) {
    super();
    this.#publisher = publisher;
    this.#quality = quality;
    publisher.on('publishFailed', (source, error) => {
      if (source === 'screen') {
        this.#stop();
        this.emit('problem', { kind: 'unsent', source, error });
      } else if (source === 'screen-audio') {
        this.#dropAudio();
        this.emit('problem', { kind: 'unsent', source, error });
      }
    });
  }

  get state(): ShareState {
    return this.#state;
  }

  /** The sound of the screen is shared as well. */
  get audible(): boolean {
    return this.#tracks.some(({ kind }) => kind === 'audio');
  }

  /** Asks the user what to share, or stops sharing. */
  async toggle(): Promise<void> {
    if (this.#state === 'off') {
      await this.#start();
    } else if (this.#state === 'on') {
      this.#stop();
    }
  }

  /** Stops sharing for good. */
  close(): void {
    this.#closed = true;
    this.#letGo();
  }

  async #start(): Promise<void> {
    this.#setState('starting');
    let stream;
    try {
      stream = await navigator.mediaDevices.getDisplayMedia({
        video: screenConstraints(this.#quality),
        audio: SOUND,
      });
    } catch (error) {
      this.#setState('off');
      const problem = problemOf(error as Error);
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
      this.#publisher.publish('screen-audio', track);
    } else {
      hintAt(track, this.#quality);
      // By the browser's own button, or because a shared window was closed.
      track.onended = () => this.#stop();
      this.#publisher.publish('screen', track);
    }
  }

  /** Goes on without the sound. */
  #dropAudio(): void {
    this.#publisher.unpublish('screen-audio');
    for (const track of this.#tracks.filter(({ kind }) => kind === 'audio')) {
      track.stop();
    }
    this.#tracks = this.#tracks.filter(({ kind }) => kind === 'video');
    this.emit('change');
  }

  #stop(): void {
    this.#letGo();
    this.#publisher.unpublish('screen-audio');
    this.#publisher.unpublish('screen');
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

/** The problem behind an error of getDisplayMedia; none if the user declined. */
function problemOf(error: Error): ShareProblem | undefined {
  if (error.name !== 'NotAllowedError') {
    return { kind: 'uncaptured', error };
  }
  return error.message.includes('system')
    ? { kind: 'deniedBySystem' }
    : undefined;
}
