import type { DeviceSource } from 'videoconf-sdk/core';
import type { NoticeKind } from '../ui/Notices.ts';
import { showView } from '../ui/showView.ts';
import { EndedView } from '../ui/EndedView.ts';
import { UserError } from './advice.ts';
import { Call } from './Call.ts';
import { CallSocket } from './CallSocket.ts';
import type { SocketState } from './CallSocket.ts';
import type { CallEntry, Entered } from './CallEntry.ts';
import type { Conversations } from './Conversations.ts';
import { IncomingCalls } from './IncomingCalls.ts';
import { loadLanguage, saveLanguage } from './languages.ts';
import { LeftCall } from './LeftCall.ts';
import { loadOpened } from './openedDevices.ts';
import { OwnPart } from './OwnPart.ts';
import type { PageUser, Profile } from './PageUser.ts';
import type {
  CallType,
  Conversation,
  Incoming,
  ServerEvent,
  ServerEvents,
} from './protocol.ts';
import { RingingSound } from './RingingSound.ts';
import { CallView } from './ui/CallView.ts';
import { HomeView, namesIn } from './ui/HomeView.ts';
import type { Words } from './words.ts';
import { text } from '../texts/texts.ts';
import { showTitle } from '../texts/show.ts';

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

/** The call on display. */
type Current = {
  call: Call;
  title: string;
  /** True until another person accepts the user's call. */
  ringing: boolean;
  close: () => void;
};

/** The user, and what the user can do at the server. */
type PageServices = {
  user: PageUser;
  conversations: Conversations;
  entry: CallEntry;
  words: Words;
};

/** The page of a user: the conversations, what rings, and the call. */
export class CallsPage {
  readonly #user: PageUser;
  readonly #conversations: Conversations;
  readonly #entry: CallEntry;
  readonly #onLeave: (problem?: () => string) => void;
  readonly #home: HomeView;
  readonly #incoming: IncomingCalls;
  readonly #view = new CallView();
  readonly #endedView = new EndedView();
  readonly #sound = new RingingSound();
  #profile: Profile = { id: '', name: '' };
  #language = loadLanguage();
  #socket: CallSocket | undefined;
  #known: Conversation[] = [];
  #current: Current | undefined;
  readonly #left = new LeftCall();
  /** The conversation of the last call. */
  #last: { conversationId: string; type: CallType } | undefined;
  /** Calls that are being started or accepted, one after the other. */
  #entering = 0;
  #entered: Promise<void> = Promise.resolve();

