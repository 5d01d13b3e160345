import type { Size, Source } from './core/index.ts';
import { DisplaySize } from './DisplaySize.ts';
import type { Playback } from './Playback.ts';
import type { Detach, Track } from './Snapshot.ts';
import type { RemoteSource, Way } from './Way.ts';

/** The size of a video whose display size is unknown: the best layer. */
const FULL_SIZE: Size = { width: 1920, height: 1080 };

/**
 * A source of a participant over the whole stay: its elements and its
 * subscription outlast the producers and tracks that reconnects replace.
 */
export class RemoteTrack {
  readonly #source: Source;
  readonly #way: Way;
  readonly #playback: Playback;
  readonly #onChange: () => void;
  readonly #elements = new Map<HTMLMediaElement, DisplaySize | undefined>();
  readonly #sizes = new Map<HTMLMediaElement, Size>();
  #remote: RemoteSource | undefined;
  #track: MediaStreamTrack | undefined;
  #subscribed = true;
  /** The track goes into a stream whose display size is unknown. */
  #streamed = false;
  #view: Track | undefined;

  constructor(
    source: Source,
    way: Way,
    playback: Playback,
    onChange: () => void,
  ) {
    this.#source = source;
    this.#way = way;
    this.#playback = playback;
    this.#onChange = onChange;
  }

  /** The track as it is; undefined while it is not sent. */
  get view(): Track | undefined {
    return this.#view;
  }

  get mediaStreamTrack(): MediaStreamTrack | undefined {
    return this.#track;
  }

  /** Receives a video at its full size, whatever the size of its elements. */
  stream(): void {
    this.#streamed = true;
    this.#applySize();
  }

  /** Follows what the person sends of it. Returns true if the view is new. */
  follow(remote: RemoteSource | undefined): boolean {
    this.#remote = remote;
    const track = remote?.track;
    if (track !== this.#track) {
      this.#track = track;
      this.#applyTrack();
    }
    return this.#renew();
  }

  /** Lets go of all elements. */
  close(): void {
    for (const element of this.#elements.keys()) {
      this.#detach(element);
    }
  }

  #renew(): boolean {
    const remote = this.#remote;
    const before = this.#view;
    if (!remote) {
      this.#view = undefined;
      return before !== undefined;
    }
    const now = {
      mediaStreamTrack: this.#track,
      muted: remote.paused,
      subscribed: this.#subscribed,
      quality: remote.quality,
    };
    if (
      before?.mediaStreamTrack === now.mediaStreamTrack &&
      before?.muted === now.muted &&
      before?.subscribed === now.subscribed &&
      before?.quality === now.quality
    ) {
      return false;
    }
    this.#view = Object.freeze({
      source: this.#source,
      kind: remote.kind,
      ...now,
      attach: this.#attach,
      setSubscribed: this.#setSubscribed,
    });
    return true;
  }

  /** The same function in all views, for effects that depend on it. */
  readonly #attach = (element: HTMLMediaElement): Detach => {
    this.#detach(element);
    this.#elements.set(
      element,
      element instanceof HTMLVideoElement
        ? new DisplaySize(element, (size) => this.#onSize(element, size))
        : undefined,
    );
    if (this.#track) {
      void this.#playback.play(element, this.#track);
    }
    return () => this.#detach(element);
  };

  readonly #setSubscribed = (on: boolean): void => {
    if (on !== this.#subscribed) {
      this.#subscribed = on;
      this.#applySize();
      this.#renew();
      this.#onChange();
    }
  };

  #detach(element: HTMLMediaElement): void {
    if (this.#elements.has(element)) {
      this.#elements.get(element)?.close();
      this.#elements.delete(element);
      this.#sizes.delete(element);
      this.#playback.stop(element);
      this.#applySize();
    }
  }

  #onSize(element: HTMLMediaElement, size: Size | undefined): void {
    if (size) {
      this.#sizes.set(element, size);
    } else {
      this.#sizes.delete(element);
    }
    this.#applySize();
  }

  #applyTrack(): void {
    for (const element of this.#elements.keys()) {
      if (this.#track) {
        void this.#playback.play(element, this.#track);
      } else {
        this.#playback.stop(element);
      }
    }
    this.#applySize();
  }

  /** Asks for sound, or for the layer that the largest of the elements needs. */
  #applySize(): void {
    if (this.#track) {
      const shown =
        this.#streamed || this.#track.kind === 'audio'
          ? [FULL_SIZE]
          : [...this.#sizes.values()].toSorted((a, b) => b.width - a.width);
      this.#way.receive(this.#track, {
        subscribed: this.#subscribed,
        size: shown[0],
      });
    }
  }
}
