import type { Entry } from '../chat/Entry.ts';
import { preferences, savePreferences } from '../preferences.ts';
import { find } from './find.ts';

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
  tell({ name, text }: Entry, encrypted: boolean, onClick: () => void): void {
    if (!this.#on || !document.hidden) {
      return;
    }
    try {
      const notification = new Notification(`${name} · Atrium`, {
        body: encrypted ? 'A new message' : text.slice(0, MAX_TEXT),
        tag: TAG,
      });
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
    this.#status.textContent = '';
    const notifications = !this.#on;
    savePreferences({ notifications });
    if (notifications && Notification.permission !== 'granted') {
      const permission = await Notification.requestPermission();
      if (permission !== 'granted') {
        this.#status.textContent =
          'Your browser does not let this page show notifications. Allow them in its settings for this site.';
      }
    }
    this.#show();
  }

  #show(): void {
    this.#button.setAttribute('aria-pressed', String(this.#on));
  }
}
