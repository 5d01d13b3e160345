import type { Size } from 'videoconf-sdk/core';
import type { Actions, SmallMeeting, SmallWindow, Watches } from './Meeting.ts';

/** The buttons that browsers may show in the window, by the actions they stand for. */
const BUTTONS = {
  togglemicrophone: 'mic',
  togglecamera: 'camera',
  hangup: 'leave',
} as const;

/** The size of a window that has not opened yet, CSS pixels. */
const SIZE = { width: 320, height: 180 };

/**
 * A window with the video of the person or the screen to look at, where browsers have
 * windows for videos alone.
 *
 * @see https://www.w3.org/TR/picture-in-picture/
 */
export class VideoWindow implements SmallWindow {
  readonly #video: HTMLVideoElement;
  readonly #watches: Watches;
  readonly #measure: () => Size;

  private constructor(
    video: HTMLVideoElement,
    watches: Watches,
    measure: () => Size,
    actions: Actions,
    onClosed: () => void,
  ) {
    this.#video = video;
    this.#watches = watches;
    this.#measure = measure;
    for (const [button, action] of Object.entries(BUTTONS)) {
      offer(button, actions[action]);
    }
    video.addEventListener(
      'leavepictureinpicture',
      () => {
        this.#play(undefined);
        for (const button of Object.keys(BUTTONS)) {
          offer(button, null);
        }
        onClosed();
      },
      { once: true },
    );
  }

  /**
   * Opens the window, from within a click.
   *
   * @throws {DOMException} If the browser refuses.
   */
  static async open(
    track: MediaStreamTrack,
    watches: Watches,
    actions: Actions,
    onClosed: () => void,
  ): Promise<VideoWindow> {
    const video = document.createElement('video');
    video.muted = true;
    video.playsInline = true;
    video.srcObject = new MediaStream([track]);
    let pip: PictureInPictureWindow | undefined;
    const measure = (): Size => {
      const { width, height } = pip ?? SIZE;
      return {
        width: width * devicePixelRatio,
        height: height * devicePixelRatio,
      };
    };
    // It plays only once it is received, which needs it to be shown.
    watches.watchApart(video, track, measure);
    try {
      await video.play();
      pip = await video.requestPictureInPicture();
    } catch (error) {
      video.srcObject = null;
      watches.watchApart(video, undefined, measure);
      throw error;
    }
    watches.update();
    pip.addEventListener('resize', () => watches.update());
    return new VideoWindow(video, watches, measure, actions, onClosed);
  }

  /** Shows another video; the last one stays where there is none. */
  show({ main }: SmallMeeting): void {
    if (main?.content.video) {
      this.#play(main.content.video);
    }
  }

  close(): void {
    if (document.pictureInPictureElement === this.#video) {
      void document.exitPictureInPicture();
    }
  }

  #play(track: MediaStreamTrack | undefined): void {
    const stream = this.#video.srcObject as MediaStream | null;
    if (!track) {
      this.#video.srcObject = null;
    } else if (stream?.getTracks()[0] !== track) {
      this.#video.srcObject = new MediaStream([track]);
      void this.#video.play().catch(() => {
        // It was replaced before it played.
      });
    }
    this.#watches.watchApart(this.#video, track, this.#measure);
  }
}

/** Offers a button in the window, or withdraws it, where the browser knows it. */
function offer(button: string, action: (() => void) | null): void {
  try {
    navigator.mediaSession.setActionHandler(
      button as MediaSessionAction,
      action,
    );
  } catch {
    // The window has fewer buttons.
  }
}
