import type { Entry } from '../chat/Entry.ts';
import { preferences, savePreferences } from '../preferences.ts';
import { find } from './find.ts';
import { text } from '../texts/texts.ts';
import { showText } from '../texts/show.ts';

/** The tag by which each notification replaces the one before: the log has them all. */
const TAG = 'atrium.chat';

/** Longest text that a notification shows. */
const MAX_TEXT = 140;

/**
 * Notifications about messages while the page is hidden, for users who want
 * them. Permission is asked for on a click, and never before.
 */
export class ChatNotifications {
  readonly #button: HTMLButtonElement;
  readonly #status: HTMLElement;

  constructor(root: ParentNode) {
    this.#button = find(root, '#chat-notify', HTMLButtonElement);
    this.#status = find(root, '#chat-status', HTMLElement);
    this.#button.addEventListener('click', () => void this.#toggle());
    this.#button.hidden = !('Notification' in window);
    this.#show();
  }

  /** Shows a notification of a message, without its text if the room is encrypted. */
  tell(entry: Entry, encrypted: boolean, onClick: () => void): void {
    const { name } = entry;
    if (!this.#on || !document.hidden) {
      return;
    }
    try {
      const notification = new Notification(
        text('common.pageTitle', { name }),
        {
          body: encrypted
            ? text('chat.newMessage')
            : entry.text.slice(0, MAX_TEXT),
          tag: TAG,
        },
      );
      notification.addEventListener('click', () => {
        window.focus();
        notification.close();
        onClick();
      });
    } catch {
      // Browsers on phones let only service workers notify.
      this.#button.hidden = true;
    }
  }

  get #on(): boolean {
    return (
      preferences().notifications &&
      'Notification' in window &&
      Notification.permission === 'granted'
    );
  }

  async #toggle(): Promise<void> {
    showText(this.#status, () => '');
    const notifications = !this.#on;
    savePreferences({ notifications });
    if (notifications && Notification.permission !== 'granted') {
      const permission = await Notification.requestPermission();
      if (permission !== 'granted') {
        showText(this.#status, () => text('chat.notifyRefused'));
      }
    }
    this.#show();
  }

  #show(): void {
    this.#button.setAttribute('aria-pressed', String(this.#on));
  }
}
