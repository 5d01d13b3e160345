import { announce } from './announce.ts';
import { find } from './find.ts';
import { text } from '../texts/texts.ts';
import { showText } from '../texts/show.ts';

/** The time for which a button confirms the copy, ms. */
const CONFIRMATION_TIME = 2_000;

/** A button that puts an address on the clipboard. */
export class CopyLinkButton {
  readonly #label: HTMLElement;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `onRefused` gets the address when the browser withholds the clipboard. */
  constructor(
    button: HTMLButtonElement,
    getLink: () => string,
    onRefused: (link: string) => void,
  ) {
    this.#label = find(button, '.button-label', HTMLElement);
    button.addEventListener('click', () => {
      void this.#copy(getLink(), onRefused);
    });
  }

  async #copy(link: string, onRefused: (link: string) => void): Promise<void> {
    try {
      await navigator.clipboard.writeText(link);
      this.#confirm();
    } catch {
      onRefused(link);
    }
  }

  #confirm(): void {
    showText(this.#label, () => text('room.linkCopied'));
    announce(text('room.linkCopied'));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      showText(this.#label, () => text('room.copyLink'));
    }, CONFIRMATION_TIME);
  }
}
