import { randomBytes, timingSafeEqual } from 'node:crypto';

const TOKEN_BYTES = 32;

/**
 * The secret with which a client resumes its peer. Each use replaces it, but the
 * used one stays good until the client is known to have the new one: the reply
 * that brings it may be lost.
 */
export class ResumeToken {
  #value = newToken();
  /** The token before, unless the client is known to have the newest. */
  #previous: string | undefined;

  get value(): string {
    return this.#value;
  }

  /** Tells if a token is good, in a time that does not reveal where it differs. */
  matches(given: string): boolean {
    return (
      isSame(given, this.#value) ||
      (this.#previous !== undefined && isSame(given, this.#previous))
    );
  }

  /**
   * Replaces the token after it was used. After another use of the one before,
   * the newest is given out again.
   */
  renew(used: string): void {
    if (isSame(used, this.#value)) {
      this.#previous = this.#value;
      this.#value = newToken();
    }
  }

  /** Makes the newest the only good one, because the client has it. */
  confirm(): void {
    this.#previous = undefined;
  }
}

function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
