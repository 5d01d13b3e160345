import type {
  Actions,
  SmallMeeting,
  SmallWindow,
  Watches,
} from '../pip/Meeting.ts';
import { find } from './find.ts';

type Options = {
  /** The meeting as it is; undefined before and after it. */
  meeting: () => SmallMeeting | undefined;
  watches: Watches;
  actions: Actions;
  onOpened: () => void;
  /** Tells that no window has opened, and whether there was a video for it. */
  onFailure: (hasVideo: boolean) => void;
};

/** Browsers give windows for documents to no page within another. */
const HAS_DOCUMENTS =
  'documentPictureInPicture' in window && window.top === window;

/**
 * The button for a small window over those of other programs, which shows the meeting.
 * Browsers have such windows for documents, for videos alone, or not at all.
 */
export class PictureInPicture {
  readonly #button: HTMLButtonElement;
  readonly #options: Options;
  #window: SmallWindow | undefined;
  /** The attempt to open a window that is under way. */
  #opening: symbol | undefined;
  #isPlanned = false;

  constructor(root: ParentNode, options: Options) {
    this.#options = options;
    this.#button = find(root, '#pip-button', HTMLButtonElement);
    this.#button.hidden = !HAS_DOCUMENTS && !document.pictureInPictureEnabled;
    this.#button.addEventListener('click', () => {
      if (this.#window) {
        this.#window.close();
      } else if (!this.#opening) {
        void this.#open();
      }
    });
  }

  /** Shows the meeting anew, once after all changes of this turn. */
  update(): void {
    if (this.#window && !this.#isPlanned) {
      this.#isPlanned = true;
      queueMicrotask(() => {
        this.#isPlanned = false;
        this.#show();
      });
    }
  }

  /** Closes the window. */
  close(): void {
    this.#opening = undefined;
    this.#window?.close();
  }

  async #open(): Promise<void> {
    const attempt = Symbol('attempt');
    this.#opening = attempt;
    const { meeting, watches, actions, onOpened, onFailure } = this.#options;
    const args = [watches, actions, () => this.#onClosed(opened)] as const;
    let opened: SmallWindow | undefined;
    const track = meeting()?.main?.content.video;
    try {
      if (HAS_DOCUMENTS) {
        const { DocumentWindow } = await import('../pip/DocumentWindow.ts');
        opened = await DocumentWindow.open(...args);
      } else if (track) {
        const { VideoWindow } = await import('../pip/VideoWindow.ts');
        opened = await VideoWindow.open(track, ...args);
      }
    } catch (error) {
      console.warn('No small window could be opened:', error);
    }
    if (this.#opening !== attempt) {
      // The meeting has ended meanwhile.
      opened?.close();
      return;
    }
    this.#opening = undefined;
    if (!opened) {
      onFailure(HAS_DOCUMENTS || track !== undefined);
      return;
    }
    this.#window = opened;
    this.#button.setAttribute('aria-pressed', 'true');
    onOpened();
    this.#show();
  }

  #show(): void {
    const meeting = this.#options.meeting();
    if (meeting) {
      this.#window?.show(meeting);
    }
  }

  #onClosed(closed: SmallWindow | undefined): void {
    if (this.#window === closed) {
      this.#window = undefined;
      this.#button.setAttribute('aria-pressed', 'false');
    }
  }
}
