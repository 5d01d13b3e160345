import { AppError, coreErrors } from '../core/errors.ts';

/** How many there may be in all, and from one network. */
export interface NetworkLimits {
  inAll: number;
  perNetwork: number;
}

/** Counts what clients hold in all and by network, up to a limit. */
export class PerNetworkLimit {
  readonly #what: string;
  readonly #options: Record<keyof NetworkLimits, string>;
  readonly #limits: () => NetworkLimits;
  readonly #byNetwork = new Map<string, number>();
  #inAll = 0;

  /**
   * @param what - What is counted, in the plural.
   * @param options - The options of the limits; named to whoever is refused.
   * @param limits - The limits as they are now.
   */
  constructor(
    what: string,
    options: Record<keyof NetworkLimits, string>,
    limits: () => NetworkLimits,
  ) {
    this.#what = what;
    this.#options = options;
    this.#limits = limits;
  }

  /**
   * Makes sure that one more may be counted.
   *
   * @param replaced - The network of the one that goes for it, if one does.
   * @throws {AppError} LIMIT_REACHED, SERVER_FULL.
   */
  require(network: string, replaced?: string): void {
    const { inAll, perNetwork } = this.#limits();
    if (replaced === undefined && this.#inAll >= inAll) {
      throw new AppError(
        coreErrors.SERVER_FULL,
        `${this.#options.inAll}: expected at most ${inAll} ${this.#what} on this server, and as many are here; try again later`,
        { option: this.#options.inAll },
      );
    }
    const here = this.#byNetwork.get(network) ?? 0;
    if (replaced !== network && here >= perNetwork) {
      throw new AppError(
        coreErrors.LIMIT_REACHED,
        `${this.#options.perNetwork}: expected at most ${perNetwork} ${this.#what} from one address, and as many are here`,
        { option: this.#options.perNetwork },
      );
    }
  }

  /**
   * Counts one more, whatever the limits.
   *
   * @returns What counts it out again, once.
   */
  add(network: string): () => void {
    this.#change(network, 1);
    let counted = true;
    return () => {
      if (counted) {
        counted = false;
        this.#change(network, -1);
      }
    };
  }

  #change(network: string, by: 1 | -1): void {
    this.#inAll += by;
    const here = (this.#byNetwork.get(network) ?? 0) + by;
    if (here === 0) {
      this.#byNetwork.delete(network);
    } else {
      this.#byNetwork.set(network, here);
    }
  }
}
