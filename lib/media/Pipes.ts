import type { types } from 'mediasoup';
import { NotFoundError } from 'mediasoup/errors';

import type { MediaOptions } from './options.ts';
import { RouterLink } from './RouterLink.ts';
import type { Piped } from './RouterLink.ts';
import { whenClosed } from './whenClosed.ts';

/** How a producer gets over a link. */
type Crossing = (link: RouterLink) => Promise<Piped>;

/** A producer on its way to another router, or there. */
interface Pipe {
  readonly piped: Promise<Piped>;
  /** How many consume it there or are about to. */
  users: number;
}

/**
 * What is carried between the routers of one room: each producer to each
 * router where somebody wants it, once, for as long as somebody does.
 */
export class Pipes {
  readonly #config: MediaOptions;
  readonly #links = new Map<string, Promise<RouterLink>>();
  readonly #pipes = new Map<string, Pipe>();

  constructor(config: MediaOptions) {
    this.#config = config;
  }

  /** How many producers are piped; one that goes to two routers counts twice. */
  get size(): number {
    return this.#pipes.size;
  }

  /**
   * Brings a track to a router until whoever asked has disposed of it; the
   * last one to do so closes the pipe.
   *
   * @throws {NotFoundError} When the producer closed meanwhile, or the router
   *   that it should go to did.
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

  /** Brings data to a router, as {@link hold} does tracks. */
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

  /** The link between two routers; who wants it together shares it. */
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

/** The error for the end that has closed, where one has. */
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
