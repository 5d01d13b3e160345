import type { RoomControls } from '../RoomControls.ts';
import { showText } from '../texts/show.ts';
import { text } from '../texts/texts.ts';
import { find } from './find.ts';

/** The button for raising a hand and for emojis, and what it opens. */
export class Reactions {
  readonly #button: HTMLButtonElement;
  readonly #panel: HTMLElement;
  readonly #hand: HTMLButtonElement;
  readonly #run: (action: Promise<unknown>) => void;
  #controls: RoomControls | undefined;
  /** Aborted when what the button has opened closes. */
  #open: AbortController | undefined;

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
    this.#show();
  }

  /** Closes what the button has opened. */
  close(): void {
    this.#open?.abort();
    this.#open = undefined;
    this.#panel.hidden = true;
    this.#button.setAttribute('aria-expanded', 'false');
  }

  #toggle(): void {
    if (!this.#panel.hidden) {
      this.close();
      return;
    }
    this.#panel.hidden = false;
    this.#button.setAttribute('aria-expanded', 'true');
    this.#hand.focus();
    this.#closeOnceLeft();
  }

  /** Closes as soon as the user goes on to something else, which it may cover. */
  #closeOnceLeft(): void {
    const open = new AbortController();
    this.#open = open;
    for (const event of ['pointerdown', 'focusin']) {
      document.addEventListener(
        event,
        ({ target }) => {
          const tool = this.#panel.parentElement;
          if (!(target instanceof Node && tool?.contains(target))) {
            this.close();
          }
        },
        { signal: open.signal },
      );
    }
  }

  #ask(action: (controls: RoomControls) => Promise<void>): void {
    if (this.#controls) {
      this.#run(action(this.#controls));
    }
  }

  #show(): void {
    const raised = this.#controls?.handRaisedAt !== undefined;
    showText(find(this.#hand, '.button-label', HTMLElement), () =>
      text(raised ? 'tools.lowerHand' : 'tools.raiseHand'),
    );
    this.#button.dataset['raised'] = String(raised);
    this.#button.hidden = this.#controls?.permissions?.raiseHand === false;
    if (this.#button.hidden) {
      this.close();
    }
  }
}
