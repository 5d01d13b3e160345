import type { RoomControls, WaitingPeer } from '../RoomControls.ts';
import { find } from './find.ts';
import type { Notices } from './Notices.ts';
import { text } from '../texts/texts.ts';
import { showLabel } from '../texts/show.ts';

/** The people in the lobby, shown to moderators in the panel and by a notice. */
export class WaitingList {
  readonly #section: HTMLElement;
  readonly #list: HTMLElement;
  readonly #template: HTMLTemplateElement;
  readonly #all: HTMLButtonElement;
  readonly #notices: Notices;
  readonly #run: (action: Promise<unknown>) => void;
  readonly #rows = new Map<string, HTMLElement>();
  #controls: RoomControls | undefined;

  /** @param run - Waits for a request, and shows its failure. */
  constructor(
    panel: ParentNode,
    notices: Notices,
    run: (action: Promise<unknown>) => void,
  ) {
    this.#section = find(panel, '#waiting', HTMLElement);
    this.#list = find(panel, '#waiting-list', HTMLElement);
    this.#all = find(panel, '#admit-all', HTMLButtonElement);
    this.#template = find(document, '#waiting-template', HTMLTemplateElement);
    this.#notices = notices;
    this.#run = run;
    this.#all.addEventListener('click', () => this.#admitAll());
  }

  follow(controls: RoomControls): void {
    this.#controls = controls;
    controls.on('change', () => this.#show());
  }

  #show(): void {
    const waiting = this.#controls?.waiting ?? [];
    const present = new Set(waiting.map(({ peerId }) => peerId));
    for (const [peerId, row] of this.#rows) {
      if (!present.has(peerId)) {
        this.#remove(peerId, row);
      }
    }
    for (const peer of waiting) {
      if (!this.#rows.has(peer.peerId)) {
        this.#add(peer);
      }
    }
    this.#section.hidden = waiting.length === 0;
    this.#all.hidden = waiting.length < 2;
    this.#showNotice(waiting);
  }

  #showNotice(waiting: WaitingPeer[]): void {
    const [first] = waiting;
    if (!first) {
      this.#notices.clear('waiting');
    } else if (waiting.length === 1) {
      this.#notices.show('waiting', {
        text: () => text('people.isWaiting', { name: first.displayName }),
        tone: 'wait',
        action: {
          label: () => text('people.admit'),
          run: () => this.#admit(first.peerId),
        },
      });
    } else {
      this.#notices.show('waiting', {
        text: () => text('people.areWaiting', { count: waiting.length }),
        tone: 'wait',
        action: {
          label: () => text('people.admitAll'),
          run: () => this.#admitAll(),
        },
      });
    }
  }

  #add({ peerId, displayName }: WaitingPeer): void {
    const fragment = this.#template.content.cloneNode(true) as DocumentFragment;
    const row = find(fragment, 'li', HTMLLIElement);
    find(row, '.person-name', HTMLElement).textContent = displayName;
    const admit = find(row, '.admit', HTMLButtonElement);
    const deny = find(row, '.deny', HTMLButtonElement);
    const values = { name: displayName };
    showLabel(admit, () => text('people.admitName', values));
    showLabel(deny, () => text('people.denyName', values));
    admit.addEventListener('click', () => this.#admit(peerId));
    deny.addEventListener('click', () =>
      this.#ask((controls) => controls.request('rejectPeer', { peerId })),
    );
    this.#rows.set(peerId, row);
    this.#list.append(row);
  }

  /** Removes a line; the focus that was in it goes to the next. */
  #remove(peerId: string, row: HTMLElement): void {
    const focused = row.contains(document.activeElement);
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    this.#rows.delete(peerId);
    if (focused) {
      const target =
        next?.querySelector('button') ??
        document.querySelector<HTMLElement>('#people-title');
      target?.focus();
    }
  }

  #admit(peerId: string): void {
    this.#ask((controls) => controls.request('admitPeer', { peerId }));
  }

  #admitAll(): void {
    this.#ask((controls) => controls.request('admitAll'));
  }

  #ask(action: (controls: RoomControls) => Promise<unknown>): void {
    if (this.#controls) {
      this.#run(action(this.#controls));
    }
  }
}
