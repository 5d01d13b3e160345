import { element } from './element.ts';

/** A field of a form, with its label. */
export function labelled(control: HTMLElement, label: string): HTMLElement {
  return element(
    'div',
    { className: 'field' },
    element('label', { htmlFor: control.id }, label),
    control,
  );
}

/**
 * A form whose fields choose the entries of a list.
 *
 * @param onChange - Called with every change of a field.
 */
export function filterOf(
  fields: readonly HTMLElement[],
  onChange: () => void,
): HTMLFormElement {
  const form = element(
    'form',
    { className: 'filter', role: 'search' },
    ...fields,
  );
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', onChange);
  return form;
}
