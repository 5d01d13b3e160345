import { find } from '../../src/ui/find.ts';
import { placeOf, PLACES } from './places.ts';
import { routeIn } from './route.ts';
import type { Route } from './route.ts';
import type { Session } from './Session.ts';
import { element } from './ui/element.ts';
import { showTitle } from './ui/showTitle.ts';
import { AuditView } from './views/AuditView.ts';
import { BansView } from './views/BansView.ts';
import { EventsView } from './views/EventsView.ts';
import { PeerView } from './views/PeerView.ts';
import { RoomsView } from './views/RoomsView.ts';
import { RoomView } from './views/RoomView.ts';
import { ServerView } from './views/ServerView.ts';
import { ServersView } from './views/ServersView.ts';
import { WebhooksView } from './views/WebhooksView.ts';
import type { View, ViewContext } from './views/View.ts';

/** The dashboard of an operator who has signed in: the navigation and one view. */
export class Frame {
  readonly #context: ViewContext;
  readonly #main = find(document, '#view', HTMLElement);
  readonly #links: ReadonlyMap<string, HTMLAnchorElement>;
  #view: View | undefined;

  /** @param signOut - Shows the entrance again, with the reason. */
  constructor(session: Session, signOut: (error: unknown) => void) {
    this.#context = { session, signOut };
    const places = PLACES.filter(({ scope }) => session.can(scope));
    this.#links = new Map(
      places.map(({ name, label }) => [
        name,
        element('a', { href: `#/${name}` }, label),
      ]),
    );
    find(document, '#nav', HTMLElement).replaceChildren(
      ...Array.from(this.#links.values(), (link) => element('li', {}, link)),
    );
    find(document, '#key-id', HTMLElement).textContent = session.keyId;
    addEventListener('hashchange', this.#go);
    const [first] = places;
    if (first === undefined) {
      this.#main.replaceChildren(
        element(
          'p',
          { className: 'note' },
          'This key may not read anything that is shown here.',
        ),
      );
    } else if (this.#permitted() === undefined) {
      // The event that it causes shows the view.
      location.replace(`#/${first.name}`);
    } else {
      this.#go();
    }
  }

  close(): void {
    removeEventListener('hashchange', this.#go);
    this.#view?.close();
    this.#main.replaceChildren();
  }

  /** The route of the address, if the key has the scope. */
  #permitted(): Route | undefined {
    const route = routeIn(location.hash);
    const place = route && placeOf(route);
    return place !== undefined && this.#links.has(place.name)
      ? route
      : undefined;
  }

  readonly #go = (): void => {
    const route = this.#permitted();
    if (route === undefined) {
      return;
    }
    this.#view?.close();
    this.#view = viewOf(route, this.#context);
    this.#main.replaceChildren(this.#view.element);
    showTitle(this.#view.title);
    const here = placeOf(route)?.name;
    for (const [name, link] of this.#links) {
      link.ariaCurrent = name === here ? 'page' : null;
    }
    this.#view.focus();
  };
}

function viewOf(route: Route, context: ViewContext): View {
  switch (route.name) {
    case 'servers':
      return new ServersView(context);
    case 'server':
      return new ServerView(context, route.nodeId);
    case 'rooms':
      return new RoomsView(context);
    case 'room':
      return new RoomView(context, route.roomId);
    case 'peer':
      return new PeerView(context, route.roomId, route.peerId);
    case 'bans':
      return new BansView(context);
    case 'audit':
      return new AuditView(context);
    case 'webhooks':
      return new WebhooksView(context);
    case 'events':
      return new EventsView(context);
  }
}
