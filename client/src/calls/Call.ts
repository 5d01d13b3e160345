import { Emitter } from 'videoconf-sdk/core';
import type { NoticeKind } from '../ui/Notices.ts';
import { adviceOn, UserError } from './advice.ts';
import type { ServerError } from './advice.ts';
import { CallMedia } from './CallMedia.ts';
import type { PageUser } from './PageUser.ts';
import type { DirectRole, Person } from './Person.ts';
import type { CallSocket } from './CallSocket.ts';
import type { Conversations } from './Conversations.ts';
import type {
  CallMode,
  MediaState,
  Participant,
  ServerEvents,
} from './protocol.ts';
import type { Self } from './ServerLeg.ts';
import { text } from '../texts/texts.ts';

/** Before the server's deadline, ms. */
const MARGIN = 500;

/** The shortest time for a switch, ms: clocks may differ. */
const SHORTEST = 3_000;

/** The longest that a server can give (calls.switchTimeout), ms. */
const LONGEST = 600_000;

const UNKNOWN: MediaState = {
  audioEnabled: true,
  videoEnabled: true,
  screenShareEnabled: false,
};

/** The services of the page that a call uses. */
export type CallContext = {
  user: PageUser;
  socket: CallSocket;
  conversations: Conversations;
};

type Events = {
  /** The people, their devices or the mode have changed. */
  change: [];
  joined: [Person];
  left: [name: string];
  problem: [kind: NoticeKind, text: string | undefined];
  ended: [text: string];
};

/** The call that the user is in. */
export class Call extends Emitter<Events> {
  readonly media: CallMedia;
  readonly #self: Self;
  readonly #context: CallContext;
  readonly #people = new Map<string, Person>();
  #mode: CallMode = 'p2p';
  #joinedAt = '';
  #state: MediaState | undefined;
  /** True once another person has been in the call. */
  #answered = false;
  #ended = false;

  constructor(self: Self, context: CallContext) {
    super();
    const { user, socket, conversations } = context;
    this.#self = self;
    this.#context = context;
    this.media = new CallMedia(self, {
      token: async () => {
        await user.profile();
        return user.token;
      },
      iceServers: () => conversations.iceServers(),
      signal: (targetParticipantId, signal) => {
        const { callId } = self;
        socket
          .request('call:signal', { callId, targetParticipantId, signal })
          .catch((error: unknown) => {
            // A connection that does not come about for it is tried again.
            console.warn('A signal was not passed on:', error);
          });
      },
    });
    this.media.on('problem', (problem) =>
      this.emit('problem', 'media', problem),
    );
    this.media.on('change', () => this.emit('change'));
  }

  get id(): string {
    return this.#self.callId;
  }

  get participantId(): string {
    return this.#self.participantId;
  }

  get mode(): CallMode {
    return this.#mode;
  }

  /** The others in the call. */
  get people(): Person[] {
    return [...this.#people.values()];
  }

  /** Takes over what the server says about the call, at its start or later. */
  begin(mode: CallMode, participants: Participant[], role?: DirectRole): void {
    const present = new Set(participants.map((it) => it.participantId));
    for (const participantId of this.#people.keys()) {
      if (!present.has(participantId)) {
        this.#people.delete(participantId);
      }
    }
    for (const participant of participants) {
      this.#add(participant);
    }
    this.#mode = mode;
    this.#update(role);
    this.media.retryNow();
    this.#sendState();
  }

  /** Tells the others of the user's devices. */
  setState(state: MediaState): void {
    if (JSON.stringify(state) !== JSON.stringify(this.#state)) {
      this.#state = state;
      this.#sendState();
    }
  }

  /** Passes a text that the user has spoken on to the others. */
  say(spoken: string, language: string, isFinal: boolean): void {
    const { callId, participantId } = this.#self;
    if (!this.#context.socket.ready) {
      return;
    }
    this.#context.socket
      .request('call:transcription', {
        callId,
        participantId,
        text: spoken,
        language,
        timestamp: new Date().toISOString(),
        isFinal,
      })
      .then(
        () => this.emit('problem', 'text', undefined),
        (error: unknown) =>
          this.emit('problem', 'text', (error as Error).message),
      );
  }

  /** Applies an event about this call. */
  handle<Name extends keyof ServerEvents>(
    name: Name,
    data: ServerEvents[Name],
  ): void {
    const handler: ((data: ServerEvents[Name]) => void) | undefined =
      this.#handlers[name];
    handler?.(data);
  }

  /** Tells the server that the user has left; a call that rings ends for all. @throws {UserError} */
  async leave(socket: CallSocket, ringing: boolean): Promise<void> {
    const { callId, participantId } = this.#self;
    await (ringing
      ? this.#context.conversations.end(callId)
      : socket.request('call:leave', { callId, participantId }));
  }

  /** Ends it for the user if it ended while the connection was lost. */
  async check(): Promise<void> {
    try {
      const { status, participants } = await this.#context.conversations.call(
        this.id,
      );
      const isIn = participants.some(
        ({ participantId, leftAt }) =>
          participantId === this.participantId && leftAt === undefined,
      );
      if (status === 'ended' || !isIn) {
        this.end(text('call.wentOn'));
      }
    } catch (error) {
      if (error instanceof UserError && error.code !== 'UNREACHABLE') {
        this.end(error.message);
      }
    }
  }

  /** Ends it for the user, with the reason. */
  end(reason: string): void {
    if (!this.#ended) {
      this.#ended = true;
      this.media.close();
      this.emit('ended', reason);
    }
  }

  readonly #handlers: {
    [Name in keyof ServerEvents]?: (data: ServerEvents[Name]) => void;
  } = {
    'call:started': ({ mode, participants }) => this.begin(mode, participants),
    'call:participant-joined': ({ participant }) => {
      const person = this.#add(participant);
      this.#update();
      this.#sendState();
      if (person) {
        this.emit('joined', person);
      }
    },
    'call:participant-left': ({ participantId, username }) => {
      this.#people.delete(participantId);
      this.#update();
      this.emit('left', username);
    },
    'call:participant-media-state': ({ participantId, ...state }) => {
      const person = this.#people.get(participantId);
      if (person) {
        const { audioEnabled, videoEnabled, screenShareEnabled } = state;
        person.media = { audioEnabled, videoEnabled, screenShareEnabled };
        this.#update();
      }
    },
    'call:signal': ({ fromParticipantId, signal }) =>
      this.media.handle(fromParticipantId, signal),
    'call:mode-switch': ({ newMode, switchDeadline }) =>
      void this.#switchTo(newMode, switchDeadline),
    'call:ended': ({ reason }) =>
      this.end(
        reason === 'normal' && !this.#answered
          ? text('call.declined')
          : text(`call.${reason}`),
      ),
    'call:error': (error) => this.#onError(error),
  };

