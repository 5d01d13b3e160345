import { VideoconfError } from './VideoconfError.ts';

/** The longest that the server may take to answer, ms. */
const ANSWER_TIMEOUT = 30_000;

/** The rights of one person in a session. */
export type Entry = {
  title: string;
  /** A ticket for the socket of the session. */
  socket: string;
  /** The token for the room of the session. */
  token: string;
};

/** Titled sessions with passwords, over HTTP. */
export class Sessions {
  readonly #server: string;
  readonly #key: string;

  /** Takes the address of the server, and the key of a project. */
  constructor(server: string, key: string) {
    this.#server = server;
    this.#key = key;
  }

  /** Creates a session. Resolves to its address. */
  async create(title: string, password: string): Promise<string> {
    const { socket } = await this.#post<{ socket: string }>('session', {
      title,
      password,
    });
    return socket;
  }

  /**
   * Lets a person into a session.
   *
   * @param token - That of an earlier entry, to stay the same person.
   */
  enter(address: string, password: string, token?: string): Promise<Entry> {
    return this.#post<Entry>(`connect/${encodeURIComponent(address)}`, {
      password,
      token,
    });
  }

  async #post<Reply>(path: string, body: object): Promise<Reply> {
    let response;
    let reply;
    try {
      response = await fetch(new URL(path, this.#server), {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          Authorization: `Bearer ${this.#key}`,
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(ANSWER_TIMEOUT),
      });
      reply = (await response.json()) as Reply & {
        error?: { code: string; message: string };
      };
    } catch (error) {
      throw VideoconfError.because('UNREACHABLE', error as Error);
    }
    if (!response.ok) {
      const { code = 'UNREACHABLE', message = `status ${response.status}` } =
        reply.error ?? {};
      // Another attempt may go well once the server has less to do.
      const final = response.status < 500 && response.status !== 429;
      throw new VideoconfError(code, message, { final });
    }
    return reply;
  }
}
