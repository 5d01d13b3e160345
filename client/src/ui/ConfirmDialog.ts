import { find } from './find.ts';

/** A question before something that cannot be undone. */
export class ConfirmDialog {
  readonly #dialog = find(document, '#confirm-dialog', HTMLDialogElement);

  /** Asks; resolves to true if the user agrees. */
  ask(text: string, action: string): Promise<boolean> {
    const dialog = this.#dialog;
    find(dialog, '#confirm-text', HTMLElement).textContent = text;
    find(dialog, '#confirm-yes', HTMLButtonElement).textContent = action;
    dialog.returnValue = '';
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener(
        'close',
        () => resolve(dialog.returnValue === 'yes'),
        { once: true },
      );
    });
  }

  /** Withdraws the question. */
  close(): void {
    this.#dialog.close();
  }
}
