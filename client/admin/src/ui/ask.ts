import { announce } from './announce.ts';
import { element } from './element.ts';
import { labelled } from './fields.ts';
import { faultOf } from '../faults.ts';

/** A question before something is done that others notice. */
export interface Question {
  readonly title: string;
  /** The consequence of agreeing. */
  readonly text: string;
  /** The label of the button that does it: a verb and its object. */
  readonly confirm: string;
  /** A choice to be made with it; the first is selected. */
  readonly choice?: {
    readonly label: string;
    readonly options: readonly (readonly [value: string, label: string])[];
  };
  /** Said once it is done. */
  readonly done: string;
  /** Does it, with the value of the choice. */
  readonly act: (chosen: string) => Promise<void>;
}

/**
 * Asks a question, and does what it is about if the answer is yes. A failure is
 * shown in the dialog, which stays open.
 */
export function ask(question: Question): void {
  const message = element('p', { className: 'fault', role: 'alert' });
  const select = element('select', { id: 'question-choice' });
  for (const [value, label] of question.choice?.options ?? []) {
    select.append(element('option', { value }, label));
  }
  const cancel = element(
    'button',
    { type: 'button', className: 'button', autofocus: true },
    'Cancel',
  );
  const confirm = element(
    'button',
    { type: 'submit', className: 'button danger' },
    question.confirm,
  );
  const form = element(
    'form',
    { method: 'dialog' },
    element('h2', { id: 'question-title' }, question.title),
    element('p', { id: 'question-text' }, question.text),
    ...(question.choice === undefined
      ? []
      : [labelled(select, question.choice.label)]),
    message,
    element('div', { className: 'actions' }, cancel, confirm),
  );
  const dialog = element('dialog', { className: 'question' }, form);
  dialog.setAttribute('aria-labelledby', 'question-title');
  dialog.setAttribute('aria-describedby', 'question-text');
  dialog.addEventListener('close', () => dialog.remove());
  cancel.addEventListener('click', () => dialog.close());
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    confirm.disabled = true;
    message.textContent = '';
    question
      .act(select.value)
      .then(() => {
        dialog.close();
        announce(question.done);
      })
      .catch((error: unknown) => {
        message.textContent = faultOf(error);
        confirm.disabled = false;
      });
  });
  document.body.append(dialog);
  dialog.showModal();
}
