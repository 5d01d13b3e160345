import type { LimitUse } from '../limits/options.ts';
import type { ClientAddress } from '../limits/addresses.ts';
import type { ConnectionLimit } from './ConnectionLimit.ts';
import type { Listener } from './HttpListener.ts';

/** A listener, with the address that it is for. */
export interface AddressedListener {
  address: ClientAddress;
  listener: Listener;
}

/** The listeners for clients, which share one limit on connections. */
export class ClientListeners {
  readonly #main: AddressedListener;
  readonly #own: readonly AddressedListener[];
  readonly #limit: ConnectionLimit;

  /** @param own - Those of one contract each, in the order of the options. */
  constructor(
    main: AddressedListener,
    own: readonly AddressedListener[],
    limit: ConnectionLimit,
  ) {
    this.#main = main;
    this.#own = own;
    this.#limit = limit;
  }

  /** The limit on all connections, and the number of open ones. */
  get limitUse(): LimitUse {
    return this.#limit.use;
  }

  /** The address of all contracts, with the port that is open. */
  get main(): ClientAddress {
    return opened(this.#main);
  }

  /** The addresses of one contract each, with the ports that are open. */
  get own(): ClientAddress[] {
    return this.#own.map(opened);
  }

  /**
   * Listens on all addresses, on that of all contracts last: who reaches it
   * finds a complete server.
   *
   * @throws {StartError} When a port cannot be opened; others stay open until
   *   {@link stop}.
   */
  async start(): Promise<void> {
    for (const { address, listener } of [...this.#own, this.#main]) {
      await listener.start(address.option, address);
    }
  }

  /** Stops all listeners, and resolves when the last connection has closed. */
  async stop(): Promise<void> {
    await Promise.all(
      [this.#main, ...this.#own].map(({ listener }) => listener.stop()),
    );
  }
}

function opened({ address, listener }: AddressedListener): ClientAddress {
  return { ...address, port: listener.port };
}
