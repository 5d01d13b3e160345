import { randomBytes, timingSafeEqual } from 'node:crypto';

const TOKEN_BYTES = 32;

/** The secret with which a client resumes its peer; each is good for once. */
export class ResumeToken {
  #value = newToken();

  get value(): string {
    return this.#value;
  }

  /** Compares in a time that does not reveal where the tokens differ. */
  matches(given: string): boolean {
    const [a, b] = [Buffer.from(given), Buffer.from(this.#value)];
    return a.length === b.length && timingSafeEqual(a, b);
  }

  /** Replaces the token after it was used. */
  renew(): void {
    this.#value = newToken();
  }
}

function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}
