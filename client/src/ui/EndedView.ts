import { Emitter } from 'videoconf-sdk/core';
import { find } from './find.ts';
import { showText } from '../texts/show.ts';

type EndedViewEvents = { again: []; back: [] };

/** The view after the room has ended for the user against their wish. */
export class EndedView extends Emitter<EndedViewEvents> {
  readonly #root: HTMLElement;
  readonly #again: HTMLButtonElement;
  readonly #back: HTMLButtonElement;

  constructor() {
    super();
    this.#root = find(document, '#ended', HTMLElement);
    this.#again = find(this.#root, '#again-button', HTMLButtonElement);
    this.#back = find(this.#root, '#back-button', HTMLButtonElement);
    this.#again.addEventListener('click', () => this.emit('again'));
    this.#back.addEventListener('click', () => this.emit('back'));
  }

  /**
   * Shows the reason, and moves the keyboard focus there.
   *
   * @param again - Joining again may work, and so is offered.
   */
  show(message: () => string, again: boolean): void {
    showText(find(this.#root, '#ended-message', HTMLElement), message);
    this.#again.hidden = !again;
    this.#back.classList.toggle('primary', !again);
    find(this.#root, 'h1', HTMLElement).focus();
  }
}
