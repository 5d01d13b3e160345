import type { RoomControls } from '../RoomControls.ts';
import { find } from './find.ts';

/** The button for raising a hand and for emojis, and what it opens. */
export class Reactions {
  readonly #button: HTMLButtonElement;
  readonly #panel: HTMLElement;
  readonly #hand: HTMLButtonElement;
  readonly #run: (action: Promise<unknown>) => void;
  #controls: RoomControls | undefined;

  /** @param run - Waits for a request, and shows its failure. */
  constructor(root: ParentNode, run: (action: Promise<unknown>) => void) {
    this.#button = find(root, '#react-button', HTMLButtonElement);
    this.#panel = find(root, '#reactions', HTMLElement);
    this.#hand = find(root, '#hand-button', HTMLButtonElement);
    this.#run = run;
    this.#button.addEventListener('click', () => this.#toggle());
    this.#panel.parentElement?.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape' && !this.#panel.hidden) {
        this.close();
        this.#button.focus();
      }
    });
    this.#hand.addEventListener('click', () => {
      const raised = this.#controls?.handRaisedAt !== undefined;
      this.#ask((controls) => controls.raiseHand(!raised));
    });
    for (const emoji of this.#panel.querySelectorAll<HTMLButtonElement>(
      '.reaction',
    )) {
      emoji.addEventListener('click', () =>
        this.#ask((controls) => controls.react(emoji.textContent.trim())),
      );
    }
  }

  follow(controls: RoomControls): void {
    this.#controls = controls;
    controls.on('change', () => this.#show());
  }

  /** Closes what the button has opened. */
  close(): void {
    this.#panel.hidden = true;
    this.#button.setAttribute('aria-expanded', 'false');
  }

  #toggle(): void {
    const open = this.#panel.hidden;
    this.#panel.hidden = !open;
    this.#button.setAttribute('aria-expanded', String(open));
    if (open) {
      this.#hand.focus();
    }
  }

  #ask(action: (controls: RoomControls) => Promise<void>): void {
    if (this.#controls) {
      this.#run(action(this.#controls));
    }
  }

  #show(): void {
    const raised = this.#controls?.handRaisedAt !== undefined;
    this.#hand.setAttribute('aria-pressed', String(raised));
    this.#button.dataset['raised'] = String(raised);
    this.#button.hidden = this.#controls?.permissions?.raiseHand === false;
    if (this.#button.hidden) {
      this.close();
    }
  }
}
