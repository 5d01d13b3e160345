import { find } from './find.ts';
import { text } from '../texts/texts.ts';
import { showText } from '../texts/show.ts';

/**
 * The kinds of messages of both pages, the more important first. There is one at a
 * time of each.
 */
const KINDS = [
  'encryption',
  'connection',
  'server',
  'path',
  'left',
  'joined',
  'missed',
  'handled',
  'media',
  'request',
  'sound',
  'mic',
  'camera',
  'devices',
  'screen-problem',
  'text',
  'translation',
  'subtitles',
  'consume',
  'noKey',
  'wrongKey',
  'unencrypted',
  'serverMessage',
  'waiting',
  'draining',
  'screen',
  'spotlight',
  'pip',
  'link',
] as const;

export type NoticeKind = (typeof KINDS)[number];

export type Notice = {
  text: () => string;
  /** `wait` is under way by itself, `warn` is for the user to act on. */
  tone: 'wait' | 'warn';
  /** A button; without one the notice can be dismissed. */
  action?: { label: () => string; run: () => void };
};

/** Messages at the head of a view, in the order of their importance. */
export class Notices {
  readonly #list: HTMLElement;
  readonly #title: HTMLElement | null;
  readonly #template: HTMLTemplateElement;
  readonly #shown = new Map<NoticeKind, HTMLElement>();

  constructor(root: ParentNode) {
    this.#list = find(root, '.notices', HTMLElement);
    this.#title = root.querySelector<HTMLElement>('h1[tabindex]');
    this.#template = find(document, '#notice-template', HTMLTemplateElement);
  }

  /** Shows a notice in place of the last one of its kind. */
  show(kind: NoticeKind, notice: Notice): void {
    const { tone, action } = notice;
    const element = this.#shown.get(kind) ?? this.#add(kind);
    element.dataset['tone'] = tone;
    showText(find(element, '.notice-text', HTMLElement), notice.text);
    const button = find(element, 'button', HTMLButtonElement);
    showText(button, action?.label ?? (() => text('common.dismiss')));
    button.onclick = () => {
      if (action) {
        action.run();
      } else {
        this.clear(kind);
      }
    };
  }

  #add(kind: NoticeKind): HTMLElement {
    const fragment = this.#template.content.cloneNode(true) as DocumentFragment;
    const element = find(fragment, '.notice', HTMLElement);
    element.dataset['kind'] = kind;
    this.#shown.set(kind, element);
    const next = KINDS.slice(KINDS.indexOf(kind) + 1).find((it) =>
      this.#shown.has(it),
    );
    this.#list.insertBefore(element, next ? this.#at(next) : null);
    return element;
  }

  #at(kind: NoticeKind): HTMLElement | null {
    return this.#shown.get(kind) ?? null;
  }

  /** Removes a notice; the focus that was in it goes to the next, or to the title. */
  clear(kind: NoticeKind): void {
    const element = this.#shown.get(kind);
    if (!element) {
      return;
    }
    const focused = element.contains(document.activeElement);
    const next = element.nextElementSibling ?? element.previousElementSibling;
    element.remove();
    this.#shown.delete(kind);
    if (focused) {
      (next?.querySelector('button') ?? this.#title)?.focus();
    }
  }

  clearAll(): void {
    for (const kind of this.#shown.keys()) {
      this.clear(kind);
    }
  }
}
