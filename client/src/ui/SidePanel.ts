import { find } from './find.ts';

/** Closes the panel in the column beside the room; there is one at a time. */
let closeBeside: (() => void) | undefined;

/** A panel beside the room, opened by a button and closed by Escape. */
export class SidePanel {
  readonly #panel: HTMLElement;
  readonly #button: HTMLButtonElement;
  readonly #onOpen: () => void;
  readonly #onClose: () => void;
  readonly #giveWay = (): void => this.close();

  /** `onOpen` runs once the panel is shown, and moves the focus into it. */
  constructor(
    panel: HTMLElement,
    button: HTMLButtonElement,
    { onOpen, onClose }: { onOpen: () => void; onClose?: () => void },
  ) {
    this.#panel = panel;
    this.#button = button;
    this.#onOpen = onOpen;
    this.#onClose = onClose ?? (() => undefined);
    button.addEventListener('click', () => {
      if (panel.hidden) {
        this.open();
      } else {
        this.#closeByUser();
      }
    });
    find(panel, '.panel-close', HTMLButtonElement).addEventListener(
      'click',
      () => this.#closeByUser(),
    );
    panel.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') {
        this.#closeByUser();
      }
    });
  }

  get isOpen(): boolean {
    return !this.#panel.hidden;
  }

  /** Opens the panel, in place of another one beside the room. */
  open(): void {
    closeBeside?.();
    closeBeside = this.#giveWay;
    this.#panel.hidden = false;
    this.#button.setAttribute('aria-expanded', 'true');
    this.#onOpen();
  }

  /** Closes the panel and leaves the focus alone. */
  close(): void {
    this.#panel.hidden = true;
    this.#button.setAttribute('aria-expanded', 'false');
    if (closeBeside === this.#giveWay) {
      closeBeside = undefined;
    }
    this.#onClose();
  }

  #closeByUser(): void {
    this.close();
    this.#button.focus();
  }
}
