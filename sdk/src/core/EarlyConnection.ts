import { socketUrl } from './address.ts';
import type { Address } from './address.ts';
import { Connection } from './Connection.ts';
import { fetchDevice } from './LoadedDevice.ts';
import type { LoadedDevice } from './LoadedDevice.ts';

/**
 * The longest that a connection waits to be used, ms: less than the time within
 * which servers expect it to join.
 */
const LIFETIME = 8_000;

/**
 * A connection that is opened before the user joins, with a device that knows
 * the codecs of the room. It saves as many round trips as that takes.
 */
export class EarlyConnection {
  readonly #url: string;
  readonly #connection: Connection;
  /** Undefined where the codecs cannot be had before. */
  readonly device: Promise<LoadedDevice | undefined>;
  readonly #timer: ReturnType<typeof setTimeout>;

  /** Opens it. Throws where the browser opens no WebSocket. */
  constructor(address: Address) {
    this.#url = socketUrl(address);
    this.#connection = new Connection(this.#url);
    this.device = fetchDevice(address.url);
    this.#timer = setTimeout(() => this.close(), LIFETIME);
  }

  /** Can still be used to go to an address. */
  leadsTo(address: Address): boolean {
    return !this.#connection.closed && this.#url === socketUrl(address);
  }

  /** Hands the connection over, to be joined by. */
  use(): Connection {
    clearTimeout(this.#timer);
    return this.#connection;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#connection.close();
  }
}
