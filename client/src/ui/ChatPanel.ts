import { MAX_LENGTH } from 'videoconf-sdk/core';
import type { Chat, ChatMessage, Delivery } from 'videoconf-sdk/core';
import { announce } from './announce.ts';
import { find } from './find.ts';
import { isolate } from './isolate.ts';
import { SidePanel } from './SidePanel.ts';

/** Most messages on display; beyond that, the oldest are removed. */
const MAX_SHOWN = 200;

/** Distance from the end within which the log follows new messages, CSS pixels. */
const NEAR_END = 40;

const LIST = new Intl.ListFormat('en');

/** The author of a message, by the name that the panel shows. */
export type Author = { name: string; self: boolean };

/** The chat beside the room, and the button that opens it. */
export class ChatPanel {
  readonly #panel: SidePanel;
  readonly #log: HTMLElement;
  readonly #template: HTMLTemplateElement;
  readonly #status: HTMLElement;
  readonly #input: HTMLInputElement;
  readonly #button: HTMLButtonElement;
  readonly #badge: HTMLElement;
  /** The user's own messages on display. */
  readonly #messages = new Map<string, HTMLElement>();
  #chat: Chat | undefined;
  #unread = 0;

  constructor(root: ParentNode) {
    this.#log = find(root, '#chat-log', HTMLElement);
    this.#template = find(document, '#message-template', HTMLTemplateElement);
    this.#status = find(root, '#chat-status', HTMLElement);
    this.#input = find(root, '#chat-input', HTMLInputElement);
    this.#input.maxLength = MAX_LENGTH;
    this.#button = find(root, '#chat-button', HTMLButtonElement);
    this.#badge = find(root, '#chat-badge', HTMLElement);
    const panel = find(root, '#chat', HTMLElement);
    this.#panel = new SidePanel(panel, this.#button, {
      onOpen: () => this.#onOpen(),
    });
    const form = find(root, '#chat-form', HTMLFormElement);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#showUnread();
  }

  /** Shows the chat of a room; `authorOf` returns the author with a peer id. */
  follow(chat: Chat, authorOf: (peerId: string) => Author): void {
    this.#chat = chat;
    chat.on('message', (message) => this.#add(message, authorOf));
    chat.on('delivery', (delivery) => this.#mark(delivery, authorOf));
    chat.on('failed', (error) => {
      this.#status.textContent = `The chat is not working: ${error.message}`;
    });
  }

  /** Removes all messages. */
  clear(): void {
    this.#panel.close();
    this.#empty();
    this.#input.value = '';
    this.#status.textContent = '';
  }

  /** Removes all messages, and says that a moderator has cleared the chat. */
  showCleared(): void {
    this.#empty();
    this.#status.textContent = 'A moderator has cleared the chat.';
  }

  #empty(): void {
    this.#log.replaceChildren();
    this.#messages.clear();
    this.#unread = 0;
    this.#showUnread();
  }

  #onOpen(): void {
    this.#unread = 0;
    this.#showUnread();
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#input.focus();
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
    if (!this.#panel.isOpen) {
      this.#unread += 1;
      this.#showUnread();
      // The log is a live region, but hidden.
      announce(`${isolate(name)} wrote: ${isolate(text)}`);
    }
  }

  /** Shows the delivery state of one of the user's messages. */
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
      announce('One of your messages was not delivered.');
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
