import { TokenBucket } from '../limits/TokenBucket.ts';
import type { Rate } from '../limits/TokenBucket.ts';
import { ResumeToken } from './ResumeToken.ts';

/** Connections that may resume one peer beyond the limit of handshakes. */
const RETURNS: Rate = { perSecond: 0.2, burst: 5 };

/**
 * The reason for which a client is away: its connection was `lost`, or it
 * `announced` that it would be back.
 */
export type Absence = 'lost' | 'announced';

/** The peer whose client may be away. */
interface Owner {
  /** The absence after which the others are told, ms. */
  readonly absenceNotice: number;
  /** Called when the client has been away for so long, and with false once it is back. */
  announceAbsence(away: boolean): void;
  /** Called when the client has not come back in time. */
  close(reason: 'disconnected'): void;
}

/** The wait for a client that is away, and its right to come back. */
export class Resumption {
  readonly #timeout: number;
  readonly #owner: Owner;
  readonly #token: ResumeToken | undefined;
  readonly #returns = new TokenBucket(RETURNS);
  #absence: Absence | undefined;
  #timer: NodeJS.Timeout | undefined;
  #noticeTimer: NodeJS.Timeout | undefined;
  #isNoticed = false;

  /** @param timeout - The longest absence, ms; with 0 there is none. */
  constructor(timeout: number, owner: Owner) {
    this.#timeout = timeout;
    this.#owner = owner;
    this.#token = timeout > 0 ? new ResumeToken() : undefined;
    // The join counts too: otherwise each join would come with a new allowance.
    this.#returns.take(RETURNS.burst);
  }

  /** The token to come back with; undefined if the client cannot. */
  get token(): string | undefined {
    return this.#token?.value;
  }

  /** The reason for which the client is away; undefined while it is connected. */
  get absence(): Absence | undefined {
    return this.#absence;
  }

  /** True if the client is away, and the others know that. */
  get isNoticed(): boolean {
    return this.#isNoticed;
  }

  /** True if the next return does not count against the client's network. */
  get mayReturn(): boolean {
    return this.#returns.wait === 0;
  }

  /** Counts a return, and tells if it does not count against the network. */
  takeReturn(): boolean {
    if (!this.mayReturn) {
      return false;
    }
    this.#returns.take(1);
    return true;
  }

  /** Waits for the client. */
  start(absence: Absence): void {
    const owner = this.#owner;
    this.stop();
    this.#absence = absence;
    this.#timer = setTimeout(() => owner.close('disconnected'), this.#timeout);
    this.#noticeTimer = setTimeout(() => {
      this.#isNoticed = true;
      owner.announceAbsence(true);
    }, owner.absenceNotice);
  }

  /** Ends the wait. */
  stop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#noticeTimer);
    this.#absence = undefined;
  }

  /** Tells if the client may come back with a token. */
  admits(token: string): boolean {
    return this.#token?.matches(token) === true;
  }

  /** Ends the wait, and replaces the token that the client has used. */
  resume(token: string): void {
    this.stop();
    this.#token?.renew(token);
    if (this.#isNoticed) {
      this.#isNoticed = false;
      this.#owner.announceAbsence(false);
    }
  }

  /** Makes used tokens worthless: the client has the newest. */
  confirm(): void {
    this.#token?.confirm();
  }
}
