import type { Duplex } from 'node:stream';

import type { AppError } from '../../core/errors.ts';
import { HandshakeWait } from './HandshakeWait.ts';

/** The handshakes of one gateway that are not answered yet. */
export class OpenHandshakes {
  readonly #waits = new Set<HandshakeWait>();

  /**
   * The result of some work that a handshake needs for its answer.
   *
   * @throws {Error} The failure of the work, or the reason for which the wait ends
   *   before it: the client has hung up, or the server stops.
   */
  async result<Result>(socket: Duplex, work: Promise<Result>): Promise<Result> {
    using wait = new HandshakeWait(socket);
    this.#waits.add(wait);
    try {
      return await wait.until(work);
    } finally {
      this.#waits.delete(wait);
    }
  }

  /** Ends every wait with the reason that the clients are given. */
  abandon(reason: AppError): void {
    for (const wait of this.#waits) {
      wait.abandon(reason);
    }
  }
}
