import type { Entry } from '../chat/Entry.ts';
import type { MeetingChat } from '../chat/MeetingChat.ts';
import type { FileOffer } from '../chat/files/FileOffer.ts';
import { sizeText } from '../chat/files/sizeText.ts';
import type { Sending } from '../chat/files/OfferedFiles.ts';
import { find } from './find.ts';
import { number, text } from '../texts/texts.ts';
import { showLabel, showText } from '../texts/show.ts';

/** The time after which the browser has read a saved file, ms. */
const SAVED = 60_000;

/** An action that the button of a file offers. */
type FileAction = 'download' | 'downloadAgain' | 'stop' | 'cancel';

/** A file in a message: to save, or how it goes to others. */
export class FileView {
  readonly #entry: Entry;
  readonly #file: FileOffer;
  readonly #chat: MeetingChat;
  readonly #button: HTMLButtonElement;
  readonly #status: HTMLElement;
  readonly #progress: HTMLProgressElement;
  /** Apart from the status, which screen readers read out on every change. */
  readonly #percent: HTMLElement;
  #transfer: AbortController | undefined;

  /** Fills in the part of a message that is for a file. */
  constructor(
    element: HTMLElement,
    entry: Entry,
    file: FileOffer,
    chat: MeetingChat,
  ) {
    this.#entry = entry;
    this.#file = file;
    this.#chat = chat;
    find(element, '.chat-file-name', HTMLElement).textContent = file.name;
    showText(find(element, '.chat-file-size', HTMLElement), () =>
      sizeText(file.size),
    );
    this.#button = find(element, 'button', HTMLButtonElement);
    this.#status = find(element, '.chat-file-status', HTMLElement);
    this.#progress = find(element, 'progress', HTMLProgressElement);
    this.#percent = find(element, '.chat-file-percent', HTMLElement);
    this.#button.hidden = entry.self;
    this.#button.addEventListener('click', () => this.#onClick());
    this.#show('download');
  }

  /** Shows how the file of the user goes to others. */
  showSending(sending: readonly Sending[]): void {
    const [first] = sending;
    this.#button.hidden = !first;
    this.#progress.hidden = !first;
    if (first) {
      const total = sending.reduce((sum, { progress }) => sum + progress, 0);
      this.#progress.value = total / sending.length;
      const count = sending.length - 1;
      const name = this.#chat.nameOf(first.peerId);
      this.#show('stop', () =>
        count === 0
          ? text('files.sendingTo', { name })
          : text('files.sendingToMore', { name, count }),
      );
    } else {
      this.#show('stop');
    }
  }

  #onClick(): void {
    if (this.#entry.self) {
      this.#chat.stopSending(this.#file);
    } else if (this.#transfer) {
      this.#transfer.abort();
    } else {
      void this.#download();
    }
  }

  async #download(): Promise<void> {
    const transfer = new AbortController();
    this.#transfer = transfer;
    this.#progress.hidden = false;
    this.#progress.value = 0;
    this.#show('cancel', () => text('files.waiting'));
    try {
      const blob = await this.#chat.download(
        this.#entry,
        this.#file,
        (progress) => {
          this.#progress.value = progress;
          showText(this.#percent, () =>
            number(Math.floor(progress * 100) / 100, { style: 'percent' }),
          );
          this.#show('cancel');
        },
        transfer.signal,
      );
      save(blob, this.#file.name);
      this.#show('downloadAgain', () => text('files.saved'));
    } catch (error) {
      const { message } = error as Error;
      this.#show('download', () => (transfer.signal.aborted ? '' : message));
    } finally {
      this.#transfer = undefined;
      this.#progress.hidden = true;
      showText(this.#percent, () => '');
    }
  }

  #show(action: FileAction, status = (): string => ''): void {
    const { name } = this.#file;
    showText(this.#status, status);
    showText(this.#button, () =>
      action === 'cancel' ? text('common.cancel') : text(`files.${action}`),
    );
    showLabel(this.#button, () => text(`files.${action}Name`, { name }));
  }
}

/** Saves a file, which the browser does not open by itself. */
function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), SAVED);
}
