import type { Actions, SmallMeeting, SmallWindow, Watches } from './Meeting.ts';

/** The buttons that browsers may show in the window, by the actions they stand for. */
const BUTTONS = {
  togglemicrophone: 'mic',
  togglecamera: 'camera',
  hangup: 'leave',
} as const;

/**
 * A window with the video of the person or the screen to look at, where browsers have
 * windows for videos alone.
 *
 * @see https://www.w3.org/TR/picture-in-picture/
 */
export class VideoWindow implements SmallWindow {
  readonly #video: HTMLVideoElement;
  readonly #watches: Watches;
  readonly #pip: PictureInPictureWindow;

  private constructor(
    video: HTMLVideoElement,
    pip: PictureInPictureWindow,
    watches: Watches,
    actions: Actions,
    onClosed: () => void,
  ) {
    this.#video = video;
    this.#pip = pip;
    this.#watches = watches;
    pip.addEventListener('resize', () => watches.update());
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
    await video.play();
    const pip = await video.requestPictureInPicture();
    return new VideoWindow(video, pip, watches, actions, onClosed);
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
    this.#watches.watchApart(this.#video, track, () => ({
      width: this.#pip.width * devicePixelRatio,
      height: this.#pip.height * devicePixelRatio,
    }));
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
