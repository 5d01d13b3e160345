import { find } from './find.ts';
import { number, states, text } from '../texts/texts.ts';
import { showLabel, showText } from '../texts/show.ts';

/** The name of an action, by which the catalogue has its words. */
export type ActionName =
  | 'mute'
  | 'askToUnmute'
  | 'stopVideo'
  | 'stopSharing'
  | 'spotlight'
  | 'endSpotlight'
  | 'makeModerator'
  | 'makeMember'
  | 'removeName';

/** An action of the user on a person. */
export type PersonAction = { label: ActionName; run: () => void };

/** A person in the list. */
export type PersonContent = {
  name: string;
  self: boolean;
  moderator: boolean;
  muted: boolean;
  camera: boolean;
  screen: boolean;
  /** The person is in the spotlight. */
  spotlit: boolean;
  /** The place among the raised hands, from 1; undefined while it is lowered. */
  hand: number | undefined;
  actions: PersonAction[];
};

/** A line in the list of people: name, states, and the actions for moderators. */
export class PersonRow {
  readonly element: HTMLLIElement;
  readonly #more: HTMLButtonElement;
  readonly #menu: HTMLElement;
  #actions: PersonAction[] = [];

  constructor(template: HTMLTemplateElement, peerId: string) {
    const fragment = template.content.cloneNode(true) as DocumentFragment;
    this.element = find(fragment, 'li', HTMLLIElement);
    this.element.dataset['peerId'] = peerId;
    this.#more = find(fragment, '.person-more', HTMLButtonElement);
    this.#menu = find(fragment, '.person-actions', HTMLElement);
    this.#more.addEventListener('click', () =>
      this.#open(this.#menu.hidden !== false),
    );
    this.element.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !this.#menu.hidden) {
        // The panel stays open.
        event.stopPropagation();
        this.#open(false);
        this.#more.focus();
      }
    });
  }

  update(content: PersonContent): void {
    const { name, self, moderator, muted, camera, screen, spotlit, hand } =
      content;
    const { dataset } = this.element;
    dataset['muted'] = String(muted);
    dataset['camera'] = String(camera);
    showText(find(this.element, '.person-name', HTMLElement), () =>
      self ? text('tile.you', { name }) : name,
    );
    find(this.element, '.person-role', HTMLElement).hidden = !moderator;
    const sign = find(this.element, '.person-hand', HTMLElement);
    sign.hidden = hand === undefined;
    const place = hand ?? 0;
    showText(find(sign, '.person-place', HTMLElement), () => number(place));
    showText(find(sign, '.person-hand-words', HTMLElement), () =>
      text('people.handNumber', { place }),
    );
    showText(find(this.element, '.person-states', HTMLElement), () =>
      states([
        muted ? text('tile.muted') : text('tile.unmuted'),
        camera ? text('tile.cameraOn') : text('tile.cameraOff'),
        ...(screen ? [text('tile.sharing')] : []),
        ...(spotlit ? [text('tile.spotlit')] : []),
      ]),
    );
    showLabel(this.#more, () => text('people.actions', { name }));
    this.#offer(content.actions);
  }

  /** Offers actions; those with the same words keep their buttons, and the focus. */
  #offer(actions: PersonAction[]): void {
    const had = this.#actions.map(({ label }) => label).join('\n');
    this.#actions = actions;
    this.#more.hidden = actions.length === 0;
    const focused = this.#menu.contains(document.activeElement);
    if (actions.length === 0) {
      this.#open(false);
    }
    if (actions.map(({ label }) => label).join('\n') === had) {
      return;
    }
    this.#menu.replaceChildren(
      ...actions.map(({ label }, index) => {
        const button = document.createElement('button');
        button.type = 'button';
        button.className = 'button small';
        showText(button, () => text(`people.${label}`));
        button.addEventListener('click', () => this.#actions[index]?.run());
        return button;
      }),
    );
    if (focused) {
      const title = document.querySelector<HTMLElement>('#people-title');
      (this.#more.hidden ? title : this.#more)?.focus();
    }
  }

  #open(open: boolean): void {
    this.#menu.hidden = !open;
    this.#more.setAttribute('aria-expanded', String(open));
  }
}
