import { UserError } from './advice.ts';
import { accepted, send } from './http.ts';
import type { PageUser, Profile } from './PageUser.ts';
import { text } from '../texts/texts.ts';

const KEY = 'atrium.login';

/** The tokens of a login. */
type Tokens = { access: string; refresh: string };

/** The user's login, which lasts as long as the tab. */
export class Account implements PageUser {
  #tokens: Tokens | undefined = storedTokens();
  #renewal: Promise<void> | undefined;

  get isLoggedIn(): boolean {
    return this.#tokens !== undefined;
  }

  /** The access token; empty without a login. */
  get token(): string {
    return this.#tokens?.access ?? '';
  }

  get credentials(): { token: string } {
    return { token: this.token };
  }

  /** Creates an account and logs in. @throws {UserError} */
  async register(email: string, name: string, password: string): Promise<void> {
    accepted(await send('POST', 'auth/register/', { email, name, password }));
    await this.logIn(email, password);
  }

  /** @throws {UserError} */
  async logIn(email: string, password: string): Promise<void> {
    const answer = await send('POST', 'auth/login/', { email, password });
    this.#keep(accepted(answer) as Tokens);
  }

  /** Ends the login here, and on the server if it can be reached. */
  leave(): void {
    const { token } = this;
    this.#keep(undefined);
    send('POST', 'auth/logout/', {}, token).catch(() => {
      // The tokens are forgotten here, and expire there.
    });
  }

  /** @throws {UserError} */
  async profile(): Promise<Profile> {
    const { id, name } = (await this.request('GET', 'auth/profile/')) as {
      id: number;
      name: string;
    };
    return { id: String(id), name };
  }

  /**
   * Sends a request of the user, with a new token where the last has expired.
   *
   * @throws {UserError}
   */
  async request(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<unknown> {
    let answer = await send(method, path, body, this.token);
    if (answer.status === 401) {
      await this.renew();
      answer = await send(method, path, body, this.token);
    }
    return accepted(answer);
  }

  /** Fetches another access token. @throws {UserError} */
  renew(): Promise<void> {
    this.#renewal ??= this.#renew().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #renew(): Promise<void> {
    const refresh = this.#tokens?.refresh;
    const answer = await send('POST', 'auth/token/refresh/', { refresh });
    if (answer.status === 400 || answer.status === 401) {
      this.#keep(undefined);
      throw new UserError('LOGIN_ENDED', text('advice.LOGIN_ENDED'));
    }
    const { access } = accepted(answer) as { access: string };
    if (refresh !== undefined && this.#tokens?.refresh === refresh) {
      this.#keep({ access, refresh });
    }
  }

  #keep(tokens: Tokens | undefined): void {
    this.#tokens = tokens;
    try {
      if (tokens) {
        sessionStorage.setItem(KEY, JSON.stringify(tokens));
      } else {
        sessionStorage.removeItem(KEY);
      }
    } catch {
      // Without storage, a reload of the page asks for the password again.
    }
  }
}

function storedTokens(): Tokens | undefined {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
    return (stored as Tokens | null) ?? undefined;
  } catch {
    return undefined;
  }
}
