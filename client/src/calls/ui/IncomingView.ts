import { Emitter } from 'videoconf-sdk/core';
import { find } from '../../ui/find.ts';
import { isolate } from '../../ui/isolate.ts';
import type { CallType, Incoming } from '../protocol.ts';

type Events = {
  accept: [Incoming, CallType];
  decline: [Incoming];
};

/** The call that rings, over the rest of the page. */
export class IncomingView extends Emitter<Events> {
  readonly #root = find(document, '#incoming', HTMLElement);
  readonly #accept = find(document, '#accept-button', HTMLButtonElement);
  readonly #audio = find(document, '#accept-audio-button', HTMLButtonElement);
  readonly #decline = find(document, '#decline-button', HTMLButtonElement);
  readonly #calls: Incoming[] = [];

  constructor() {
    super();
    this.#accept.addEventListener('click', () => this.#onAccept('video'));
    this.#audio.addEventListener('click', () => this.#onAccept('audio'));
    this.#decline.addEventListener('click', () => {
      const call = this.#calls.shift();
      this.#show();
      if (call) {
        this.emit('decline', call);
      }
    });
  }

  /** Rings until the call is removed. */
  add(call: Incoming): void {
    this.remove(call.callId);
    this.#calls.push(call);
    this.#show();
    this.#decline.focus();
  }

  /** Stops ringing for a call. */
  remove(callId: string): void {
    const index = this.#calls.findIndex((call) => call.callId === callId);
    if (index !== -1) {
      this.#calls.splice(index, 1);
      this.#show();
    }
  }

  clear(): void {
    this.#calls.splice(0);
    this.#show();
  }

  #onAccept(type: CallType): void {
    const call = this.#calls.shift();
    this.#show();
    if (call) {
      this.emit('accept', call, call.type === 'audio' ? 'audio' : type);
    }
  }

  #show(): void {
    const [call] = this.#calls;
    this.#root.hidden = call === undefined;
    if (call) {
      const name = isolate(call.caller.username);
      const text = `${name} is calling.`;
      find(this.#root, '#incoming-text', HTMLElement).textContent =
        call.type === 'video' ? `${text} With video.` : text;
      this.#audio.hidden = call.type === 'audio';
    }
  }
}
