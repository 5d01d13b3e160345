import { button, element } from '../ui/element.ts';

/** The first entries of a list, and a button for more of them. */
export class Pager<Item> {
  readonly element: HTMLElement;
  readonly #size: number;
  readonly #list: () => AsyncGenerator<Item>;
  readonly #more: HTMLButtonElement;
  #wanted: number;

  /**
   * @param size - Entries that are shown at first, and that are added.
   * @param list - Lists the entries from the first on.
   * @param wish - Called when more of them are wanted.
   */
  constructor(
    size: number,
    list: () => AsyncGenerator<Item>,
    wish: () => void,
  ) {
    this.#size = size;
    this.#wanted = size;
    this.#list = list;
    this.#more = button(`Show ${size} more`, () => {
      this.#wanted += this.#size;
      wish();
    });
    this.#more.hidden = true;
    this.element = element('p', { className: 'actions' }, this.#more);
  }

  /** Shows the first page alone. */
  reset(): void {
    this.#wanted = this.#size;
  }

  /** Reads as many entries as are wanted. */
  async read(): Promise<Item[]> {
    const items: Item[] = [];
    let hasMore = false;
    for await (const item of this.#list()) {
      if (items.length === this.#wanted) {
        hasMore = true;
        break;
      }
      items.push(item);
    }
    this.#more.hidden = !hasMore;
    return items;
  }
}