  #add(participant: Participant): Person | undefined {
    const { participantId, joinedAt } = participant;
    if (participantId === this.#self.participantId) {
      this.#joinedAt = joinedAt;
      return undefined;
    }
    const media = this.#people.get(participantId)?.media ?? UNKNOWN;
    const person = { ...participant, media };
    this.#people.set(participantId, person);
    this.#answered = true;
    return person;
  }

  #update(role?: DirectRole): void {
    this.media.update(this.#mode, this.people, this.#joinedAt, role);
    this.emit('change');
  }

  async #switchTo(mode: CallMode, deadline: string): Promise<void> {
    const { callId, participantId } = this.#self;
    const left = Date.parse(deadline) - Date.now() - MARGIN;
    const time = Math.min(Math.max(left, SHORTEST), LONGEST);
    this.#mode = mode;
    const success = await this.media.switchTo(mode, time);
    if (this.#ended || this.#mode !== mode) {
      return;
    }
    this.#context.socket
      .request('call:mode-switch-ack', {
        callId,
        participantId,
        success,
        ...(!success && { error: 'no media came through in time' }),
      })
      .catch(() => {
        // The switch is over, or the server asks again after a reconnect.
      });
    this.emit('change');
  }

  #onError(error: ServerError): void {
    const { message } = adviceOn(error);
    switch (error.code) {
      case 'KICKED':
      case 'CALL_ENDED':
        this.end(message);
        break;
      case 'MODE_SWITCH_FAILED':
        void this.#onSwitchFailed(message);
        break;
      case 'TRANSLATION_ERROR':
        this.emit('problem', 'translation', message);
        break;
      // A late signal, after the call has gone over to the server.
      case 'INVALID_MODE':
      case 'SIGNALING_ERROR':
        break;
      default:
        this.emit('problem', 'server', message);
    }
  }

  /** Goes back to the old mode, or out of the call. */
  async #onSwitchFailed(advice: string): Promise<void> {
    let call;
    try {
      call = await this.#context.conversations.call(this.id);
    } catch (error) {
      this.emit('problem', 'server', (error as Error).message);
      return;
    }
    const { mode, participants } = call;
    const present = participants.filter(({ leftAt }) => leftAt === undefined);
    if (
      !present.some(({ participantId }) => participantId === this.participantId)
    ) {
      this.end(advice);
      return;
    }
    this.emit(
      'problem',
      'server',
      mode === 'p2p' ? text('call.serverBlocked') : text('call.directBlocked'),
    );
    this.begin(mode, present);
    this.media.settle();
  }

  #sendState(): void {
    if (this.#state && this.#people.size > 0 && this.#context.socket.ready) {
      const { callId, participantId } = this.#self;
      this.#context.socket
        .request('call:media-state-change', {
          callId,
          participantId,
          ...this.#state,
        })
        .catch((error: unknown) => {
          console.warn('The others were not told of the devices:', error);
        });
    }
  }
}
