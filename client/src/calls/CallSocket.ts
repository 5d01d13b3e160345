import type { Reply, RequestData, RequestName } from '@atrium/protocol/calls';
import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import { Emitter } from 'videoconf-sdk/core';

import { adviceOn, UserError } from './advice.ts';
import type { ServerError } from './advice.ts';
import type { PageUser } from './PageUser.ts';
import type { ServerEvent, ServerEvents } from './protocol.ts';
import { text } from '../texts/texts.ts';

/** The longest that the server may take to answer, ms. */
const ANSWER_TIMEOUT = 10_000;

/** The pause before the next attempt where the server has closed, ms. */
const PAUSE = 2_000;

const EVENTS: Record<ServerEvent, true> = {
  'call:incoming': true,
  'call:handled': true,
  'call:started': true,
  'call:participant-joined': true,
  'call:participant-left': true,
  'call:ended': true,
  'call:signal': true,
  'call:mode-switch': true,
  'call:transcription': true,
  'call:participant-media-state': true,
  'call:error': true,
};

/** The state of the connection; `refused` with the reason, and for good. */
export type SocketState =
  { name: 'ready' } | { name: 'lost' } | { name: 'refused'; problem: string };

type Answer<Data> =
  { success: true; data: Data } | { success: false; error: ServerError };

type Events = { state: [SocketState] } & {
  [Name in ServerEvent]: [ServerEvents[Name]];
};

/** The Socket.IO connection of a user, which reconnects by itself. */
export class CallSocket extends Emitter<Events> {
  readonly #user: PageUser;
  readonly #language: string;
  readonly #socket: Socket;
  #ready = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param language - The language for translations, such as `fr`. */
  constructor(user: PageUser, language: string) {
    super();
    this.#user = user;
    this.#language = language;
    this.#socket = io(new URL('.', location.href).origin, {
      path: new URL('socket.io/', location.href).pathname,
      transports: ['websocket', 'polling'],
      forceNew: true,
      reconnectionDelayMax: 3_000,
    });
    this.#socket.on('connect', () => this.#authenticate());
    this.#socket.on('authenticated', (answer: { success: boolean }) =>
      this.#onAuthenticated(answer.success),
    );
    this.#socket.on('disconnect', (reason) => this.#onDisconnect(reason));
    for (const name of Object.keys(EVENTS) as ServerEvent[]) {
      this.#socket.on(name, (data: ServerEvents[typeof name]) =>
        this.emit(name, ...([data] as Events[typeof name])),
      );
    }
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** Sends a message and waits for its answer. @throws {UserError} */
  async request<Name extends RequestName>(
    name: Name,
    data: RequestData<Name>,
  ): Promise<Reply<Name>> {
    if (!this.#ready) {
      throw new UserError('UNREACHABLE', text('advice.LOST'));
    }
    let answer: Answer<Reply<Name>>;
    try {
      answer = (await this.#socket
        .timeout(ANSWER_TIMEOUT)
        .emitWithAck(name, data)) as Answer<Reply<Name>>;
    } catch {
      throw adviceOn({ code: 'TIMEOUT', message: 'no answer' });
    }
    if (!answer.success) {
      throw adviceOn(answer.error);
    }
    return answer.data;
  }

  /** Skips the pause before the next attempt to connect. */
  retryNow(): void {
    if (!this.#socket.connected) {
      this.#socket.connect();
    }
  }

  /** Closes the connection for good. */
  close(): void {
    clearTimeout(this.#timer);
    this.#ready = false;
    this.#socket.off();
    this.#socket.close();
  }

  #authenticate(): void {
    this.#socket.emit('authenticate', {
      ...this.#user.credentials,
      language: this.#language,
    });
  }

  #onAuthenticated(success: boolean): void {
    if (success) {
      this.#ready = true;
      this.emit('state', { name: 'ready' });
      return;
    }
    // The token may have expired since the page was opened.
    this.#socket.disconnect();
    this.#connectAnew();
  }

  #onDisconnect(reason: string): void {
    const wasReady = this.#ready;
    this.#ready = false;
    if (wasReady) {
      this.emit('state', { name: 'lost' });
    }
    // Socket.IO does not come back by itself where the server has closed.
    if (reason === 'io server disconnect') {
      this.#connectAnew();
    }
  }

  /** Connects in a moment, with another token. */
  #connectAnew(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#user.renew().then(
        () => this.#socket.connect(),
        (error: unknown) => {
          if (error instanceof UserError && error.code === 'LOGIN_ENDED') {
            this.close();
            this.emit('state', { name: 'refused', problem: error.message });
          } else {
            this.#connectAnew();
          }
        },
      );
    }, PAUSE);
  }
}
