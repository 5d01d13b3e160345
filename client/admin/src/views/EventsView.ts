import { moment } from '../show.ts';
import { announce } from '../ui/announce.ts';
import { button, element, setText } from '../ui/element.ts';
import { sentence } from '../words.ts';
import { View } from './View.ts';
import type { ViewContext } from './View.ts';

/**
 * The events of the server as they happen. The list is no live region, as it would
 * talk without end; it can be held to be read.
 */
export class EventsView extends View {
  readonly #list = element('ol', {
    className: 'events',
    role: 'list',
    reversed: true,
  });
  readonly #state = element('p', { className: 'note' });
  readonly #hold: HTMLButtonElement;
  #isHeld = false;

  constructor(context: ViewContext) {
    super('Events', context);
    const { log } = this.session;
    this.#hold = button('Hold', () => this.#toggle());
    this.element.append(
      this.#state,
      element('p', { className: 'actions' }, this.#hold),
      this.#list,
    );
    const stop = log?.onChange(() => this.#show());
    this.own({ close: () => stop?.() });
    this.#show();
  }

  #toggle(): void {
    this.#isHeld = !this.#isHeld;
    setText(this.#hold, this.#isHeld ? 'Go on' : 'Hold');
    announce(this.#isHeld ? 'The list is held.' : 'The list goes on.');
    this.#show();
  }

  #show(): void {
    const { log } = this.session;
    setText(
      this.#state,
      log?.isOpen === true
        ? 'Connected. The latest events of this server, the newest first.'
        : 'Not connected. Trying again.',
    );
    if (this.#isHeld) {
      return;
    }
    this.#list.hidden = log?.events.length === 0;
    this.#list.replaceChildren(
      ...(log?.events ?? []).map((event) =>
        element(
          'li',
          {},
          element('time', { dateTime: event.at }, moment(event.at)),
          element('span', { className: 'event-text' }, sentence(event)),
        ),
      ),
    );
  }
}
