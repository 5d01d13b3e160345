import { OpenRequests } from '../../lib/core/OpenRequests.ts';
import { closingFor } from '../../lib/signalling/closeCodes.ts';
import type {
  CloseCode,
  CloseDetails,
  Closing,
} from '../../lib/signalling/closeCodes.ts';
import type {
  Arrival,
  ClientLink,
  CloseListener,
  DeliveryListener,
  MessageListener,
} from '../../lib/signalling/ClientLink.ts';

/** Admits every request. */
export const admitted: Arrival = {
  admit: () => ({
    countEntries: () => undefined,
    fail: () => undefined,
    [Symbol.dispose]: () => undefined,
  }),
};

/** A link without a wire: a test sends, breaks it, and reads what was sent. */
export class MemoryLink implements ClientLink {
  readonly id = 'memory';
  readonly network = 'here';
  readonly requests = new OpenRequests();
  /** The messages and, at the end, the close code. */
  readonly sent: string[] = [];
  /** The number of probes that were asked for. */
  probes = 0;
  closed = false;
  delivery: DeliveryListener | undefined;
  #listener: MessageListener | undefined;
  #encodeClosing: ((closing: Closing) => string) | undefined;
  readonly #closeListeners: CloseListener[] = [];

  onMessage(listener: MessageListener): void {
    this.#listener = listener;
  }

  onClosing(encode: (closing: Closing) => string): void {
    this.#encodeClosing = encode;
  }

  onDelivery(listener: DeliveryListener): void {
    this.delivery = listener;
  }

  onClose(listener: CloseListener): void {
    this.#closeListeners.push(listener);
  }

  send(message: string | Buffer): void {
    if (!this.closed) {
      this.sent.push(message.toString());
    }
  }

  probe(): void {
    this.probes += 1;
  }

  close(code: CloseCode, reason: string, details: CloseDetails = {}): void {
    if (!this.closed) {
      const closing = closingFor(code, reason, details);
      if (closing !== undefined && this.#encodeClosing !== undefined) {
        this.sent.push(this.#encodeClosing(closing));
      }
      this.sent.push(`${code}: ${reason}`);
      this.end(false);
    }
  }

  /** Receives a message of the client. */
  receive(message: object): void {
    this.#listener?.(JSON.stringify(message), admitted);
  }

  /** Ends it, as the client or its network does. */
  end(broken: boolean): void {
    this.closed = true;
    for (const listener of this.#closeListeners.splice(0)) {
      listener(broken ? 'lost' : undefined);
    }
  }
}
