import type { CloseCode } from '../../signalling/closeCodes.ts';
import type { Arrival, ClientLink } from '../../signalling/ClientLink.ts';

/** A request as protoo-server's Peer passes it on: as it came from the transport. */
export interface ProtooRequest {
  request: true;
  id: number;
  method: string;
  data: unknown;
  /** The verdict of the link on the frame. */
  arrival: Arrival;
}

/** A message as protoo-server's Peer takes it. */
type ProtooMessage =
  | ProtooRequest
  | {
      response: true;
      id: number;
      ok: boolean;
      data: unknown;
      errorCode: unknown;
      errorReason: unknown;
    }
  | { notification: true; method: string; data: unknown };

type MessageListener = (message: ProtooMessage) => void;

/**
 * Carries protoo messages over a link, in the shape that protoo-server's Peer
 * expects of a transport. A frame that is not protoo ends the connection.
 *
 * The package's own parser is not used: the frame `null` makes it throw, and it
 * turns every falsy `data` into `{}`, so that `"data": 0` would pass a check
 * that `"data": 1` fails.
 *
 * @see https://protoo.versatica.com/#protoo-messages
 */
export class ProtooTransport {
  readonly #link: ClientLink;

  constructor(link: ClientLink) {
    this.#link = link;
  }

  /** Registers the only listener for messages, or one for the end. */
  on(event: 'message', listener: MessageListener): void;
  on(event: 'close', listener: () => void): void;
  on(
    event: 'message' | 'close',
    listener: MessageListener & (() => void),
  ): void {
    if (event === 'message') {
      this.#link.onMessage((text, arrival) =>
        this.#receive(text, arrival, listener),
      );
    } else {
      this.#link.onClose(() => listener());
    }
  }

  get closed(): boolean {
    return this.#link.closed;
  }

  close(): void {
    this.#link.close('ended', 'closed by the server');
  }

  send(message: object): Promise<void> {
    this.#link.send(JSON.stringify(message));
    return Promise.resolve();
  }

  #receive(text: string, arrival: Arrival, listener: MessageListener): void {
    let frame: unknown;
    try {
      frame = JSON.parse(text);
    } catch {
      this.#refuse('notJson', 'expected JSON');
      return;
    }
    const message = toMessage(frame, arrival);
    if (typeof message === 'string') {
      this.#refuse('notTheProtocol', message);
      return;
    }
    listener(message);
  }

  #refuse(code: CloseCode, reason: string): void {
    this.#link.close(code, reason);
  }
}

/** The message in a frame, or the fault in it. */
function toMessage(frame: unknown, arrival: Arrival): ProtooMessage | string {
  if (typeof frame !== 'object' || frame === null || Array.isArray(frame)) {
    return 'expected a protoo message, an object';
  }
  const message = frame as Record<string, unknown>;
  const { id, method, data } = message;
  if (message['request'] === true) {
    if (!isId(id)) {
      return 'expected a protoo request with a number as its id';
    }
    return typeof method === 'string'
      ? { request: true, id, method, data, arrival }
      : 'expected a protoo request with a string as its method';
  }
  if (message['response'] === true) {
    return isId(id)
      ? {
          response: true,
          id,
          ok: message['ok'] === true,
          data,
          errorCode: message['errorCode'],
          errorReason: message['errorReason'],
        }
      : 'expected a protoo response with a number as its id';
  }
  if (message['notification'] === true) {
    return typeof method === 'string'
      ? { notification: true, method, data }
      : 'expected a protoo notification with a string as its method';
  }
  return 'expected a protoo request, response or notification';
}

/** JSON can say 1e999, and no answer could carry that back. */
function isId(id: unknown): id is number {
  return Number.isFinite(id);
}
