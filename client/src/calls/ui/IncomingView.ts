import { Emitter } from 'videoconf-sdk/core';
import { find } from '../../ui/find.ts';
import type { CallType, Incoming } from '../protocol.ts';
import { text } from '../../texts/texts.ts';
import { showText } from '../../texts/show.ts';

/**
 * The shortest time that a call rings here, ms. The server's clock may differ
 * from this one.
 */
const SHORTEST = 10_000;

type Events = {
  accept: [Incoming, CallType];
  decline: [Incoming];
  /** The time to answer a call is over. */
  expired: [Incoming];
  /** Another call rings, or none does. */
  change: [];
};

/** A call that rings, until its time is over. */
type Ring = { call: Incoming; timer: ReturnType<typeof setTimeout> };

/** The call that rings, over the rest of the page. */
export class IncomingView extends Emitter<Events> {
  readonly #root = find(document, '#incoming', HTMLElement);
  readonly #accept = find(document, '#accept-button', HTMLButtonElement);
  readonly #audio = find(document, '#accept-audio-button', HTMLButtonElement);
  readonly #decline = find(document, '#decline-button', HTMLButtonElement);
  readonly #note = find(document, '#incoming-note', HTMLElement);
  readonly #rings: Ring[] = [];

  constructor() {
    super();
    this.#accept.addEventListener('click', () => this.#onAccept('video'));
    this.#audio.addEventListener('click', () => this.#onAccept('audio'));
    this.#decline.addEventListener('click', () => {
      const call = this.#take(0);
      if (call) {
        this.emit('decline', call);
      }
    });
  }

  /** The name of the caller whose call is on display. */
  get caller(): string | undefined {
    return this.#rings[0]?.call.caller.username;
  }

  /** Rings until the call is removed, or its time is over. */
  add(call: Incoming): void {
    this.remove(call.callId);
    const left = Date.parse(call.expiresAt) - Date.now();
    const timer = setTimeout(
      () => {
        this.remove(call.callId);
        this.emit('expired', call);
      },
      Math.max(left, SHORTEST),
    );
    this.#rings.push({ call, timer });
    this.#show();
    this.#decline.focus();
  }

  /** Stops ringing for a call. @returns The call, if it rang. */
  remove(callId: string): Incoming | undefined {
    const index = this.#rings.findIndex(({ call }) => call.callId === callId);
    return index === -1 ? undefined : this.#take(index);
  }

  clear(): void {
    while (this.#rings.length > 0) {
      this.#take(0);
    }
  }

  /** Says what accepting means; nothing where it is clear. */
  setNote(words: (() => string) | undefined): void {
    showText(this.#note, words ?? (() => ''));
    this.#note.hidden = words === undefined;
  }

  #onAccept(type: CallType): void {
    const call = this.#take(0);
    if (call) {
      this.emit('accept', call, call.type === 'audio' ? 'audio' : type);
    }
  }

  #take(index: number): Incoming | undefined {
    const [ring] = this.#rings.splice(index, 1);
    clearTimeout(ring?.timer);
    this.#show();
    return ring?.call;
  }

  #show(): void {
    const call = this.#rings[0]?.call;
    this.#root.hidden = call === undefined;
    if (call) {
      const name = call.caller.username;
      showText(find(this.#root, '#incoming-text', HTMLElement), () =>
        call.type === 'video'
          ? text('call.incomingVideo', { name })
          : text('call.incoming', { name }),
      );
      this.#audio.hidden = call.type === 'audio';
    }
    this.emit('change');
  }
}
