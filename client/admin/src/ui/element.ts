type Properties<Tag extends keyof HTMLElementTagNameMap> = Partial<
  Omit<HTMLElementTagNameMap[Tag], 'style' | 'dataset'>
>;

/** Makes an element with its properties and its content. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties<Tag> = {},
  ...content: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  Object.assign(made, properties);
  made.append(...content);
  return made;
}

/** Makes a button that does something when it is pressed. */
export function button(label: string, press: () => void): HTMLButtonElement {
  const made = element('button', {
    type: 'button',
    className: 'button small',
    textContent: label,
  });
  made.addEventListener('click', press);
  return made;
}

/** Changes the text of an element, if it is another. */
export function setText(target: Node, text: string): void {
  if (target.textContent !== text) {
    target.textContent = text;
  }
}
