import { Emitter } from 'videoconf-sdk/core';
import type { Size } from 'videoconf-sdk/core';

/** Sizes are told when nothing has moved for this long, in milliseconds. */
const SETTLE_TIME = 150;

type ViewportEvents = {
  /** The size in which a track is shown now; undefined if it is not visible. */
  view: [MediaStreamTrack, Size | undefined];
};

/** A video with the track that it plays. */
type Shown = {
  track: MediaStreamTrack;
  /** Undefined until the browser has found out. */
  inView: boolean | undefined;
  /** Its size in a window of its own; undefined on the page. */
  measure: (() => Size | undefined) | undefined;
};

/**
 * Tracks which videos are visible on the page and in windows of their own, and in which
 * size. Of a track that is shown twice the larger picture counts.
 */
export class Viewport extends Emitter<ViewportEvents> {
  readonly #shown = new Map<HTMLVideoElement, Shown>();
  /** The sizes last reported. */
  readonly #told = new Map<MediaStreamTrack, Size | undefined>();
  readonly #sizes = new ResizeObserver(() => this.#settle());
  readonly #positions = new IntersectionObserver((entries) => {
    let isNew = false;
    for (const { target, isIntersecting } of entries) {
      const shown = this.#shown.get(target as HTMLVideoElement);
      if (shown) {
        isNew ||= shown.inView === undefined;
        shown.inView = isIntersecting;
      }
    }
    if (isNew) {
      // It does not play before it is told.
      this.update();
    } else {
      this.#settle();
    }
  });
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    document.addEventListener('visibilitychange', () => this.update());
  }

  /** Watches a video that plays a track on the page from now on, or none. */
  watch(video: HTMLVideoElement, track: MediaStreamTrack | undefined): void {
    if (this.#replace(video, track)) {
      this.#sizes.observe(video);
      this.#positions.observe(video);
    }
  }

  /**
   * Counts a video that plays a track in another window from now on, or none.
   *
   * @param measure - Returns its size there; undefined while it is not visible.
   */
  watchApart(
    video: HTMLVideoElement,
    track: MediaStreamTrack | undefined,
    measure: () => Size | undefined,
  ): void {
    if (this.#replace(video, track, measure)) {
      this.update();
    }
  }

  /** Tells what has changed, for example the size of another window. */
  update(): void {
    const sizes = new Map<MediaStreamTrack, Size | undefined>();
    for (const [video, shown] of this.#shown) {
      const { track, inView, measure } = shown;
      if (isKnown(shown)) {
        const size = measure ? measure() : sizeOf(video, inView === true);
        sizes.set(track, larger(sizes.get(track), size));
      }
    }
    for (const [track, size] of sizes) {
      if (!this.#told.has(track) || !isSame(size, this.#told.get(track))) {
        this.#told.set(track, size);
        this.emit('view', track, size);
      }
    }
  }

  /** Lets a video play another track; false where it plays it already, or none. */
  #replace(
    video: HTMLVideoElement,
    track: MediaStreamTrack | undefined,
    measure?: () => Size | undefined,
  ): boolean {
    const before = this.#shown.get(video)?.track;
    if (before === track) {
      return false;
    }
    this.#shown.delete(video);
    this.#sizes.unobserve(video);
    this.#positions.unobserve(video);
    if (track) {
      this.#shown.set(video, { track, inView: undefined, measure });
    }
    if (before) {
      this.#forget(before);
    }
    return track !== undefined;
  }

  /** Tells that a track is no longer shown, or only elsewhere. */
  #forget(track: MediaStreamTrack): void {
    const others = [...this.#shown.values()].filter((it) => it.track === track);
    // On a page that is hidden, the browser finds out nothing more.
    if (others.some(isKnown)) {
      this.update();
    } else {
      this.#told.delete(track);
      this.emit('view', track, undefined);
    }
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.update(), SETTLE_TIME);
  }
}

/** True once it is known if a video is visible. */
function isKnown({ inView, measure }: Shown): boolean {
  return measure !== undefined || inView !== undefined;
}

/** The size of an element on the screen; undefined if it is not visible. */
function sizeOf(element: Element, inView: boolean): Size | undefined {
  return document.hidden || !inView
    ? undefined
    : pixelsOf(element, devicePixelRatio);
}

/** The size of an element in pixels of the screen; undefined if it has none. */
export function pixelsOf(
  { clientWidth, clientHeight }: Element,
  ratio: number,
): Size | undefined {
  return clientWidth * clientHeight === 0
    ? undefined
    : { width: clientWidth * ratio, height: clientHeight * ratio };
}

function larger(one: Size | undefined, other: Size | undefined) {
  return areaOf(one) < areaOf(other) ? other : one;
}

function areaOf(size: Size | undefined): number {
  return size ? size.width * size.height : 0;
}

function isSame(one: Size | undefined, other: Size | undefined): boolean {
  return one?.width === other?.width && one?.height === other?.height;
}
