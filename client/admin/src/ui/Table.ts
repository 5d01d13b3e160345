import { element, setText } from './element.ts';

/** A column of a table: a text of each item, or controls for it. */
export interface Column<Item> {
  readonly title: string;
  /** The text of the cell. */
  readonly text?: (item: Item) => string;
  /** The address that the text leads to. */
  readonly href?: (item: Item) => string;
  /** Right-aligned, as figures are. */
  readonly figures?: boolean;
  /** A text that may be broken within its words, as ids and names may. */
  readonly breaks?: boolean;
  /**
   * The controls of a row, made once.
   *
   * @param current - Returns the item as it is now.
   */
  readonly controls?: (current: () => Item) => readonly HTMLElement[];
}

/** A row, with the parts that follow its item. */
interface Row<Item> {
  readonly element: HTMLTableRowElement;
  readonly texts: readonly [Column<Item>, HTMLElement][];
  item: Item;
}

/**
 * A table that is brought up to date in place, so that the focus and the place of
 * scrolling stay. Its roles are set, because on a phone its rows are shown as blocks.
 */
export class Table<Item> {
  readonly element: HTMLElement;
  readonly #columns: readonly Column<Item>[];
  readonly #keyOf: (item: Item) => string;
  readonly #rows = new Map<string, Row<Item>>();
  readonly #body = element('tbody', { role: 'rowgroup' });
  readonly #empty: HTMLElement;
  readonly #table: HTMLTableElement;

  /** @param empty - The sentence that is shown instead of a table without rows. */
  constructor(
    name: string,
    columns: readonly Column<Item>[],
    keyOf: (item: Item) => string,
    empty: string,
  ) {
    this.#columns = columns;
    this.#keyOf = keyOf;
    const heads = columns.map(({ title, figures, controls }) =>
      element(
        'th',
        {
          scope: 'col',
          role: 'columnheader',
          className: figures === true ? 'figures' : '',
        },
        controls === undefined
          ? title
          : element('span', { className: 'visually-hidden' }, title),
      ),
    );
    this.#table = element(
      'table',
      { role: 'table', ariaLabel: name, tabIndex: -1 },
      element(
        'thead',
        { role: 'rowgroup' },
        element('tr', { role: 'row' }, ...heads),
      ),
      this.#body,
    );
    this.#empty = element('p', { className: 'note' }, empty);
    this.#table.hidden = true;
    this.element = element(
      'div',
      { className: 'table' },
      this.#table,
      this.#empty,
    );
    this.#empty.hidden = true;
  }

  /** Shows these items, in this order. */
  show(items: readonly Item[]): void {
    const keys = new Set(items.map(this.#keyOf));
    for (const [key, { element: row }] of this.#rows) {
      if (!keys.has(key)) {
        const hadFocus = row.contains(document.activeElement);
        row.remove();
        this.#rows.delete(key);
        if (hadFocus) {
          this.#table.focus();
        }
      }
    }
    items.forEach((item, index) => {
      const row = this.#rowOf(item);
      // One that is moved would lose the focus.
      if (this.#body.children[index] !== row.element) {
        this.#body.insertBefore(
          row.element,
          this.#body.children[index] ?? null,
        );
      }
      row.item = item;
      for (const [column, target] of row.texts) {
        setText(target, column.text?.(item) ?? '');
        if (target instanceof HTMLAnchorElement) {
          target.href = column.href?.(item) ?? '';
        }
      }
    });
    this.#table.hidden = items.length === 0;
    this.#empty.hidden = items.length > 0;
  }

  #rowOf(item: Item): Row<Item> {
    const key = this.#keyOf(item);
    const known = this.#rows.get(key);
    if (known !== undefined) {
      return known;
    }
    const texts: [Column<Item>, HTMLElement][] = [];
    const made: Row<Item> = {
      element: element('tr', { role: 'row' }),
      texts,
      item,
    };
    for (const column of this.#columns) {
      const cell = element('td', { role: 'cell' });
      cell.dataset['title'] = column.title;
      if (column.controls !== undefined) {
        cell.className = 'controls';
        cell.append(...column.controls(() => made.item));
      } else {
        const target = element(column.href === undefined ? 'bdi' : 'a');
        cell.className = [
          column.figures === true && 'figures',
          column.breaks === true && 'breaks',
        ]
          .filter(Boolean)
          .join(' ');
        cell.append(target);
        texts.push([column, target]);
      }
      made.element.append(cell);
    }
    this.#rows.set(key, made);
    return made;
  }
}
