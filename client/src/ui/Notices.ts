import { find } from './find.ts';

export type Notice = {
  text: string;
  /** `wait` is under way by itself, `warn` is for the user to act on. */
  tone: 'wait' | 'warn';
  /** A button; without one the notice can be dismissed. */
  action?: { label: string; run: () => void };
};

/** Messages at the head of a view, at most one of each kind. */
export class Notices {
  readonly #list: HTMLElement;
  readonly #template: HTMLTemplateElement;
  readonly #shown = new Map<string, HTMLElement>();

  constructor(root: ParentNode) {
    this.#list = find(root, '.notices', HTMLElement);
    this.#template = find(document, '#notice-template', HTMLTemplateElement);
  }

  /** Shows a notice in place of the last one of its kind. */
  show(kind: string, { text, tone, action }: Notice): void {
    const fragment = this.#template.content.cloneNode(true) as DocumentFragment;
    const element = find(fragment, '.notice', HTMLElement);
    element.dataset['kind'] = kind;
    element.dataset['tone'] = tone;
    find(element, '.notice-text', HTMLElement).textContent = text;
    const button = find(element, 'button', HTMLButtonElement);
    button.textContent = action?.label ?? 'Dismiss';
    button.addEventListener('click', () => {
      if (action) {
        action.run();
      } else {
        this.clear(kind);
      }
    });
    this.clear(kind);
    this.#shown.set(kind, element);
    this.#list.append(element);
  }

  clear(kind: string): void {
    this.#shown.get(kind)?.remove();
    this.#shown.delete(kind);
  }

  clearAll(): void {
    for (const kind of this.#shown.keys()) {
      this.clear(kind);
    }
  }
}
