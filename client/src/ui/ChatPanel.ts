import { MAX_LENGTH } from '../Chat.ts';
import type { Chat, ChatMessage } from '../Chat.ts';
import type { Delivery } from '../Outbox.ts';
import { announce } from './announce.ts';
import { find } from './find.ts';
import { isolate } from './isolate.ts';

/** The oldest messages go when there are more. */
const MAX_SHOWN = 200;

/** As far from its end as a log counts as read to the end, CSS pixels. */
const NEAR_END = 40;

const LIST = new Intl.ListFormat('en');

/** Who wrote a message, as the panel calls them. */
export type Author = { name: string; self: boolean };

/** What people write, beside the room, and the button that opens it. */
export class ChatPanel {
  readonly #panel: HTMLElement;
  readonly #log: HTMLElement;
  readonly #template: HTMLTemplateElement;
  readonly #status: HTMLElement;
  readonly #input: HTMLInputElement;
  readonly #button: HTMLButtonElement;
  readonly #badge: HTMLElement;
  /** The user's own messages that are shown. */
  readonly #messages = new Map<string, HTMLElement>();
  #chat: Chat | undefined;
  #unread = 0;

  constructor(root: ParentNode) {
    this.#panel = find(root, '#chat', HTMLElement);
    this.#log = find(root, '#chat-log', HTMLElement);
    this.#template = find(document, '#message-template', HTMLTemplateElement);
    this.#status = find(root, '#chat-status', HTMLElement);
    this.#input = find(root, '#chat-input', HTMLInputElement);
    this.#input.maxLength = MAX_LENGTH;
    this.#button = find(root, '#chat-button', HTMLButtonElement);
    this.#badge = find(root, '#chat-badge', HTMLElement);
    this.#button.addEventListener('click', () => this.#toggle());
    const close = find(root, '#chat-close', HTMLButtonElement);
    close.addEventListener('click', () => this.#close());
    this.#panel.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') {
        this.#close();
      }
    });
    const form = find(root, '#chat-form', HTMLFormElement);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#showUnread();
  }

  /** Follows the chat of a stay in a room; `authorOf` says who somebody is. */
  follow(chat: Chat, authorOf: (peerId: string) => Author): void {
    this.#chat = chat;
    chat.on('message', (message) => this.#add(message, authorOf));
    chat.on('delivery', (delivery) => this.#mark(delivery, authorOf));
    chat.on('failed', (error) => {
      this.#status.textContent = `Messages do not get through: ${error.message}`;
    });
  }

  /** Forgets all that was written. */
  clear(): void {
    this.#hide();
    this.#log.replaceChildren();
    this.#messages.clear();
    this.#input.value = '';
    this.#status.textContent = '';
    this.#unread = 0;
    this.#showUnread();
  }

  #toggle(): void {
    if (!this.#panel.hidden) {
      this.#close();
      return;
    }
    this.#panel.hidden = false;
    this.#button.setAttribute('aria-expanded', 'true');
    this.#unread = 0;
    this.#showUnread();
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#input.focus();
  }

  #close(): void {
    this.#hide();
    this.#button.focus();
  }

  #hide(): void {
    this.#panel.hidden = true;
    this.#button.setAttribute('aria-expanded', 'false');
  }

  #send(): void {
    const text = this.#input.value.trim();
    if (text !== '') {
      this.#status.textContent = '';
      this.#chat?.send(text);
      this.#input.value = '';
      this.#log.scrollTop = this.#log.scrollHeight;
    }
  }

  #add(
    { id, peerId, text }: ChatMessage,
    authorOf: (peerId: string) => Author,
  ): void {
    const { name, self } = authorOf(peerId);
    const { scrollTop, clientHeight, scrollHeight } = this.#log;
    const atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
    this.#log.append(this.#render(id, name, self, text));
    while (this.#log.childElementCount > MAX_SHOWN) {
      this.#log.firstElementChild?.remove();
    }
    for (const [shown, element] of this.#messages) {
      if (!element.isConnected) {
        this.#messages.delete(shown);
      }
    }
    if (atEnd) {
      this.#log.scrollTop = this.#log.scrollHeight;
    }
    if (this.#panel.hidden) {
      this.#unread += 1;
      this.#showUnread();
      // The log, which is read out by itself, is not there.
      announce(`${isolate(name)} wrote: ${isolate(text)}`);
    }
  }

  /** Shows what became of a message of the user. */
  #mark(
    { id, state, missing }: Delivery,
    authorOf: (peerId: string) => Author,
  ): void {
    const element = this.#messages.get(id);
    if (!element) {
      return;
    }
    element.dataset['delivery'] = state;
    const names = LIST.format(
      missing.map((peerId) => isolate(authorOf(peerId).name)),
    );
    const delivery = find(element, '.chat-delivery', HTMLElement);
    delivery.hidden = state === 'sent';
    find(delivery, '.chat-fate', HTMLElement).textContent =
      state === 'sending'
        ? 'Sending…'
        : `Not delivered${names && ` to ${names}`}`;
    find(delivery, 'button', HTMLButtonElement).hidden = state === 'sending';
    if (state === 'undelivered') {
      announce(`A message of yours was not delivered.`);
    }
  }

  #render(
    id: string,
    name: string,
    self: boolean,
    text: string,
  ): DocumentFragment {
    const fragment = this.#template.content.cloneNode(true) as DocumentFragment;
    const element = find(fragment, '.chat-message', HTMLElement);
    element.dataset['self'] = String(self);
    if (self) {
      this.#messages.set(id, element);
      find(element, 'button', HTMLButtonElement).addEventListener('click', () =>
        this.#chat?.retry(id, text),
      );
    }
    const now = new Date();
    const time = find(element, 'time', HTMLTimeElement);
    time.dateTime = now.toISOString();
    time.textContent = now.toLocaleTimeString([], {
      hour: '2-digit',
      minute: '2-digit',
    });
    find(element, '.chat-name', HTMLElement).textContent = name;
    find(element, '.chat-text', HTMLElement).textContent = text;
    return fragment;
  }

  #showUnread(): void {
    const count = this.#unread;
    this.#badge.hidden = count === 0;
    this.#badge.textContent = count > 99 ? '99+' : count ? String(count) : '';
    const news = count === 1 ? '1 new message' : `${count} new messages`;
    this.#button.setAttribute('aria-label', count ? `Chat, ${news}` : 'Chat');
  }
}
