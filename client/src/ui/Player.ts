import { find } from './find.ts';
import type { Speaker } from './Speaker.ts';
import type { Viewport } from './Viewport.ts';

/** Follows which videos are seen. */
type Watcher = Pick<Viewport, 'watch'>;

/** Makes the player of a tile. */
export type PlayerIn = (tile: ParentNode) => Player;

/** Plays a picture and a sound in the elements of a tile. */
export class Player {
  readonly #video: HTMLVideoElement;
  readonly #audio: HTMLAudioElement;
  readonly #viewport: Watcher;
  readonly #onSoundBlocked: () => void;
  readonly #speaker: Speaker | undefined;

  /** `onSoundBlocked` is called when the browser refuses to play sound. */
  constructor(
    root: ParentNode,
    viewport: Watcher,
    onSoundBlocked: () => void,
    speaker?: Speaker,
  ) {
    this.#video = find(root, 'video', HTMLVideoElement);
    this.#audio = find(root, 'audio', HTMLAudioElement);
    this.#viewport = viewport;
    this.#onSoundBlocked = onSoundBlocked;
    this.#speaker = speaker;
    speaker?.add(this.#audio);
  }

  /** Plays these tracks from now on, or none. */
  show(
    video: MediaStreamTrack | undefined,
    audio: MediaStreamTrack | undefined,
  ): void {
    setTrack(this.#video, video);
    this.#viewport.watch(this.#video, video);
    if (setTrack(this.#audio, audio)) {
      this.playSound();
    }
  }

  /** Plays the sound; without a click before, browsers may refuse that. */
  playSound(): void {
    this.#audio.play().catch((error: unknown) => {
      // An AbortError comes from a track that was replaced before it played.
      if (error instanceof DOMException && error.name === 'NotAllowedError') {
        this.#onSoundBlocked();
      }
    });
  }

  /** Lets go of what it played. */
  close(): void {
    this.show(undefined, undefined);
    this.#speaker?.delete(this.#audio);
  }
}

/** Plays a track, or nothing; true when it is another track than before. */
function setTrack(
  element: HTMLMediaElement,
  track: MediaStreamTrack | undefined,
): boolean {
  const stream = element.srcObject as MediaStream | null;
  const current = stream?.getTracks()[0];
  if (current === track) {
    return false;
  }
  element.srcObject = track ? new MediaStream([track]) : null;
  return track !== undefined;
}
