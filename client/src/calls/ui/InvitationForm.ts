import { Emitter } from 'videoconf-sdk/core';
import { find } from '../../ui/find.ts';
import { text } from '../../texts/texts.ts';
import { showText } from '../../texts/show.ts';

type Events = {
  join: [name: string];
  /** The user wants to use an account instead. */
  account: [];
};

/** The form for guests, shown instead of the login form. */
export class InvitationForm extends Emitter<Events> {
  readonly #name: HTMLInputElement;
  readonly #submit: HTMLButtonElement;
  readonly #message: HTMLElement;

  /** @param account - The label of the button for people with an account. */
  constructor(account: () => string) {
    super();
    const template = find(
      document,
      '#invitation-template',
      HTMLTemplateElement,
    );
    const login = find(document, '#login-form', HTMLFormElement);
    login.replaceWith(template.content.cloneNode(true));
    const form = find(document, '#invitation-form', HTMLFormElement);
    this.#name = find(form, '#guest-name-input', HTMLInputElement);
    this.#submit = find(form, '#guest-button', HTMLButtonElement);
    this.#message = find(form, '#invitation-message', HTMLElement);
    const other = find(form, '#account-button', HTMLButtonElement);
    showText(other, account);
    other.addEventListener('click', () => this.emit('account'));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#onSubmit();
    });
  }

  focus(): void {
    this.#name.focus();
  }

  /** Accepts input again, with a sentence about what went wrong, if anything. */
  reset(problem = (): string => ''): void {
    this.#submit.disabled = false;
    showText(this.#message, problem);
    this.#message.dataset['tone'] = 'problem';
    this.#name.removeAttribute('aria-invalid');
  }

  #onSubmit(): void {
    const name = this.#name.value.trim();
    if (name === '') {
      this.reset(() => text('home.fillIn', { field: text('home.name') }));
      this.#name.setAttribute('aria-invalid', 'true');
      this.#name.focus();
      return;
    }
    this.reset();
    this.#submit.disabled = true;
    this.emit('join', name);
  }
}
