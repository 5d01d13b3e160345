import { piecesOf } from '../chat/links.ts';
import type { Entry } from '../chat/Entry.ts';
import { find } from './find.ts';
import { FileView } from './FileView.ts';
import type { MeetingChat } from '../chat/MeetingChat.ts';
import type { Sending } from '../chat/files/OfferedFiles.ts';
import { list, locale, text } from '../texts/texts.ts';
import { showText } from '../texts/show.ts';

/** A message in the log of the chat. */
export class MessageView {
  readonly element: HTMLElement;
  readonly #chat: MeetingChat;
  #file: FileView | undefined;

  constructor(entry: Entry, chat: MeetingChat) {
    this.#chat = chat;
    const template = find(document, '#message-template', HTMLTemplateElement);
    const fragment = template.content.cloneNode(true) as DocumentFragment;
    this.element = find(fragment, '.chat-message', HTMLElement);
    find(
      this.element,
      '.chat-delivery button',
      HTMLButtonElement,
    ).addEventListener('click', () => chat.retry(entry));
    const at = new Date(entry.at);
    const time = find(this.element, 'time', HTMLTimeElement);
    time.dateTime = at.toISOString();
    showText(time, () =>
      at.toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit' }),
    );
    this.update(entry);
  }

  /** Shows the present state of the message. */
  update(entry: Entry): void {
    const { self, name, via, text: written, fate } = entry;
    this.element.dataset['self'] = String(self);
    find(this.element, '.chat-name', HTMLElement).textContent = name;
    const source = find(this.element, '.chat-via', HTMLElement);
    source.hidden = via === undefined;
    showText(source, () =>
      via === undefined ? '' : text('chat.via', { name: via }),
    );
    const shown = find(this.element, '.chat-text', HTMLElement);
    if (shown.textContent !== written) {
      shown.replaceChildren(...piecesOf(written).map(nodeOf));
    }
    this.#showFile(entry);
    this.#showFate(fate);
  }

  /** Shows how the file of the message goes to others. */
  showSending(sending: readonly Sending[]): void {
    this.#file?.showSending(sending);
  }

  #showFile(entry: Entry): void {
    const element = find(this.element, '.chat-file', HTMLElement);
    find(this.element, '.chat-text', HTMLElement).hidden =
      entry.file !== undefined;
    element.hidden = entry.file === undefined;
    if (entry.file && !this.#file) {
      this.#file = new FileView(element, entry, entry.file, this.#chat);
    }
  }

  #showFate(fate: Entry['fate']): void {
    const { state = 'sent', missing = [] } = fate ?? {};
    this.element.dataset['delivery'] = state;
    const delivery = find(this.element, '.chat-delivery', HTMLElement);
    delivery.hidden = state === 'sent';
    showText(find(delivery, '.chat-fate', HTMLElement), () =>
      state === 'sending'
        ? text('chat.sending')
        : missing.length > 0
          ? text('chat.notDeliveredTo', { names: list(missing) })
          : text('chat.notDelivered'),
    );
    find(delivery, 'button', HTMLButtonElement).hidden = state === 'sending';
  }
}

function nodeOf({ text, href }: ReturnType<typeof piecesOf>[number]): Node {
  if (href === undefined) {
    return document.createTextNode(text);
  }
  const link = document.createElement('a');
  link.href = href;
  // The address that opens, should the text only look like it.
  link.title = href;
  link.target = '_blank';
  link.rel = 'noopener noreferrer';
  link.textContent = text;
  return link;
}
