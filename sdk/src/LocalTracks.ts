import {
  CONSTRAINTS,
  hintAt,
  screenConstraints,
  SOURCES,
} from './core/index.ts';
import type { ScreenQuality, Source } from './core/index.ts';
import type { LocalTrack } from './Snapshot.ts';
import { VideoconfError } from './VideoconfError.ts';
import type { Way } from './Way.ts';

/** A device of the user. */
export type DeviceKind = 'microphone' | 'camera';

/** The options of a screen share. */
export type ScreenOptions = DisplayMediaStreamOptions & {
  /** `sharp`, with 5 pictures a second, by default; or `smooth`, with up to 30. */
  quality?: ScreenQuality;
};

/** A track; `owned` if it was opened here, and so is to be stopped here. */
type Held = { view: LocalTrack; owned: boolean };

const SOURCE_OF = { microphone: 'mic', camera: 'camera' } as const;

/** A listener for changes of the tracks of the user. */
export interface LocalTracksListener {
  changed: () => void;
  failed: (error: VideoconfError) => void;
}

/**
 * The tracks of the user. They stay open from one room to the next, and are sent
 * to the room that is joined.
 */
export class LocalTracks {
  readonly #listener: LocalTracksListener;
  readonly #held = new Map<Source, Held>();
  readonly #devices = new Map<DeviceKind, string>();
  /** The last request for each source; those before it give way. */
  readonly #requests = new Map<Source, symbol>();
  #way: Way | undefined;

  constructor(listener: LocalTracksListener) {
    this.#listener = listener;
  }

