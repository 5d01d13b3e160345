import type { Entry } from '../chat/Entry.ts';
import { find } from './find.ts';

const KEY = 'atrium.notify';

/** Longest text that a notification shows. */
const MAX_TEXT = 140;

/**
 * Notifications about messages while the page is hidden, for users who want
 * them. Permission is asked for on a click, and never before.
 */
export class ChatNotifications {
  readonly #button: HTMLButtonElement;
  readonly #status: HTMLElement;
  #wanted = remembered();

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
        // Each replaces the one before: the log has them all.
        tag: KEY,
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
      this.#wanted &&
      'Notification' in window &&
      Notification.permission === 'granted'
    );
  }

  async #toggle(): Promise<void> {
    this.#status.textContent = '';
    this.#wanted = !this.#on;
    if (this.#wanted && Notification.permission !== 'granted') {
      const permission = await Notification.requestPermission();
      if (permission !== 'granted') {
        this.#status.textContent =
          'Your browser does not let this page show notifications. Allow them in its settings for this site.';
      }
    }
    remember(this.#wanted);
    this.#show();
  }

  #show(): void {
    this.#button.setAttribute('aria-pressed', String(this.#on));
  }
}

function remembered(): boolean {
  try {
    return localStorage.getItem(KEY) === 'true';
  } catch {
    return false;
  }
}

function remember(wanted: boolean): void {
  try {
    localStorage.setItem(KEY, String(wanted));
  } catch {
    // Without storage the button is off after a reload.
  }
}
