import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { Webhook } from 'standardwebhooks';

import { WEBHOOK_EVENTS } from '../../lib/webhooks/events.ts';
import type { WebhookEventType } from '../../lib/webhooks/events.ts';
import { newSecret } from '../../tools/webhooks/receiver.ts';

/** A request with an event, as it came. */
export interface Received {
  readonly id: string;
  readonly type: WebhookEventType;
  readonly sequence: number | undefined;
  // Tests know the shape of each event that they compare.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly data: any;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Answers a request, or does not. */
type Answer = (
  response: ServerResponse,
  received: Received,
) => void | Promise<void>;

/** A backend that receives events, and knows that each is signed and complete. */
export class Receiver implements AsyncDisposable {
  readonly secret = newSecret();
  readonly requests: Received[] = [];
  /** Answers requests from now on. */
  answer: Answer = accept;
  readonly #server: Server;
  readonly #arrivals = new EventEmitter();

  private constructor() {
    this.#arrivals.setMaxListeners(0);
    this.#server = createServer((request, response) => {
      // A sender that has disconnected needs no answer.
      response.on('error', () => undefined);
      void this.#receive(request, response);
    });
  }

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/`;
  }

  /** Waits until so many requests have come in all. */
  async received(count: number): Promise<Received[]> {
    while (this.requests.length < count) {
      await once(this.#arrivals, 'request');
    }
    return this.requests;
  }

  /** Waits for a request with an event that fits, past or future. */
  async find(fits: (received: Received) => boolean): Promise<Received> {
    for (;;) {
      const found = this.requests.find(fits);
      if (found !== undefined) {
        return found;
      }
      await once(this.#arrivals, 'request');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #receive(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { headers } = request;
    const body = await text(request);
    const event = new Webhook(this.secret).verify(
      body,
      headers as Record<string, string>,
    ) as Omit<Received, 'id' | 'headers' | 'body'>;
    assert.deepEqual(
      WEBHOOK_EVENTS[event.type].data.strict().parse(event.data),
      event.data,
    );
    const id = String(headers['webhook-id']);
    const received = { ...event, id, headers, body };
    this.requests.push(received);
    this.#arrivals.emit('request');
    await this.answer(response, received);
  }
}

/** Says that the event has arrived. */
export function accept(response: ServerResponse): void {
  response.writeHead(204).end();
}

/** Answers with a status. */
export function status(
  code: number,
  headers: Record<string, string> = {},
): Answer {
  return (response) => {
    response.writeHead(code, headers).end('an answer that is not read');
  };
}
