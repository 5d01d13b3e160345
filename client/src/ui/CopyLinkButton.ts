import { announce } from './announce.ts';
import { find } from './find.ts';

/** The time for which a button confirms the copy, ms. */
const CONFIRMATION_TIME = 2_000;

/** A button that puts an address on the clipboard. */
export class CopyLinkButton {
  readonly #label: HTMLElement;
  readonly #initialText: string;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `onRefused` gets the address when the browser withholds the clipboard. */
  constructor(
    button: HTMLButtonElement,
    getLink: () => string,
    onRefused: (link: string) => void,
  ) {
    this.#label = find(button, '.button-label', HTMLElement);
    this.#initialText = this.#label.textContent;
    button.addEventListener('click', () => {
      void this.#copy(getLink(), onRefused);
    });
  }

  async #copy(link: string, onRefused: (link: string) => void): Promise<void> {
    try {
      await navigator.clipboard.writeText(link);
      this.#confirm('Link copied');
    } catch {
      onRefused(link);
    }
  }

  #confirm(text: string): void {
    this.#label.textContent = text;
    announce(text);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#label.textContent = this.#initialText;
    }, CONFIRMATION_TIME);
  }
}
