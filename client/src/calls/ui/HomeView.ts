import { Emitter } from 'videoconf-sdk/core';
import { find } from '../../ui/find.ts';
import { Notices } from '../../ui/Notices.ts';
import { languages } from '../languages.ts';
import type { Profile } from '../PageUser.ts';
import type { CallType, Conversation, PastCall } from '../protocol.ts';
import type { Words } from '../words.ts';
import { list, locale, text } from '../../texts/texts.ts';
import { showLabel, showText } from '../../texts/show.ts';

type Events = {
  call: [Conversation, CallType];
  /** The user wants to see the last calls of a conversation. */
  calls: [Conversation, show: (calls: PastCall[]) => void];
  start: [memberIds: string[], title: string];
  language: [string];
  /** The sound of calls that ring is to be on or off. */
  sound: [boolean];
  leave: [];
};

/** The user's conversations, and the form that starts another one. */
export class HomeView extends Emitter<Events> {
  /** Calls that the user has missed, or handled on another device. */
  readonly notices = new Notices(find(document, '#home', HTMLElement));
  readonly #list = find(document, '#conversations', HTMLUListElement);
  readonly #template = find(
    document,
    '#conversation-template',
    HTMLTemplateElement,
  );
  readonly #message = find(document, '#home-message', HTMLElement);
  readonly #members = find(document, '#members-input', HTMLInputElement);
  readonly #title = find(document, '#title-input', HTMLInputElement);
  readonly #sound = find(document, '#sound-input', HTMLInputElement);
  readonly #words: Words;

  constructor(words: Words) {
    super();
    this.#words = words;
    const form = find(document, '#start-form', HTMLFormElement);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#onSubmit();
    });
    find(document, '#logout-button', HTMLButtonElement).addEventListener(
      'click',
      () => this.emit('leave'),
    );
    this.#sound.addEventListener('change', () =>
      this.emit('sound', this.#sound.checked),
    );
    const select = find(document, '#language-select', HTMLSelectElement);
    select.append(...languages().map(({ tag, name }) => new Option(name, tag)));
    select.addEventListener('change', () =>
      this.emit('language', select.value),
    );
  }

  focus(): void {
    find(document, '#home-title', HTMLElement).focus();
  }

  showSound(on: boolean): void {
    this.#sound.checked = on;
  }

  showUser({ id, name }: Profile, language: string): void {
    for (const own of document.querySelectorAll('.own-name')) {
      own.textContent = name;
    }
    find(document, '#own-id', HTMLElement).textContent = id;
    const select = find(document, '#language-select', HTMLSelectElement);
    select.value = language;
  }

  /** Shows the conversations, by the others in them. */
  showConversations(conversations: Conversation[], ownId: string): void {
    this.#list.replaceChildren(
      ...conversations.map((it) => this.#render(it, ownId)),
    );
  }

  /** Shows a sentence about what went wrong; none where it is empty. */
  showProblem(words = (): string => ''): void {
    showText(this.#message, words);
    this.#message.dataset['tone'] = 'problem';
  }

  /** Empties the form, once its conversation is there. */
  clearForm(): void {
    this.#members.value = '';
    this.#title.value = '';
  }

  #render(conversation: Conversation, ownId: string): DocumentFragment {
    const fragment = this.#template.content.cloneNode(true) as DocumentFragment;
    const names = namesIn(conversation, ownId);
    const title = conversation.title || names;
    find(fragment, '.conversation-title', HTMLElement).textContent = title;
    find(fragment, '.conversation-members', HTMLElement).textContent =
      title === names ? '' : names;
    for (const type of ['video', 'audio'] as const) {
      const button = find(fragment, `.call-${type}`, HTMLButtonElement);
      const words = this.#words[type];
      showText(find(button, '.button-label', HTMLElement), () =>
        text(`home.${words}`),
      );
      showLabel(button, () => text(`home.${words}With`, { name: title }));
      button.addEventListener('click', () =>
        this.emit('call', conversation, type),
      );
    }
    const details = find(fragment, 'details', HTMLDetailsElement);
    const list = find(fragment, '.conversation-calls', HTMLUListElement);
    details.addEventListener('toggle', () => {
      if (details.open) {
        this.emit('calls', conversation, (calls) => showCalls(list, calls));
      }
    });
    return fragment;
  }

  #onSubmit(): void {
    const ids = this.#members.value
      .split(',')
      .map((id) => id.trim())
      .filter((id) => id !== '');
    if (ids.length === 0) {
      this.showProblem(() => text('home.userIdMissing'));
      this.#members.focus();
      return;
    }
    this.emit('start', ids, this.#title.value.trim());
  }
}

/** The names of the others in a conversation. */
export function namesIn({ members }: Conversation, ownId: string): string {
  const names = members
    .filter(({ userId }) => userId !== ownId)
    .map(({ username }) => username);
  return list(names) || text('room.justYou');
}

function showCalls(element: HTMLElement, calls: PastCall[]): void {
  const texts = calls.map((call) => () => textOf(call));
  const lines = texts.length > 0 ? texts : [() => text('home.noCalls')];
  element.replaceChildren(
    ...lines.map((words) => {
      const item = document.createElement('li');
      showText(item, words);
      return item;
    }),
  );
}

function textOf(call: PastCall): string {
  const { createdAt, status, participantCount: count, duration } = call;
  const time = new Date(createdAt).toLocaleString(locale(), {
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  if (status !== 'ended') {
    return text('home.goingOn', { time, count });
  }
  // Only the caller was in it.
  if (count === 1) {
    return text('home.notAnswered', { time });
  }
  const seconds = String(duration % 60).padStart(2, '0');
  return text('home.past', {
    time,
    count,
    duration: `${Math.floor(duration / 60)}:${seconds}`,
  });
}