  /** @param onLeave - Called when the user has left, or had to by this reason. */
  constructor(
    { user, conversations, entry, words }: PageServices,
    onLeave: (problem?: () => string) => void,
  ) {
    this.#user = user;
    this.#conversations = conversations;
    this.#entry = entry;
    this.#home = new HomeView(words);
    this.#incoming = new IncomingCalls(words);
    this.#onLeave = onLeave;
    this.#home.on('call', ({ conversationId }, type) => {
      this.#start(conversationId, type);
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
    this.#home.on('sound', (on) => this.#sound.switch(on));
    this.#home.on('leave', () => {
      this.#user.leave();
      this.#close();
    });
    this.#incoming.on('accept', (call, type) => this.#accept(call, type));
    this.#incoming.on('decline', (call) => void this.#decline(call));
    this.#incoming.on('incoming', (call) => this.#onIncoming(call));
    this.#incoming.on('over', (kind, words) => this.#tell(kind, words));
    this.#incoming.on('change', () => this.#showRinging());
    this.#endedView.on('back', () => this.#showHome());
    this.#endedView.on('again', () => {
      const { conversationId, type } = this.#last ?? {};
      this.#showHome();
      if (conversationId !== undefined && type !== undefined) {
        this.#start(conversationId, type);
      }
    });
    window.addEventListener('online', () => this.#socket?.retryNow());
  }

  /** Begins for the user. */
  open(profile: Profile): void {
    this.#profile = profile;
    this.#home.showUser(profile, this.#language);
    this.#home.showSound(this.#sound.on);
    this.#connect();
    this.#showHome();
  }

  #close(problem?: () => string): void {
    this.#current?.call.end('');
    this.#socket?.close();
    this.#socket = undefined;
    this.#incoming.clear();
    this.#home.notices.clearAll();
    this.#home.showConversations([], '');
    this.#onLeave(problem);
  }

  #connect(): void {
    this.#socket?.close();
    const socket = new CallSocket(this.#user, this.#language);
    this.#socket = socket;
    socket.on('state', (state) => this.#onState(state));
    this.#incoming.follow(socket);
    socket.on('call:started', (event) => this.#onStarted(event));
    socket.on('call:transcription', (it) => this.#view.showText(it));
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
        void this.#left.tell(this.#socket);
        void this.#current?.call.check();
        break;
      case 'lost':
        this.#view.notify('connection', {
          text: () => text('connection.lost'),
          tone: 'wait',
          action: {
            label: () => text('common.tryNow'),
            run: () => this.#socket?.retryNow(),
          },
        });
        this.#home.showProblem(() => text('connection.lost'));
        break;
      case 'refused':
        this.#close(() => state.problem);
        break;
    }
  }

  #onIncoming({ conversationId }: Incoming): void {
    if (!this.#known.some((it) => it.conversationId === conversationId)) {
      void this.#attempt(() => this.#load());
    }
  }

  /** Tells of another call, at home and in the present call. */
  #tell(kind: NoticeKind, words: () => string): void {
    const notice = { text: words, tone: 'wait' } as const;
    this.#home.notices.show(kind, notice);
    if (this.#current) {
      this.#view.notify(kind, notice);
    }
  }

  #onStarted({
    callId,
    mode,
    participants,
  }: ServerEvents['call:started']): void {
    const current = this.#current;
    if (current?.call.id === callId) {
      current.ringing = false;
      this.#showRinging();
      current.call.begin(mode, participants);
    } else if (!current && this.#entering === 0 && !this.#left.is(callId)) {
      // The page was loaded again during the call.
      void this.#attempt(() => this.#resume(callId));
    }
  }

  /** Goes on in a call, with the devices that were open in it. */
  async #resume(callId: string): Promise<void> {
    const { conversationId, mode, participants } =
      await this.#conversations.call(callId);
    const sources = loadOpened(callId);
    const type = sources.includes('camera') ? 'video' : 'audio';
    const how = 'resumed';
    const ringing = false;
    this.#show(
      { callId, conversationId, type, mode, participants, how, ringing },
      sources,
    );
  }

  #start(conversationId: string, type: CallType): void {
    this.#enter((socket) => this.#entry.start(socket, conversationId, type));
  }

  #accept(incoming: Incoming, type: CallType): void {
    this.#enter((socket) => {
      this.#current?.close();
      return this.#entry.accept(socket, incoming, type);
    });
  }

  /** Enters a call, after another that is being entered. */
  #enter(entry: (socket: CallSocket) => Promise<Entered>): void {
    this.#entering += 1;
    this.#entered = this.#entered
      .then(() =>
        this.#attempt(async (socket) => {
          const entered = await entry(socket);
          this.#show(
            entered,
            entered.type === 'video' ? ['mic', 'camera'] : ['mic'],
          );
        }),
      )
      .finally(() => {
        this.#entering -= 1;
      });
  }

  async #decline({ callId }: Incoming): Promise<void> {
    const reason = this.#current ? 'busy' : 'declined';
    await this.#attempt(async (socket) => {
      await socket.request('call:reject', { callId, reason });
    });
  }

  /** Shows a call, and opens devices for it. */
  #show(entered: Entered, sources: DeviceSource[]): void {
    const { callId, conversationId, type, mode, participants, how } = entered;
    const { id: userId, name } = this.#profile;
    const self = participants.find(
      (it) => (it.userId ?? it.anonymousUserId) === userId,
    );
    const socket = this.#socket;
    if (!self || !socket) {
      throw new UserError('UNREACHABLE', text('advice.LOST_CALL'));
    }
    const { participantId } = self;
    const call = new Call(
      { callId, participantId, userId, name },
      {
        user: this.#user,
        socket,
        conversations: this.#conversations,
      },
    );
    const title = this.#titleOf(conversationId);
    const current: Current = {
      call,
      title,
      ringing: entered.ringing,
      close: () => this.#left.leave(call, current.ringing, this.#socket),
    };
    this.#left.forget();
    this.#current = current;
    this.#last = { conversationId, type };
    const own = new OwnPart(call, name, this.#language);
    call.on('ended', (reason) => {
      own.close();
      this.#current = undefined;
      this.#incoming.setInCall(false);
      this.#view.clear();
      this.#showEnded(reason);
    });
    this.#view.follow(call, title, own, current.close);
    this.#home.notices.clearAll();
    this.#incoming.setInCall(true);
    this.#showRinging();
    showView('room');
    this.#view.focus();
    own.open(sources);
    // Of a page that was loaded again, the other knows nothing, and offers nothing.
    call.begin(mode, participants, how === 'resumed' ? 'offerer' : undefined);
    if (how === 'joined') {
      this.#view.notify('joined', {
        text: () => text('call.joined'),
        tone: 'wait',
      });
    }
  }

  #titleOf(conversationId: string): string {
    const conversation = this.#known.find(
      (it) => it.conversationId === conversationId,
    );
    return conversation
      ? conversation.title || namesIn(conversation, this.#profile.id)
      : text('home.call');
  }

  /**
   * Sounds while something rings, and names it or the present call in the title
   * of the window.
   */
  #showRinging(): void {
    const { caller } = this.#incoming;
    const ringback = this.#current?.ringing ? 'ringback' : undefined;
    this.#sound.play(caller === undefined ? ringback : 'incoming');
    const title = this.#current?.title;
    showTitle(() =>
      caller !== undefined
        ? text('home.calling', { name: caller })
        : title !== undefined
          ? text('home.titleOf', { name: title })
          : text('home.title'),
    );
  }

  #showEnded(reason: string): void {
    if (reason === '') {
      this.#showHome();
      return;
    }
    this.#showRinging();
    showView('ended');
    this.#endedView.show(() => reason, true);
  }

  #showHome(): void {
    this.#showRinging();
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
    try {
      this.#home.showProblem();
      await action(socket);
    } catch (error) {
      if (error instanceof UserError && error.code === 'LOGIN_ENDED') {
        const { message } = error;
        this.#close(() => message);
        return;
      }
      const { message } = error as Error;
      this.#home.showProblem(() => message);
      this.#view.notify('server', { text: () => message, tone: 'warn' });
    }
  }
}
