import { MAX_LENGTH } from 'videoconf-sdk/core';
import type { RoomClient } from 'videoconf-sdk/core';
import type { Entry } from '../chat/Entry.ts';
import { MeetingChat } from '../chat/MeetingChat.ts';
import type { ChatUser } from '../chat/MeetingChat.ts';
import { requestFailure } from '../failures.ts';
import { announce } from './announce.ts';
import { ChatNotifications } from './ChatNotifications.ts';
import { find } from './find.ts';
import { MessageView } from './MessageView.ts';
import { SidePanel } from './SidePanel.ts';
import { number, text } from '../texts/texts.ts';
import { showLabel, showText } from '../texts/show.ts';

/** Distance from the end within which the log follows new messages, CSS pixels. */
const NEAR_END = 40;

/** Most lines for which the field grows. */
const MAX_LINES = 6;

/** Most unread messages that the badge counts. */
const MAX_COUNT = 99;

/** The chat beside the room, and the button that opens it. */
export class ChatPanel {
  readonly #panel: SidePanel;
  readonly #log: HTMLElement;
  readonly #status: HTMLElement;
  readonly #input: HTMLTextAreaElement;
  readonly #button: HTMLButtonElement;
  readonly #badge: HTMLElement;
  readonly #notifications: ChatNotifications;
  readonly #views = new Map<Entry, MessageView>();
  readonly #file: HTMLInputElement;
  #chat: MeetingChat | undefined;
  #unread = 0;

  constructor(root: ParentNode) {
    this.#log = find(root, '#chat-log', HTMLElement);
    this.#status = find(root, '#chat-status', HTMLElement);
    this.#input = find(root, '#chat-input', HTMLTextAreaElement);
    this.#input.maxLength = MAX_LENGTH;
    this.#button = find(root, '#chat-button', HTMLButtonElement);
    this.#badge = find(root, '#chat-badge', HTMLElement);
    this.#notifications = new ChatNotifications(root);
    this.#file = find(root, '#chat-file', HTMLInputElement);
    find(root, '#chat-attach', HTMLButtonElement).addEventListener(
      'click',
      () => this.#file.click(),
    );
    this.#file.addEventListener('change', () => void this.#offer());
    const panel = find(root, '#chat', HTMLElement);
    this.#panel = new SidePanel(panel, this.#button, {
      onOpen: () => this.#onOpen(),
    });
    const form = find(root, '#chat-form', HTMLFormElement);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#input.addEventListener('keydown', (event) => {
      // While a word is being composed, Enter chooses it.
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.#send();
      }
    });
    this.#input.addEventListener('input', () => this.#fit());
    this.#showUnread();
  }

  /** Shows the chat of a room. */
  follow(client: RoomClient, user: ChatUser): void {
    this.#chat = new MeetingChat(client, user, {
      added: (entry, next) => this.#add(entry, next),
      changed: (entry) => this.#update(entry),
      removed: (entry) => this.#remove(entry),
      came: (entry) => {
        this.#count(entry);
        this.#notifications.tell(entry, user.key !== undefined, () => {
          if (!this.#panel.isOpen) {
            this.#panel.open();
          }
        });
      },
      sending: (fileId, sending) => {
        for (const [{ self, file }, view] of this.#views) {
          if (self && file?.id === fileId) {
            view.showSending(sending);
          }
        }
      },
      failed: (error) => {
        this.#say(() =>
          text('chat.failed', { reason: requestFailure(error).text }),
        );
      },
    });
  }

  /** Forgets the chat: the user is out of the room. */
  clear(): void {
    this.#chat?.close();
    this.#chat = undefined;
    this.#panel.close();
    this.#log.replaceChildren();
    this.#views.clear();
    this.#unread = 0;
    this.#showUnread();
    this.#input.value = '';
    this.#fit();
    this.#say(() => '');
  }

  /** Removes all messages, and says that a moderator has cleared the chat. */
  showCleared(): void {
    this.#chat?.clear();
    this.#unread = 0;
    this.#showUnread();
    this.#say(() => text('chat.cleared'));
  }

  #onOpen(): void {
    this.#unread = 0;
    this.#showUnread();
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#input.focus();
  }

  #send(): void {
    const written = this.#input.value.trim();
    if (written !== '') {
      this.#say(() => '');
      this.#chat?.send(written);
      this.#input.value = '';
      this.#fit();
      this.#log.scrollTop = this.#log.scrollHeight;
    }
  }

  /** Offers the files that the user has chosen. */
  async #offer(): Promise<void> {
    this.#say(() => '');
    const files = [...(this.#file.files ?? [])];
    this.#file.value = '';
    try {
      for (const file of files) {
        await this.#chat?.offer(file);
      }
    } catch (error) {
      const { message } = error as Error;
      this.#say(() => message);
    }
    this.#input.focus();
  }

  /** Gives the field as many lines as its text has. */
  #fit(): void {
    const lines = this.#input.value.split('\n').length;
    this.#input.rows = Math.min(lines, MAX_LINES);
  }

  #add(entry: Entry, next: Entry | undefined): void {
    if (!this.#chat) {
      return;
    }
    const { scrollTop, clientHeight, scrollHeight } = this.#log;
    const atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
    const view = new MessageView(entry, this.#chat);
    this.#views.set(entry, view);
    this.#log.insertBefore(
      view.element,
      (next && this.#views.get(next)?.element) ?? null,
    );
    if (atEnd) {
      this.#log.scrollTop = this.#log.scrollHeight;
    }
  }

  #update(entry: Entry): void {
    this.#views.get(entry)?.update(entry);
    if (entry.fate?.state === 'undelivered') {
      announce(text('chat.oneNotDelivered'));
    }
  }

  #remove(entry: Entry): void {
    this.#views.get(entry)?.element.remove();
    this.#views.delete(entry);
  }

  /** Counts a message that came while the log is hidden. */
  #count({ name, text: written }: Entry): void {
    if (!this.#panel.isOpen) {
      this.#unread += 1;
      this.#showUnread();
      // The log is a live region, but hidden.
      announce(text('chat.wrote', { name, text: written }));
    }
  }

  #showUnread(): void {
    const count = this.#unread;
    this.#badge.hidden = count === 0;
    showText(this.#badge, () =>
      count > MAX_COUNT ? `${number(MAX_COUNT)}+` : count ? number(count) : '',
    );
    showLabel(this.#button, () =>
      count ? text('chat.unread', { count }) : text('chat.title'),
    );
  }

  #say(words: () => string): void {
    showText(this.#status, words);
  }
}
