/**
 * The element of index.html at a selector, with the type it must have. Throws
 * where the page and its script do not fit together.
 */
export function find<T extends Element>(
  root: ParentNode,
  selector: string,
  type: new () => T,
): T {
  const element = root.querySelector(selector);
  if (!isOf(element, type)) {
    throw new Error(`index.html has no ${type.name} at "${selector}".`);
  }
  return element;
}

/**
 * Tells whether an element is of a type, in whichever window it is: one that was moved to
 * another window may be of that window's own types from then on, once the browser has
 * collected the object by which it was known before.
 */
function isOf<T extends Element>(
  element: Element | null,
  type: new () => T,
): element is T {
  const types = element?.ownerDocument.defaultView as unknown as
    Record<string, new () => T> | null | undefined;
  const own = types?.[type.name];
  return (
    element instanceof type || (own !== undefined && element instanceof own)
  );
}
