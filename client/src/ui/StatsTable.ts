import type { Table } from '../stats/tables.ts';
import { find } from './find.ts';

/** A table of figures. Only what has changed is written again. */
export class StatsTable {
  readonly element: HTMLElement;
  readonly #table: HTMLTableElement;
  #shape = '';
  #cells: HTMLElement[] = [];

  constructor() {
    const template = find(
      document,
      '#stats-table-template',
      HTMLTemplateElement,
    );
    const fragment = template.content.cloneNode(true) as DocumentFragment;
    this.element = find(fragment, 'div', HTMLElement);
    this.#table = find(fragment, 'table', HTMLTableElement);
  }

  update({ title, columns, rows }: Table): void {
    const shape = JSON.stringify([title, columns, rows.map((it) => it.label)]);
    const values = rows.flatMap(({ cells }) => cells);
    if (shape !== this.#shape || values.length !== this.#cells.length) {
      this.#shape = shape;
      this.#build({ title, columns, rows });
    }
    for (const [index, cell] of this.#cells.entries()) {
      const value = values[index] ?? '';
      if (cell.textContent !== value) {
        cell.textContent = value;
      }
    }
  }

  #build({ title, columns, rows }: Table): void {
    this.#table.replaceChildren();
    this.#table.createCaption().textContent = title;
    // The table scrolls sideways, also by the keyboard.
    this.element.ariaLabel = title;
    if (columns.length > 0) {
      const head = this.#table.createTHead().insertRow();
      head.append(document.createElement('td'));
      head.append(...columns.map((column) => headOf(column, 'col')));
    }
    const body = this.#table.createTBody();
    this.#cells = rows.flatMap(({ label, cells }) => {
      const row = body.insertRow();
      row.append(headOf(label, 'row'));
      return cells.map(() => row.insertCell());
    });
  }
}

function headOf(text: string, scope: string): HTMLElement {
  const head = document.createElement('th');
  head.scope = scope;
  head.textContent = text;
  return head;
}
