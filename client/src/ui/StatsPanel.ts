import { bitrate } from '../stats/format.ts';
import type { PersonReport, Stats, StatsReport } from '../stats/Stats.ts';
import { find } from './find.ts';
import { SidePanel } from './SidePanel.ts';
import { StatsTable } from './StatsTable.ts';

/** One person in the list: a line that opens to a table. */
type PersonEntry = { element: HTMLDetailsElement; table: StatsTable };

/** The panel with statistics of all connections, to diagnose problems. */
export class StatsPanel {
  readonly #panel: SidePanel;
  readonly #own: HTMLElement;
  readonly #people: HTMLElement;
  readonly #template: HTMLTemplateElement;
  readonly #ownTables: StatsTable[] = [];
  readonly #entries = new Map<string, PersonEntry>();
  #stats: Stats | undefined;

  constructor(root: ParentNode) {
    const panel = find(root, '#stats-panel', HTMLElement);
    const button = find(root, '#stats-button', HTMLButtonElement);
    this.#own = find(panel, '#stats-own', HTMLElement);
    this.#people = find(panel, '#stats-people', HTMLElement);
    this.#template = find(
      document,
      '#stats-person-template',
      HTMLTemplateElement,
    );
    this.#panel = new SidePanel(panel, button, {
      onOpen: () => {
        find(panel, 'h2', HTMLElement).focus();
        this.#stats?.start();
      },
      onClose: () => this.#onClose(),
    });
  }

  /** Shows the statistics of a room while the panel is open. */
  follow(stats: Stats): void {
    this.#stats = stats;
    stats.on('report', (report) => this.#show(report));
  }

  /** Closes the panel and stops collecting statistics. */
  close(): void {
    this.#panel.close();
  }

  #onClose(): void {
    this.#stats?.stop();
    this.#own.replaceChildren();
    this.#people.replaceChildren();
    this.#ownTables.length = 0;
    this.#entries.clear();
  }

  #show({ own, people }: StatsReport): void {
    for (const surplus of this.#ownTables.splice(own.length)) {
      surplus.element.remove();
    }
    for (const [index, content] of own.entries()) {
      let table = this.#ownTables[index];
      if (!table) {
        table = new StatsTable();
        this.#ownTables.push(table);
        this.#own.append(table.element);
      }
      table.update(content);
    }
    const present = new Set(people.map(({ peerId }) => peerId));
    for (const [peerId, { element }] of this.#entries) {
      if (!present.has(peerId)) {
        element.remove();
        this.#entries.delete(peerId);
      }
    }
    for (const person of people) {
      this.#showPerson(person);
    }
  }

  #showPerson(person: PersonReport): void {
    const { peerId, name, table } = person;
    const entry = this.#entries.get(peerId) ?? this.#addPerson(peerId);
    const { element } = entry;
    setText(find(element, '.stats-name', HTMLElement), name);
    setText(
      find(element, '.stats-bitrate', HTMLElement),
      bitrate(person.bitrate),
    );
    if (table) {
      entry.table.update(table);
    }
  }

  #addPerson(peerId: string): PersonEntry {
    const fragment = this.#template.content.cloneNode(true) as DocumentFragment;
    const element = find(fragment, 'details', HTMLDetailsElement);
    const table = new StatsTable();
    element.append(table.element);
    // The browser closes one when another is opened: they have one name.
    element.addEventListener('toggle', () => {
      if (element.open) {
        this.#stats?.watch(peerId);
      } else if (this.#stats?.watched === peerId) {
        this.#stats.watch(undefined);
      }
    });
    this.#people.append(element);
    const entry = { element, table };
    this.#entries.set(peerId, entry);
    return entry;
  }
}

function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}
