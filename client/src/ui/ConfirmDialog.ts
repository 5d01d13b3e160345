import { find } from './find.ts';
import { showText } from '../texts/show.ts';

/** A question to the user. */
export type Question = {
  text: () => string;
  /** The label of the button that agrees. */
  action: () => string;
  /** A choice that the user may add. */
  option?: () => string;
};

/** A question before something that cannot be undone. */
export class ConfirmDialog {
  readonly #dialog = find(document, '#confirm-dialog', HTMLDialogElement);
  readonly #choice = find(this.#dialog, '#confirm-option', HTMLElement);
  readonly #box = find(this.#choice, 'input', HTMLInputElement);

  /** Asks; resolves to the answer, or to undefined if the user does not agree. */
  ask({
    text,
    action,
    option,
  }: Question): Promise<{ option: boolean } | undefined> {
    const dialog = this.#dialog;
    showText(find(dialog, '#confirm-text', HTMLElement), text);
    showText(find(dialog, '#confirm-yes', HTMLButtonElement), action);
    this.#choice.hidden = option === undefined;
    this.#box.checked = false;
    showText(find(this.#choice, 'span', HTMLElement), option ?? (() => ''));
    dialog.returnValue = '';
    dialog.showModal();
    // The choice, if there is one, comes before it.
    find(dialog, 'button', HTMLButtonElement).focus();
    return new Promise((resolve) => {
      dialog.addEventListener(
        'close',
        () =>
          resolve(
            dialog.returnValue === 'yes'
              ? { option: this.#box.checked }
              : undefined,
          ),
        { once: true },
      );
    });
  }

  /** Withdraws the question. */
  close(): void {
    this.#dialog.close();
  }
}
