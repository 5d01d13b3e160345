import { AtriumServer } from '@atrium/server-sdk';
import type { ServerKey } from '@atrium/server-sdk';

import { EventLog } from './EventLog.ts';
import { FiguresByPeer } from './PeerFigures.ts';

/** The place of the key in the storage of this tab. */
const STORED = 'atrium-api-key';

/** The name of a scope. */
export type Scope = ServerKey['scopes'][number];

/** The key that was given in this tab before, if it is still there. */
export function storedKey(): string | undefined {
  return sessionStorage.getItem(STORED) ?? undefined;
}

/** Forgets the key. */
export function forgetKey(): void {
  sessionStorage.removeItem(STORED);
}

/** An operator who has signed in with a key. */
export class Session {
  readonly atrium: AtriumServer;
  readonly keyId: string;
  /** Undefined where the key may not follow the events. */
  readonly log: EventLog | undefined;
  /** The figures of peers that the page has read. */
  readonly figures = new FiguresByPeer();
  readonly #scopes: ReadonlySet<Scope>;

  private constructor(
    atrium: AtriumServer,
    { keyId, scopes }: ServerKey,
    failed: (error: unknown) => void,
  ) {
    this.atrium = atrium;
    this.keyId = keyId;
    this.#scopes = new Set(scopes);
    this.log = this.can('events:read')
      ? new EventLog(atrium, failed)
      : undefined;
  }

  /**
   * Signs in with a key, which is kept for this tab.
   *
   * @param failed - Learns that the key is refused later on.
   * @throws {AtriumError} When the key is refused, or the server does not answer.
   */
  static async start(
    key: string,
    failed: (error: unknown) => void,
  ): Promise<Session> {
    const atrium = new AtriumServer({
      // The page is in `admin/`, wherever a proxy serves it.
      url: new URL('..', location.href).href,
      key,
      retries: 1,
    });
    const shown = await atrium.key.get();
    sessionStorage.setItem(STORED, key);
    return new Session(atrium, shown, failed);
  }

  /** True if the key has a scope. */
  can(scope: Scope): boolean {
    return this.#scopes.has(scope);
  }

  close(): void {
    this.log?.close();
  }
}
