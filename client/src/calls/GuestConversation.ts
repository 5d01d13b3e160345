import { Conversations } from './Conversations.ts';
import type { GuestSession } from './GuestSession.ts';
import type { Conversation } from './protocol.ts';

/** The one conversation of a guest, who has no list of them at the server. */
export class GuestConversation extends Conversations {
  readonly #guest: GuestSession;

  constructor(guest: GuestSession) {
    super(guest);
    this.#guest = guest;
  }

  override async list(): Promise<Conversation[]> {
    return [await this.show(this.#guest.conversationId)];
  }
}
