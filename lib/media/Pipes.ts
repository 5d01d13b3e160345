import type { types } from 'mediasoup';
import { NotFoundError } from 'mediasoup/errors';

import type { MediaOptions } from './options.ts';
import { RouterLink } from './RouterLink.ts';
import type { Piped } from './RouterLink.ts';
import { whenClosed } from './whenClosed.ts';

/** Pipes a producer over a link. */
type Crossing = (link: RouterLink) => Promise<Piped>;

/** A producer that is piped to another router, or about to be. */
interface Pipe {
  readonly piped: Promise<Piped>;
  /** The number of consumers there, pending ones included. */
  users: number;
}

/**
 * The pipes between the routers of one room: one for each producer and each
 * other router that has consumers of it, for as long as it has.
 */
export class Pipes {
  readonly #config: MediaOptions;
  readonly #links = new Map<string, Promise<RouterLink>>();
  readonly #pipes = new Map<string, Pipe>();

  constructor(config: MediaOptions) {
    this.#config = config;
  }

  /** The number of pipes; a producer piped to two routers counts twice. */
  get size(): number {
    return this.#pipes.size;
  }

  /**
   * Pipes a track to a router until the result is disposed of; the last disposal
   * closes the pipe.
   *
   * @throws {NotFoundError} If the producer or the receiving router closed
   *   meanwhile.
   */
  hold(
    producer: types.Producer,
    from: types.Router,
    to: types.Router,
  ): Promise<Disposable> {
    return this.#hold(producer, from, to, (link) =>
      link.pipe(producer, from, to),
    );
  }

  /** Pipes data to a router, as {@link hold} does for tracks. */
  holdData(
    producer: types.DataProducer,
    from: types.Router,
    to: types.Router,
  ): Promise<Disposable> {
    return this.#hold(producer, from, to, (link) =>
      link.pipeData(producer, from, to),
    );
  }

  async #hold(
    producer: types.Producer | types.DataProducer,
    from: types.Router,
    to: types.Router,
    cross: Crossing,
  ): Promise<Disposable> {
    const key = `${producer.id} ${to.id}`;
    let pipe = this.#pipes.get(key);
    if (pipe === undefined) {
      pipe = { piped: this.#link(from, to).then(cross), users: 0 };
      this.#pipes.set(key, pipe);
      this.#removeWhenClosed(key, pipe);
    }
    pipe.users += 1;
    try {
      const piped = await pipe.piped;
      return {
        [Symbol.dispose]: () => {
          pipe.users -= 1;
          if (pipe.users === 0) {
            piped.close();
          }
        },
      };
    } catch (error) {
      throw explained(error, producer, to);
    }
  }

  #removeWhenClosed(key: string, pipe: Pipe): void {
    const remove = (): void => {
      if (this.#pipes.get(key) === pipe) {
        this.#pipes.delete(key);
      }
    };
    pipe.piped.then((piped) => whenClosed(piped, remove), remove);
  }

  /** Finds or opens the link between two routers. */
  #link(from: types.Router, to: types.Router): Promise<RouterLink> {
    const key = [from.id, to.id].toSorted().join(' ');
    let opening = this.#links.get(key);
    if (opening === undefined) {
      opening = RouterLink.open(this.#config, from, to);
      this.#links.set(key, opening);
      const remove = (): void => {
        this.#links.delete(key);
      };
      opening.then((link) => link.onClose(remove), remove);
    }
    return opening;
  }
}

/** Replaces an error if one end of the pipe has closed. */
function explained(
  error: unknown,
  producer: types.Producer | types.DataProducer,
  to: types.Router,
): unknown {
  if (to.closed) {
    return new NotFoundError(`the router ${to.id} is gone`);
  }
  return producer.closed
    ? new NotFoundError(`the producer ${producer.id} is gone`)
    : error;
}
