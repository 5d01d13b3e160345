import { showView } from '../ui/showView.ts';
import { EndedView } from '../ui/EndedView.ts';
import type { Account, Profile } from './Account.ts';
import { UserError } from './advice.ts';
import { Call } from './Call.ts';
import { CallSocket } from './CallSocket.ts';
import type { SocketState } from './CallSocket.ts';
import { Conversations } from './Conversations.ts';
import { loadLanguage, saveLanguage } from './languages.ts';
import { OwnPart } from './OwnPart.ts';
import type {
  CallMode,
  CallType,
  Conversation,
  Incoming,
  Participant,
  ServerEvent,
  ServerEvents,
} from './protocol.ts';
import { CallView } from './ui/CallView.ts';
import { HomeView, namesIn } from './ui/HomeView.ts';
import { IncomingView } from './ui/IncomingView.ts';

const TITLE = 'Calls · Atrium';

/** The events about a call that the user is in. */
const CALL_EVENTS = [
  'call:participant-joined',
  'call:participant-left',
  'call:participant-media-state',
  'call:signal',
  'call:mode-switch',
  'call:ended',
  'call:error',
] as const satisfies ServerEvent[];

/** The call on display, with what it was started from. */
type Current = {
  call: Call;
  conversationId: string;
  type: CallType;
  /** True until another person accepts the user's call. */
  ringing: boolean;
  close: () => void;
};

/** The page of a user: the conversations, what rings, and the call. */
export class CallsPage {
  readonly #account: Account;
  readonly #conversations: Conversations;
  readonly #onLogOut: (problem?: string) => void;
  readonly #home = new HomeView();
  readonly #incoming = new IncomingView();
  readonly #view = new CallView();
  readonly #endedView = new EndedView();
  #profile: Profile = { id: '', name: '' };
  #language = loadLanguage();
  #socket: CallSocket | undefined;
  #known: Conversation[] = [];
  #current: Current | undefined;
  /** The conversation of the last call. */
  #last: { conversationId: string; type: CallType } | undefined;
  /** True while a call is being started or joined. */
  #busy = false;