  /** The tracks by their sources, in an object of its own. */
  get views(): ReadonlyMap<Source, LocalTrack> {
    return new Map([...this.#held].map(([source, { view }]) => [source, view]));
  }

  /** Sends all by a way from now on; undefined: by none. */
  use(way: Way | undefined): void {
    this.#way = way;
    way?.on('publishFailed', (source, error) => {
      if (way === this.#way) {
        this.#letGo(source);
        // A source that the room refuses is not sent directly either.
        way.unpublish(source);
        this.#listener.changed();
        this.#listener.failed(VideoconfError.because('PUBLISH_FAILED', error));
      }
    });
    way?.on('muted', () => {
      if (way === this.#way) {
        this.setMuted('mic', true);
      }
    });
    for (const [source, { view }] of this.#held) {
      way?.publish(source, view.mediaStreamTrack, view.muted);
    }
  }

  /** Opens microphone, camera, or both with one question to the user. */
  async open(constraints: MediaStreamConstraints): Promise<void> {
    const isMic = constraints.audio ? this.#claim('mic') : undefined;
    const isCamera = constraints.video ? this.#claim('camera') : undefined;
    const stream = await capture(() =>
      navigator.mediaDevices.getUserMedia(constraints),
    );
    for (const track of stream.getTracks()) {
      const [source, isCurrent] =
        track.kind === 'audio'
          ? (['mic', isMic] as const)
          : (['camera', isCamera] as const);
      if (isCurrent?.()) {
        this.#hold(source, track, true);
      } else {
        track.stop();
      }
    }
  }

  /**
   * Turns a device on or off. A microphone that is off stays open and silent; a
   * camera that is off is released, so that its light goes out.
   */
  async set(
    kind: DeviceKind,
    on: boolean,
    constraints?: MediaTrackConstraints,
  ): Promise<void> {
    const source = SOURCE_OF[kind];
    const held = this.#held.get(source);
    if (!on) {
      if (kind === 'camera') {
        this.unpublish(source);
      } else {
        this.#claim(source);
        this.setMuted(source, true);
      }
    } else if (held && constraints === undefined) {
      this.setMuted(source, false);
    } else {
      await this.#openDevice(kind, constraints);
    }
  }

  /** Chooses a device. It is opened at once if the one before is in use. */
  async setDevice(kind: DeviceKind, id: string): Promise<void> {
    this.#devices.set(kind, id);
    const held = this.#held.get(SOURCE_OF[kind]);
    if (held) {
      await this.#openDevice(kind, undefined, held.view.muted);
    }
  }

  /** Shares the screen, with its sound where the browser has it. */
  async share({
    quality = 'sharp',
    video = screenConstraints(quality),
    audio = true,
    ...options
  }: ScreenOptions): Promise<void> {
    const isCurrent = this.#claim('screen');
    const stream = await capture(() =>
      navigator.mediaDevices.getDisplayMedia({ video, audio, ...options }),
    );
    for (const track of stream.getTracks()) {
      if (!isCurrent()) {
        track.stop();
      } else if (track.kind === 'video') {
        hintAt(track, quality);
        this.#hold('screen', track, true);
      } else {
        this.#hold('screen-audio', track, true);
      }
    }
  }

  /** Sends a track that belongs to the caller. */
  publish(track: MediaStreamTrack, source: Source): void {
    this.#claim(source);
    this.#hold(source, track, false);
  }

  /** Stops sending a source, and closes what was opened for it. */
  unpublish(source: Source): void {
    this.#claim(source);
    if (this.#letGo(source)) {
      this.#way?.unpublish(source);
      this.#listener.changed();
    }
    if (source === 'screen') {
      this.unpublish('screen-audio');
    }
  }

  /** Holds a source back without closing it. Returns false if there is none. */
  setMuted(source: Source, muted: boolean): boolean {
    const held = this.#held.get(source);
    if (!held) {
      return false;
    }
    held.view.mediaStreamTrack.enabled = !muted;
    if (held.view.muted !== muted) {
      held.view = Object.freeze({ ...held.view, muted });
      this.#way?.setPaused(source, muted);
      this.#listener.changed();
    }
    return true;
  }

  /** Closes all that was opened here. */
  close(): void {
    for (const source of SOURCES) {
      this.unpublish(source);
    }
  }

  async #openDevice(
    kind: DeviceKind,
    constraints: MediaTrackConstraints | undefined,
    muted = false,
  ): Promise<void> {
    const source = SOURCE_OF[kind];
    const isCurrent = this.#claim(source);
    const id = this.#devices.get(kind);
    const wanted = {
      ...CONSTRAINTS[source],
      ...(id !== undefined && { deviceId: { exact: id } }),
      ...constraints,
    };
    const stream = await capture(() =>
      navigator.mediaDevices.getUserMedia(
        kind === 'camera' ? { video: wanted } : { audio: wanted },
      ),
    );
    for (const track of stream.getTracks()) {
      if (isCurrent()) {
        this.#hold(source, track, true, muted);
      } else {
        track.stop();
      }
    }
  }

  #hold(
    source: Source,
    track: MediaStreamTrack,
    owned: boolean,
    muted = false,
  ): void {
    this.#letGo(source);
    const view = Object.freeze({ source, mediaStreamTrack: track, muted });
    this.#held.set(source, { view, owned });
    // Emitted when the device goes away, not when it is stopped here.
    track.addEventListener('ended', this.#onEnded);
    track.enabled = !muted;
    this.#way?.publish(source, track, muted);
    this.#listener.changed();
  }

  #letGo(source: Source): boolean {
    const held = this.#held.get(source);
    if (!held) {
      return false;
    }
    this.#held.delete(source);
    const { mediaStreamTrack } = held.view;
    mediaStreamTrack.removeEventListener('ended', this.#onEnded);
    if (held.owned) {
      mediaStreamTrack.stop();
    }
    return true;
  }

  readonly #onEnded = ({ target }: Event): void => {
    for (const [source, { view }] of this.#held) {
      if (view.mediaStreamTrack === target) {
        this.unpublish(source);
        return;
      }
    }
  };

  /** Makes a request for a source the last one. Tells if it still is. */
  #claim(source: Source): () => boolean {
    const request = Symbol(source);
    this.#requests.set(source, request);
    return () => this.#requests.get(source) === request;
  }
}

/** @throws {VideoconfError} DEVICE_FAILED, with the reason of the browser. */
async function capture(open: () => Promise<MediaStream>): Promise<MediaStream> {
  try {
    return await open();
  } catch (error) {
    const { name, message } = error as Error;
    throw new VideoconfError('DEVICE_FAILED', `${name}: ${message}`, {
      final: name === 'NotAllowedError',
      cause: error,
    });
  }
}
