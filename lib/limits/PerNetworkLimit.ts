import { AppError, coreErrors } from '../core/errors.ts';
import type { Live } from '../core/Live.ts';
import type { LimitName, Limits, LimitUse } from './options.ts';

/** The two limits on objects of one kind. */
export interface NetworkLimits {
  inAll: LimitName;
  perNetwork: LimitName;
}

/** A place in a limit, given back when it is disposed of. */
class Place implements Disposable {
  readonly #network: string;
  #giveBack: ((network: string) => void) | undefined;

  constructor(network: string, giveBack: (network: string) => void) {
    this.#network = network;
    this.#giveBack = giveBack;
  }

  [Symbol.dispose](): void {
    this.#giveBack?.(this.#network);
    this.#giveBack = undefined;
  }
}

/** A bound on what clients hold, in all and by network. */
export class PerNetworkLimit {
  readonly #limits: Live<Limits>;
  readonly #options: NetworkLimits;
  readonly #objects: string;
  readonly #capacity: number;
  readonly #byNetwork = new Map<string, number>();
  #inAll = 0;

  /**
   * @param options - The limits, which are named to clients that are refused.
   * @param objects - The objects that are counted, in the plural.
   * @param capacity - A bound in all that no option can raise.
   */
  constructor(
    limits: Live<Limits>,
    options: NetworkLimits,
    objects: string,
    capacity = Infinity,
  ) {
    this.#limits = limits;
    this.#options = options;
    this.#objects = objects;
    this.#capacity = capacity;
  }

  /** The limit in all, and the number of objects that it applies to. */
  get use(): LimitUse {
    const option = this.#options.inAll;
    const limit = Math.min(this.#limits[option], this.#capacity);
    return { option, limit, used: this.#inAll };
  }

  /**
   * Counts one more object, until it is disposed of.
   *
   * @param replaced - The network of an object that goes in exchange.
   * @throws {AppError} LIMIT_REACHED, SERVER_FULL.
   */
  acquire(network: string, replaced?: string): Disposable {
    const { limit: inAll, used } = this.use;
    if (replaced === undefined && used >= inAll) {
      const option = `limits.${this.#options.inAll}`;
      throw new AppError(
        coreErrors.SERVER_FULL,
        `${option}: expected at most ${inAll} ${this.#objects} on this server, and that many exist; try again later`,
        { option },
      );
    }
    const perNetwork = this.#limits[this.#options.perNetwork];
    const here = this.#byNetwork.get(network) ?? 0;
    if (replaced !== network && here >= perNetwork) {
      const option = `limits.${this.#options.perNetwork}`;
      throw new AppError(
        coreErrors.LIMIT_REACHED,
        `${option}: expected at most ${perNetwork} ${this.#objects} from one address, and that many exist`,
        { option },
      );
    }
    return this.acquireBeyond(network);
  }

  /** Counts one more object regardless of the limits, until it is disposed of. */
  acquireBeyond(network: string): Disposable {
    this.#change(network, 1);
    return new Place(network, this.#giveBack);
  }

  readonly #giveBack = (network: string): void => this.#change(network, -1);

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
