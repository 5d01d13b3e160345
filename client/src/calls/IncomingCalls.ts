import { Emitter } from 'videoconf-sdk/core';

import type { CallSocket } from './CallSocket.ts';
import type { CallType, Incoming } from './protocol.ts';
import { IncomingView } from './ui/IncomingView.ts';
import type { Words } from './words.ts';
import { text } from '../texts/texts.ts';

type Events = {
  incoming: [Incoming];
  accept: [Incoming, CallType];
  decline: [Incoming];
  /** Another call rings, or none does. */
  change: [];
  /** A call rings no longer, and not because of this page. */
  over: [kind: 'missed' | 'handled', words: () => string];
};

/** The calls that ring for the user, and what becomes of them elsewhere. */
export class IncomingCalls extends Emitter<Events> {
  readonly #view = new IncomingView();
  readonly #words: Words;

  constructor(words: Words) {
    super();
    this.#words = words;
    this.#view.on('accept', (call, type) => this.emit('accept', call, type));
    this.#view.on('decline', (call) => this.emit('decline', call));
    this.#view.on('expired', (call) => this.#onMissed(call));
    this.#view.on('change', () => this.emit('change'));
  }

  /** The name of the caller whose call is on display. */
  get caller(): string | undefined {
    return this.#view.caller;
  }

  /** Takes the calls that a connection tells of. */
  follow(socket: CallSocket): void {
    socket.on('state', ({ name }) => {
      if (name === 'ready') {
        // The server rings again for all that go on.
        this.clear();
      }
    });
    socket.on('call:incoming', (call) => {
      this.#view.add(call);
      this.emit('incoming', call);
    });
    socket.on('call:started', ({ callId }) => this.#view.remove(callId));
    socket.on('call:handled', ({ callId, by }) => {
      const call = this.#view.remove(callId);
      if (call) {
        this.#onHandled(call, by);
      }
    });
    socket.on('call:ended', ({ callId }) => {
      const call = this.#view.remove(callId);
      if (call) {
        this.#onMissed(call);
      }
    });
  }

  /** Notes that the user is in another call, which accepting leaves. */
  setInCall(inCall: boolean): void {
    this.#view.setNote(inCall ? () => text('call.leaves') : undefined);
  }

  clear(): void {
    this.#view.clear();
  }

  #onMissed({ caller }: Incoming): void {
    const name = caller.username;
    this.emit('over', 'missed', () =>
      text(`call.${this.#words.missed}`, { name }),
    );
  }

  #onHandled({ caller }: Incoming, by: 'accept' | 'reject'): void {
    const name = caller.username;
    this.emit('over', 'handled', () =>
      by === 'accept'
        ? text('call.answeredElsewhere', { name })
        : text('call.declinedElsewhere', { name }),
    );
  }
}
