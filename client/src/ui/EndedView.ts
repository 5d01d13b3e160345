import { Emitter } from 'videoconf-sdk/core';
import { find } from './find.ts';

type EndedViewEvents = { again: []; back: [] };

/** The view after the room has ended for the user against their wish. */
export class EndedView extends Emitter<EndedViewEvents> {
  readonly #root: HTMLElement;

  constructor() {
    super();
    this.#root = find(document, '#ended', HTMLElement);
    const again = find(this.#root, '#again-button', HTMLButtonElement);
    const back = find(this.#root, '#back-button', HTMLButtonElement);
    again.addEventListener('click', () => this.emit('again'));
    back.addEventListener('click', () => this.emit('back'));
  }

  /** Shows the reason, and moves the keyboard focus there. */
  show(message: string): void {
    find(this.#root, '#ended-message', HTMLElement).textContent = message;
    find(this.#root, 'h1', HTMLElement).focus();
  }
}
