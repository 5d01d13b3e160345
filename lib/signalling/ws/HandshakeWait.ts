import type { Duplex } from 'node:stream';

import type { AppError } from '../../core/errors.ts';

/**
 * The time from a handshake until its answer, in which the client may hang up
 * and the server may stop.
 */
export class HandshakeWait implements Disposable {
  readonly #socket: Duplex;
  readonly #end = Promise.withResolvers<never>();

  constructor(socket: Duplex) {
    this.#socket = socket;
    // A wait may end when its result is there already.
    this.#end.promise.catch(() => undefined);
    socket.on('readable', this.#lookForEnd);
    socket.on('end', this.#hangUp);
    socket.on('close', this.#hangUp);
    socket.on('error', this.#hangUp);
  }

  /**
   * The result of some work, unless the wait ends before.
   *
   * @throws {Error} The reason for the end; the socket is destroyed if the
   *   client has hung up.
   */
  until<Result>(work: Promise<Result>): Promise<Result> {
    return Promise.race([work, this.#end.promise]);
  }

  /** Ends the wait with the reason that the client is given. */
  abandon(reason: AppError): void {
    this.#end.reject(reason);
  }

  [Symbol.dispose](): void {
    this.#socket.off('readable', this.#lookForEnd);
    this.#socket.off('end', this.#hangUp);
    this.#socket.off('close', this.#hangUp);
    this.#socket.off('error', this.#hangUp);
  }

  /** A stream tells of its end only when it is read, and frames are not to be read yet. */
  readonly #lookForEnd = (): void => {
    if (this.#socket.readableLength === 0) {
      this.#socket.read();
    }
  };

  readonly #hangUp = (): void => {
    this.#socket.destroy();
    this.#end.reject(new Error('the client has hung up'));
  };
}
