import { EventEmitter } from 'node:events';

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

interface ProtooTransportEvents {
  message: [message: ProtooMessage];
  close: [];
}

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
export class ProtooTransport extends EventEmitter<ProtooTransportEvents> {
  readonly #link: ClientLink;

  constructor(link: ClientLink) {
    super();
    this.#link = link;
    link.onMessage((text, arrival) => this.#receive(text, arrival));
    link.onClose(() => this.emit('close'));
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

  #receive(text: string, arrival: Arrival): void {
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
    this.emit('message', message);
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
  const { id, method, data, ...rest } = frame as Record<string, unknown>;
  if (rest['request'] === true) {
    if (!isId(id)) {
      return 'expected a protoo request with a number as its id';
    }
    return typeof method === 'string'
      ? { request: true, id, method, data, arrival }
      : 'expected a protoo request with a string as its method';
  }
  if (rest['response'] === true) {
    return isId(id)
      ? {
          response: true,
          id,
          ok: rest['ok'] === true,
          data,
          errorCode: rest['errorCode'],
          errorReason: rest['errorReason'],
        }
      : 'expected a protoo response with a number as its id';
  }
  if (rest['notification'] === true) {
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
