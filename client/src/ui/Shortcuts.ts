import { preferences, savePreferences } from '../preferences.ts';
import { find } from './find.ts';

/** Keys, and the buttons that they press. */
const BUTTONS: Readonly<Record<string, string>> = {
  m: '#mic-button',
  v: '#camera-button',
  s: '#screen-button',
  c: '#chat-button',
  h: '#hand-button',
};

/** Elements that take a key themselves. */
const TYPING = 'input, textarea, select, [contenteditable]';

/** Elements that the space bar does something with. */
const PRESSED = `${TYPING}, button, a, summary, label, video[controls]`;

/** The keys of the room, and the sheet that lists them. */
export class Shortcuts {
  readonly #root: HTMLElement;
  readonly #dialog = find(document, '#keys-dialog', HTMLDialogElement);
  readonly #mic: HTMLButtonElement;
  /** The microphone is on for as long as the space bar is held. */
  #talking = false;

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#mic = find(root, '#mic-button', HTMLButtonElement);
    const used = find(this.#dialog, '#keys-switch', HTMLInputElement);
    used.checked = preferences().shortcuts;
    used.addEventListener('change', () =>
      savePreferences({ shortcuts: used.checked }),
    );
    document.addEventListener('keydown', (event) => this.#onKeyDown(event));
    document.addEventListener('keyup', ({ key }) => {
      if (key === ' ') {
        this.#stopTalking();
      }
    });
    window.addEventListener('blur', () => this.#stopTalking());
  }

  /** Shows the list of keys. */
  showSheet(): void {
    this.#dialog.showModal();
  }

  /** Withdraws the list. */
  close(): void {
    this.#talking = false;
    this.#dialog.close();
  }

  #onKeyDown(event: KeyboardEvent): void {
    const { key, target, repeat, altKey, ctrlKey, metaKey } = event;
    const isFree =
      preferences().shortcuts &&
      !this.#root.hidden &&
      !(altKey || ctrlKey || metaKey || event.defaultPrevented) &&
      document.querySelector('dialog[open]') === null;
    if (!isFree || !(target instanceof Element)) {
      return;
    }
    if (key === ' ' && !target.closest(PRESSED)) {
      // The page does not scroll, and the press counts once.
      event.preventDefault();
      this.#talk();
    } else if (!repeat && !target.closest(TYPING)) {
      this.#press(key.toLowerCase(), event);
    }
  }

  #press(key: string, event: KeyboardEvent): void {
    if (key === '?') {
      this.showSheet();
    }
    const selector = BUTTONS[key];
    if (selector !== undefined) {
      const button = find(this.#root, selector, HTMLButtonElement);
      // The panel around the hand may be closed; a tool that is hidden is not offered.
      const tool = button.closest('.react-tool')?.firstElementChild ?? button;
      if (!(tool as HTMLElement).hidden) {
        // The key is not written into what the button opens.
        event.preventDefault();
        button.click();
      }
    }
  }

  #talk(): void {
    if (!this.#talking && this.#mic.dataset['state'] === 'muted') {
      this.#talking = true;
      this.#mic.click();
    }
  }

  #stopTalking(): void {
    if (this.#talking && this.#mic.dataset['state'] === 'on') {
      this.#mic.click();
    }
    this.#talking = false;
  }
}
