import type { PageUser } from './PageUser.ts';
import type { CallDetails, Conversation, PastCall } from './protocol.ts';

/** The most conversations that the page lists. */
const LIMIT = 100;

/** The most calls that the page lists of a conversation. */
const CALLS = 5;

type Success<Data> = { data: Data };

/** The user's conversations and their calls, by the server's resources. */
export class Conversations {
  readonly #user: PageUser;

  constructor(user: PageUser) {
    this.#user = user;
  }

  /** @throws {UserError} */
  async list(): Promise<Conversation[]> {
    const { conversations } = await this.#get<{
      conversations: Conversation[];
    }>(`api/conversations?limit=${LIMIT}`);
    return conversations;
  }

  /** @throws {UserError} */
  show(conversationId: string): Promise<Conversation> {
    return this.#get<Conversation>(`api/conversations/${conversationId}`);
  }

  /** Starts a conversation with one other or several. @throws {UserError} */
  async start(memberIds: string[], title: string): Promise<Conversation> {
    const type = memberIds.length === 1 && title === '' ? 'direct' : 'group';
    const answer = await this.#user.request('POST', 'api/conversations', {
      type,
      memberIds,
      ...(title !== '' && { title }),
    });
    return (answer as Success<Conversation>).data;
  }

  /** The last calls, the newest first. @throws {UserError} */
  async calls(conversationId: string): Promise<PastCall[]> {
    const { calls } = await this.#get<{ calls: PastCall[] }>(
      `api/conversations/${conversationId}/calls?limit=${CALLS}`,
    );
    return calls;
  }

  /** @throws {UserError} */
  call(callId: string): Promise<CallDetails> {
    return this.#get<CallDetails>(`api/calls/${callId}`);
  }

  /** The servers that help to find a way between two browsers. @throws {UserError} */
  async iceServers(): Promise<RTCIceServer[]> {
    const { iceServers } = await this.#get<{ iceServers: RTCIceServer[] }>(
      'api/ice-servers',
    );
    return iceServers;
  }

  /** Ends a call for all, which its initiator can. @throws {UserError} */
  async end(callId: string): Promise<void> {
    await this.#user.request('DELETE', `api/calls/${callId}`);
  }

  async #get<Data>(path: string): Promise<Data> {
    return ((await this.#user.request('GET', path)) as Success<Data>).data;
  }
}
