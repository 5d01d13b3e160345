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
  if (!(element instanceof type)) {
    throw new Error(`index.html has no ${type.name} at "${selector}".`);
  }
  return element;
}
