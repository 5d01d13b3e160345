import { pattern } from './texts.ts';

/** The attributes of elements that name a text, and those that it goes into. */
const ATTRIBUTES = {
  label: 'aria-label',
  hint: 'title',
  placeholder: 'placeholder',
  blank: 'data-empty',
} as const;

/** The texts that the script shows in elements, by the elements. */
const texts = new WeakMap<Element, () => string>();

/** Their labels for screen readers. */
const labels = new WeakMap<Element, () => string>();

/** Shows a text in an element, in the language of the page, whenever that changes. */
export function showText(element: Element, words: () => string): void {
  texts.set(element, words);
  setText(element, words());
}

/** Shows the title of the window likewise. */
export function showTitle(words: () => string): void {
  const [title] = document.head.getElementsByTagName('title');
  if (title) {
    showText(title, words);
  }
}

/** Labels an element for screen readers likewise. */
export function showLabel(element: Element, words: () => string): void {
  labels.set(element, words);
  element.setAttribute('aria-label', words());
}

/** Writes all texts of the page in its language. */
export function showTexts(root: ParentNode = document): void {
  for (const element of root.querySelectorAll<HTMLElement>('*')) {
    showOne(element);
    if (element instanceof HTMLTemplateElement) {
      showTexts(element.content);
    }
  }
}

function showOne(element: HTMLElement): void {
  const { dataset } = element;
  const words = texts.get(element);
  if (words) {
    setText(element, words());
  } else if (dataset['text'] !== undefined) {
    fill(element, pattern(dataset['text']));
  }
  for (const [name, attribute] of Object.entries(ATTRIBUTES)) {
    const key = dataset[name];
    if (key !== undefined) {
      element.setAttribute(attribute, pattern(key));
    }
  }
  const label = labels.get(element);
  if (label) {
    element.setAttribute('aria-label', label());
  }
}

/** Writes a text around the elements that it names. */
function fill(element: HTMLElement, text: string): void {
  const slots = new Map(
    Array.from(element.querySelectorAll<HTMLElement>('[data-slot]'), (slot) => [
      slot.dataset['slot'],
      slot,
    ]),
  );
  if (slots.size === 0) {
    setText(element, text);
    return;
  }
  const parts = text.split(/\{(\w+)\}/);
  element.replaceChildren(
    ...parts.map((part, index) =>
      index % 2 === 0 ? part : (slots.get(part) ?? ''),
    ),
  );
}

/** Leaves alone what is right, so that no live region speaks without need. */
function setText(element: Element, text: string): void {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}
