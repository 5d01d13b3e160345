import { Emitter } from 'videoconf-sdk/core';
import type { Size } from 'videoconf-sdk/core';

/** Sizes are told when nothing has moved for this long, in milliseconds. */
const SETTLE_TIME = 150;

type ViewportEvents = {
  /** The size in which a track is shown now; undefined if it is not visible. */
  view: [MediaStreamTrack, Size | undefined];
};

/** A video on the page, with the size last reported for it. */
type Shown = {
  track: MediaStreamTrack;
  /** Undefined until the browser has found out. */
  inView: boolean | undefined;
  told: Size | 'nothing yet' | undefined;
};

/** Tracks which videos on the page are visible, and in which size. */
export class Viewport extends Emitter<ViewportEvents> {
  readonly #shown = new Map<Element, Shown>();
  readonly #sizes = new ResizeObserver(() => this.#settle());
  readonly #positions = new IntersectionObserver((entries) => {
    let isNew = false;
    for (const { target, isIntersecting } of entries) {
      const shown = this.#shown.get(target);
      if (shown) {
        isNew ||= shown.inView === undefined;
        shown.inView = isIntersecting;
      }
    }
    if (isNew) {
      // It does not play before it is told.
      this.#tell();
    } else {
      this.#settle();
    }
  });
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    document.addEventListener('visibilitychange', () => this.#tell());
  }

  /** Watches a video that plays a track from now on, or none. */
  watch(video: HTMLVideoElement, track: MediaStreamTrack | undefined): void {
    const shown = this.#shown.get(video);
    if (shown?.track === track) {
      return;
    }
    if (shown) {
      this.#shown.delete(video);
      this.#sizes.unobserve(video);
      this.#positions.unobserve(video);
      this.emit('view', shown.track, undefined);
    }
    if (track) {
      this.#shown.set(video, {
        track,
        inView: undefined,
        told: 'nothing yet',
      });
      this.#sizes.observe(video);
      this.#positions.observe(video);
    }
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), SETTLE_TIME);
  }

  #tell(): void {
    for (const [video, shown] of this.#shown) {
      const { inView } = shown;
      if (inView === undefined) {
        continue;
      }
      const size = sizeOf(video, inView);
      if (!isSame(size, shown.told)) {
        shown.told = size;
        this.emit('view', shown.track, size);
      }
    }
  }
}

/** The size of an element on the screen; undefined if it is not visible. */
function sizeOf(element: Element, inView: boolean): Size | undefined {
  const { clientWidth, clientHeight } = element;
  if (document.hidden || !inView || clientWidth * clientHeight === 0) {
    return undefined;
  }
  return {
    width: clientWidth * devicePixelRatio,
    height: clientHeight * devicePixelRatio,
  };
}

function isSame(size: Size | undefined, told: Shown['told']): boolean {
  if (size === undefined || told === undefined || told === 'nothing yet') {
    return size === told;
  }
  return size.width === told.width && size.height === told.height;
}
