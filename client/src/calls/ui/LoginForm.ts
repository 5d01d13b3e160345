import { Emitter } from 'videoconf-sdk/core';
import { find } from '../../ui/find.ts';
import { text } from '../../texts/texts.ts';
import { showText } from '../../texts/show.ts';

type Events = {
  logIn: [email: string, password: string];
  register: [email: string, name: string, password: string];
};

/** The form that logs in, or registers an account first. */
export class LoginForm extends Emitter<Events> {
  readonly #form = find(document, '#login-form', HTMLFormElement);
  readonly #nameField = find(document, '#name-field', HTMLElement);
  readonly #name = find(document, '#name-input', HTMLInputElement);
  readonly #email = find(document, '#email-input', HTMLInputElement);
  readonly #password = find(document, '#password-input', HTMLInputElement);
  readonly #submit = find(document, '#login-button', HTMLButtonElement);
  readonly #other = find(document, '#register-button', HTMLButtonElement);
  readonly #message = find(document, '#login-message', HTMLElement);

  constructor() {
    super();
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#onSubmit();
    });
    this.#other.addEventListener('click', () => {
      this.#nameField.hidden = !this.#nameField.hidden;
      this.reset();
      this.focus();
    });
  }

  /** Focuses the first empty field. */
  focus(): void {
    const [empty] = this.#inputs.filter((input) => input.value === '');
    (empty ?? this.#submit).focus();
  }

  /** Accepts input again, with a sentence about what went wrong, if anything. */
  reset(problem = (): string => ''): void {
    const registers = !this.#nameField.hidden;
    this.#submit.disabled = false;
    showText(this.#submit, () =>
      registers ? text('home.createAccount') : text('home.logIn'),
    );
    showText(this.#other, () =>
      registers ? text('home.logInInstead') : text('home.newHere'),
    );
    this.#password.autocomplete = registers
      ? 'new-password'
      : 'current-password';
    showText(this.#message, problem);
    this.#message.dataset['tone'] = 'problem';
    for (const input of this.#inputs) {
      input.removeAttribute('aria-invalid');
    }
  }

  /** Forgets the password. */
  clear(): void {
    this.#password.value = '';
  }

  get #inputs(): HTMLInputElement[] {
    const fields = [this.#email, this.#password];
    return this.#nameField.hidden ? fields : [this.#name, ...fields];
  }

  #onSubmit(): void {
    const [empty] = this.#inputs.filter((input) => input.value.trim() === '');
    if (empty) {
      const [label] = empty.labels ?? [];
      this.reset(() =>
        text('home.fillIn', { field: label?.textContent.trim() ?? '' }),
      );
      empty.setAttribute('aria-invalid', 'true');
      empty.focus();
      return;
    }
    this.reset();
    this.#submit.disabled = true;
    const email = this.#email.value.trim();
    const password = this.#password.value;
    if (this.#nameField.hidden) {
      this.emit('logIn', email, password);
    } else {
      this.emit('register', email, this.#name.value.trim(), password);
    }
  }
}
