import { adviceOn, UserError } from './advice.ts';
import type { CallSocket } from './CallSocket.ts';
import type { Conversations } from './Conversations.ts';
import type { CallMode, CallType, Incoming, Participant } from './protocol.ts';

/** A call that the user is in from now on. */
export type Entered = {
  callId: string;
  conversationId: string;
  type: CallType;
  mode: CallMode;
  participants: Participant[];
  /** `joined` where the conversation had a call already. */
  how: 'started' | 'joined' | 'accepted' | 'resumed';
  /** True while no one has answered the call that the user has started. */
  ringing: boolean;
};

/** The ways into a call, by messages to the server. */
export class CallEntry {
  readonly #conversations: Conversations;

  constructor(conversations: Conversations) {
    this.#conversations = conversations;
  }

  /** Calls a conversation, or joins the call that it has. @throws {UserError} */
  async start(
    socket: CallSocket,
    conversationId: string,
    type: CallType,
  ): Promise<Entered> {
    let callId;
    try {
      ({ callId } = await socket.request('call:initiate', {
        conversationId,
        type,
        settings: { videoEnabled: type === 'video' },
      }));
    } catch (error) {
      if (error instanceof UserError && error.code === 'CALL_ALREADY_ACTIVE') {
        return this.join(socket, conversationId, type);
      }
      throw error;
    }
    const { mode, participants, status } =
      await this.#conversations.call(callId);
    return {
      callId,
      conversationId,
      type,
      mode,
      participants,
      how: 'started',
      ringing: status === 'initiated',
    };
  }

  /** Accepts a call that rings. @throws {UserError} */
  async accept(
    socket: CallSocket,
    { callId, conversationId }: Incoming,
    type: CallType,
  ): Promise<Entered> {
    const { mode, participants } = await socket.request('call:accept', {
      callId,
      audioEnabled: true,
      videoEnabled: type === 'video',
    });
    return {
      callId,
      conversationId,
      type,
      mode,
      participants,
      how: 'accepted',
      ringing: false,
    };
  }

  /** Joins the call that a conversation has. @throws {UserError} CALL_ENDED without one. */
  protected async join(
    socket: CallSocket,
    conversationId: string,
    type: CallType,
  ): Promise<Entered> {
    const calls = await this.#conversations.calls(conversationId);
    const live = calls.find(({ status }) => status !== 'ended');
    if (!live) {
      throw adviceOn({ code: 'CALL_ENDED', message: 'it ended just now' });
    }
    const { callId, mode, participants } = await socket.request('call:join', {
      callId: live.callId,
      audioEnabled: true,
      videoEnabled: type === 'video',
    });
    return {
      callId,
      conversationId,
      type,
      mode,
      participants,
      how: 'joined',
      ringing: false,
    };
  }
}
