import { UserError } from './advice.ts';
import { accepted, send } from './http.ts';
import type { PageUser, Profile } from './PageUser.ts';
import { text } from '../texts/texts.ts';

const KEY = 'atrium.guest';

/** The session of a guest, with the share link that it came by. */
type Session = {
  share: string;
  token: string;
  profile: Profile;
  conversationId: string;
};

/** The guest of one conversation, until the tab is closed. */
export class GuestSession implements PageUser {
  #session: Session | undefined = storedSession();

  /** The token of the share link; undefined without a session. */
  get share(): string | undefined {
    return this.#session?.share;
  }

  /** The session token; empty without a session. */
  get token(): string {
    return this.#session?.token ?? '';
  }

  get credentials(): { sessionToken: string } {
    return { sessionToken: this.token };
  }

  /** The id of the conversation; empty without a session. */
  get conversationId(): string {
    return this.#session?.conversationId ?? '';
  }

  /** Starts a session by a share link. @throws {UserError} SHARE_LINK_NOT_FOUND. */
  async start(share: string, name: string): Promise<void> {
    const path = `api/share-links/${encodeURIComponent(share)}/sessions`;
    const answer = await send('POST', path, { username: name });
    const { data } = accepted(answer) as {
      data: {
        sessionToken: string;
        anonymousUserId: string;
        conversationId: string;
      };
    };
    const { sessionToken: token, anonymousUserId: id, conversationId } = data;
    this.#keep({ share, token, profile: { id, name }, conversationId });
  }

  /** Forgets the session, which expires on the server. */
  leave(): void {
    this.#keep(undefined);
  }

  profile(): Promise<Profile> {
    return this.#session
      ? Promise.resolve(this.#session.profile)
      : Promise.reject(ended());
  }

  async request(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<unknown> {
    const { token } = this;
    const answer = await send(method, path, body, token);
    if (answer.status === 401) {
      if (token === this.token) {
        this.leave();
      }
      throw ended();
    }
    return accepted(answer);
  }

  /** Asks whether the session goes on: there is no other one to fetch. */
  async renew(): Promise<void> {
    await this.request('GET', 'api/ice-servers');
  }

  #keep(session: Session | undefined): void {
    this.#session = session;
    try {
      if (session) {
        sessionStorage.setItem(KEY, JSON.stringify(session));
      } else {
        sessionStorage.removeItem(KEY);
      }
    } catch {
      // Without storage, a reload of the page needs the link again.
    }
  }
}

function storedSession(): Session | undefined {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
    return (stored as Session | null) ?? undefined;
  } catch {
    return undefined;
  }
}

function ended(): UserError {
  return new UserError('LOGIN_ENDED', text('advice.GUEST_ENDED'));
}