  /** @param onLogOut - Called when there is no login any more, with the reason. */
  constructor(account: Account, onLogOut: (problem?: string) => void) {
    this.#account = account;
    this.#conversations = new Conversations(account);
    this.#onLogOut = onLogOut;
    this.#home.on('call', ({ conversationId }, type) => {
      void this.#start(conversationId, type);
    });
    this.#home.on('calls', ({ conversationId }, show) => {
      void this.#attempt(async () =>
        show(await this.#conversations.calls(conversationId)),
      );
    });
    this.#home.on('start', (memberIds, title) => {
      void this.#attempt(async () => {
        await this.#conversations.start(memberIds, title);
        this.#home.clearForm();
        await this.#load();
      });
    });
    this.#home.on('language', (language) => {
      this.#language = language;
      saveLanguage(language);
      this.#connect();
    });
    this.#home.on('logOut', () => {
      this.#account.logOut();
      this.#close();
    });
    this.#incoming.on('accept', (call, type) => void this.#accept(call, type));
    this.#incoming.on('decline', (call) => void this.#decline(call));
    this.#endedView.on('back', () => this.#showHome());
    this.#endedView.on('again', () => {
      const { conversationId, type } = this.#last ?? {};
      this.#showHome();
      if (conversationId !== undefined && type !== undefined) {
        void this.#start(conversationId, type);
      }
    });
    window.addEventListener('online', () => this.#socket?.retryNow());
  }

  /** Begins for a user who has logged in. */
  open(profile: Profile): void {
    this.#profile = profile;
    this.#home.showUser(profile, this.#language);
    this.#connect();
    this.#showHome();
  }

  #close(problem?: string): void {
    this.#current?.call.end('');
    this.#socket?.close();
    this.#socket = undefined;
    this.#incoming.clear();
    this.#home.showConversations([], '');
    this.#onLogOut(problem);
  }

  #connect(): void {
    this.#socket?.close();
    const socket = new CallSocket(this.#account, this.#language);
    this.#socket = socket;
    socket.on('state', (state) => this.#onState(state));
    socket.on('call:incoming', (call) => this.#onIncoming(call));
    for (const name of ['call:handled', 'call:ended'] as const) {
      socket.on(name, ({ callId }) => this.#stopRinging(callId));
    }
    socket.on('call:started', (event) => this.#onStarted(event));
    socket.on('call:transcription', (text) => this.#view.showText(text));
    for (const name of CALL_EVENTS) {
      socket.on(name, (data: ServerEvents[typeof name]) => {
        if (data.callId === this.#current?.call.id) {
          this.#current?.call.handle(name, data);
        }
      });
    }
  }

  #onState(state: SocketState): void {
    switch (state.name) {
      case 'ready':
        this.#view.notify('connection', undefined);
        this.#home.showProblem();
        void this.#checkCall();
        break;
      case 'lost':
        this.#view.notify('connection', {
          text: 'The connection to the server was lost. Reconnecting…',
          tone: 'wait',
          action: { label: 'Try now', run: () => this.#socket?.retryNow() },
        });
        this.#home.showProblem(
          'The connection to the server was lost. Reconnecting…',
        );
        break;
      case 'refused':
        this.#close(state.problem);
        break;
    }
  }

  /** Ends the call here if it ended while the connection was lost. */
  async #checkCall(): Promise<void> {
    const call = this.#current?.call;
    if (!call) {
      return;
    }
    try {
      const { status, participants } = await this.#conversations.call(call.id);
      const isIn = participants.some(
        ({ participantId, leftAt }) =>
          participantId === call.participantId && leftAt === undefined,
      );
      if (status === 'ended' || !isIn) {
        call.end('The call went on without you, or has ended. Call again.');
      }
    } catch (error) {
      if (error instanceof UserError && error.code !== 'UNREACHABLE') {
        call.end(error.message);
      }
    }
  }

  #onIncoming(call: Incoming): void {
    this.#incoming.add(call);
    document.title = `${call.caller.username} is calling`;
    if (!this.#known.some((it) => it.conversationId === call.conversationId)) {
      void this.#attempt(() => this.#load());
    }
  }

  #stopRinging(callId: string): void {
    this.#incoming.remove(callId);
    if (!this.#current) {
      document.title = TITLE;
    }
  }

  #onStarted({
    callId,
    mode,
    participants,
  }: ServerEvents['call:started']): void {
    this.#stopRinging(callId);
    const current = this.#current;
    if (current?.call.id === callId) {
      current.ringing = false;
      current.call.begin(mode, participants);
    } else if (!current && !this.#busy) {
      // The page was loaded again during the call.
      void this.#resume(callId, mode, participants);
    }
  }

  async #resume(
    callId: string,
    mode: CallMode,
    participants: Participant[],
  ): Promise<void> {
    await this.#attempt(async () => {
      const { conversationId } = await this.#conversations.call(callId);
      const call = this.#show(callId, conversationId, 'video', participants);
      call.resume(mode, participants);
    });
  }

  async #start(conversationId: string, type: CallType): Promise<void> {
    await this.#attempt(async (socket) => {
      try {
        const { callId } = await socket.request('call:initiate', {
          conversationId,
          type,
          settings: { videoEnabled: type === 'video' },
        });
        const { mode, participants, status } =
          await this.#conversations.call(callId);
        const call = this.#show(callId, conversationId, type, participants);
        call.begin(mode, participants);
        if (this.#current && status === 'initiated') {
          this.#current.ringing = participants.length === 1;
        }
      } catch (error) {
        if (
          !(error instanceof UserError) ||
          error.code !== 'CALL_ALREADY_ACTIVE'
        ) {
          throw error;
        }
        await this.#join(socket, conversationId, type);
      }
    });
  }

  /** Joins the call that a conversation has already. */
  async #join(
    socket: CallSocket,
    conversationId: string,
    type: CallType,
  ): Promise<void> {
    const calls = await this.#conversations.calls(conversationId);
    const live = calls.find(({ status }) => status !== 'ended');
    if (live) {
      const { callId, mode, participants } = await socket.request('call:join', {
        callId: live.callId,
        audioEnabled: true,
        videoEnabled: type === 'video',
      });
      const call = this.#show(callId, conversationId, type, participants);
      call.begin(mode, participants);
    }
  }

  async #accept(incoming: Incoming, type: CallType): Promise<void> {
    const { callId, conversationId } = incoming;
    await this.#attempt(async (socket) => {
      this.#current?.close();
      const { mode, participants } = await socket.request('call:accept', {
        callId,
        audioEnabled: true,
        videoEnabled: type === 'video',
      });
      const call = this.#show(callId, conversationId, type, participants);
      call.begin(mode, participants);
    });
  }

  async #decline({ callId }: Incoming): Promise<void> {
    document.title = TITLE;
    const reason = this.#current ? 'busy' : 'declined';
    await this.#attempt(async (socket) => {
      await socket.request('call:reject', { callId, reason });
    });
  }

  /** Opens the devices and shows the call. */
  #show(
    callId: string,
    conversationId: string,
    type: CallType,
    participants: Participant[],
  ): Call {
    const { id: userId, name } = this.#profile;
    const self = participants.find((it) => it.userId === userId);
    const socket = this.#socket;
    if (!self || !socket) {
      throw new UserError(
        'UNREACHABLE',
        'The connection to the server was lost. Call again when it is back.',
      );
    }
    const { participantId } = self;
    const call = new Call(
      { callId, participantId, userId, name },
      {
        account: this.#account,
        socket,
        conversations: this.#conversations,
      },
    );
    const close = (): void => {
      const ringing = this.#current?.ringing ?? false;
      call.leave(ringing).catch(() => {
        // The server notices the closed socket, or ends the ringing in time.
      });
    };
    this.#current = { call, conversationId, type, ringing: false, close };
    this.#last = { conversationId, type };
    const own = new OwnPart(call, name, this.#language, socket);
    call.on('ended', (text) => {
      own.close();
      this.#current = undefined;
      this.#view.clear();
      this.#showEnded(text);
    });
    const conversation = this.#known.find(
      (it) => it.conversationId === conversationId,
    );
    const title = conversation
      ? conversation.title || namesIn(conversation, userId)
      : 'Call';
    this.#view.follow(call, title, own, close);
    document.title = `${title} · ${TITLE}`;
    showView('room');
    this.#view.focus();
    own.open(type);
    return call;
  }

  #showEnded(text: string): void {
    if (text === '') {
      this.#showHome();
      return;
    }
    document.title = TITLE;
    showView('ended');
    this.#endedView.show(text);
  }

  #showHome(): void {
    document.title = TITLE;
    showView('home');
    this.#home.focus();
    void this.#attempt(() => this.#load());
  }

  async #load(): Promise<void> {
    this.#known = await this.#conversations.list();
    this.#home.showConversations(this.#known, this.#profile.id);
  }

  /** Does something with the server, and shows what is in the way. */
  async #attempt(action: (socket: CallSocket) => Promise<void>): Promise<void> {
    const socket = this.#socket;
    if (!socket) {
      return;
    }
    this.#busy = true;
    try {
      this.#home.showProblem();
      await action(socket);
    } catch (error) {
      if (error instanceof UserError && error.code === 'LOGIN_ENDED') {
        this.#close(error.message);
        return;
      }
      const { message } = error as Error;
      this.#home.showProblem(message);
      this.#view.notify('server', { text: message, tone: 'warn' });
    } finally {
      this.#busy = false;
    }
  }
}
