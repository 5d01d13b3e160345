import { randomBytes } from 'node:crypto';

import type { types } from 'mediasoup-client';
import { Message, classes, methods, parseMessage } from 'werift';

/** Between checks until one is answered, ms. */
const FIRST_INTERVAL = 200;
/** Between checks afterwards, which keep the server's consent alive, ms. */
const INTERVAL = 5_000;

/** RFC 8445, 5.1.2.1: a host candidate. */
const PRIORITY = 0x7e_ff_ff_ff;

/**
 * The client's side of ICE with a server that is ICE-lite: the one path there
 * is, is checked and used.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8445
 */
export class IceCheck {
  readonly #username: string;
  readonly #password: Buffer;
  readonly #tieBreaker = randomBytes(8).readBigUInt64BE();
  readonly #send: (data: Buffer) => void;
  readonly #answered = Promise.withResolvers<void>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    { usernameFragment, password }: types.IceParameters,
    send: (data: Buffer) => void,
  ) {
    const own = randomBytes(4).toString('hex');
    this.#username = `${usernameFragment}:${own}`;
    this.#password = Buffer.from(password);
    this.#send = send;
  }

  /** Checks the path again and again; resolves when it works. */
  async start(): Promise<void> {
    this.#check();
    this.#timer = setInterval(() => this.#check(), FIRST_INTERVAL);
    await this.#answered.promise;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#check(), INTERVAL);
  }

  /** Takes a STUN message that came. */
  receive(data: Buffer): void {
    const message = parseMessage(data, this.#password);
    if (message?.messageClass === classes.RESPONSE) {
      this.#answered.resolve();
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #check(): void {
    const message = new Message(methods.BINDING, classes.REQUEST);
    message
      .setAttribute('USERNAME', this.#username)
      .setAttribute('PRIORITY', PRIORITY)
      .setAttribute('ICE-CONTROLLING', this.#tieBreaker)
      .setAttribute('USE-CANDIDATE', null)
      .addMessageIntegrity(this.#password)
      .addFingerprint();
    this.#send(message.bytes);
  }
}
