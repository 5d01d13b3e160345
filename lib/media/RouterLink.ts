import type { types } from 'mediasoup';

import { keepConsumableParameters } from './consumableParameters.ts';
import type { MediaOptions } from './options.ts';
import { Logger } from '../core/logger.ts';
import { whenClosed } from './whenClosed.ts';
import type { Closable } from './whenClosed.ts';

const logger = new Logger('RouterLink');

/** The ports that mediasoup takes for transports without one. */
const PORTS = { min: 10_000, max: 59_999 };

/** The socket buffers of a link, bytes; the kernel may grant less. */
const BUFFER_SIZE = 4_194_304;

/** A producer on another router than its own, under the same id. */
export interface Piped extends Closable {
  close(): void;
}

/** A producer of either kind on its own router. */
interface Original extends Closable {
  readonly observer: Closable['observer'] & {
    off(event: 'close', listener: () => void): unknown;
  };
}

/**
 * A pair of pipe transports between two routers, for both directions. Each end
 * closes with its router and closes the other.
 *
 * This replaces `Router.pipeToRouter()`, which does not handle the death of a
 * worker: it leaves an open transport on the other router, keeps a pair that
 * failed, and turns a pause that is pending on a dead worker into an unhandled
 * rejection, which ends the server.
 */
export class RouterLink {
  readonly #ends: ReadonlyMap<types.Router, types.PipeTransport>;

  private constructor(ends: ReadonlyMap<types.Router, types.PipeTransport>) {
    this.#ends = ends;
  }

  /** @throws {Error} If a worker refuses; neither end is left open. */
  static async open(
    config: MediaOptions,
    ...routers: readonly [types.Router, types.Router]
  ): Promise<RouterLink> {
    const options = optionsOf(config);
    const [one, other] = await Promise.allSettled(
      routers.map((router) => router.createPipeTransport(options)),
    );
    if (one?.status !== 'fulfilled' || other?.status !== 'fulfilled') {
      const failed = [one, other].find((it) => it?.status === 'rejected');
      for (const it of [one, other]) {
        if (it?.status === 'fulfilled') {
          it.value.close();
        }
      }
      throw failed?.reason;
    }
    const ends = [one.value, other.value] as const;
    whenClosed(ends[0], () => ends[1].close());
    whenClosed(ends[1], () => ends[0].close());
    try {
      await Promise.all([join(ends[0], ends[1]), join(ends[1], ends[0])]);
    } catch (error) {
      ends[0].close();
      throw error;
    }
    return new RouterLink(
      new Map([
        [routers[0], ends[0]],
        [routers[1], ends[1]],
      ]),
    );
  }

  /** Calls back once, when the link has closed. */
  onClose(callback: () => void): void {
    const [end] = this.#ends.values();
    if (end !== undefined) {
      whenClosed(end, callback);
    }
  }

  /** Pipes a track to the other router, where it is paused like the original. */
  async pipe(
    producer: types.Producer,
    from: types.Router,
    to: types.Router,
  ): Promise<Piped> {
    const { id, appData } = producer;
    const taken = await this.#end(from).consume({ producerId: id });
    let piped: types.Producer;
    try {
      piped = await this.#end(to).produce({
        id,
        kind: taken.kind,
        rtpParameters: taken.rtpParameters,
        paused: taken.producerPaused,
        appData,
      });
    } catch (error) {
      taken.close();
      throw error;
    }
    keepConsumableParameters(piped);
    tie(producer, taken, piped);
    const follow = (): void => {
      const asked = taken.producerPaused ? piped.pause() : piped.resume();
      asked.catch((error: unknown) => {
        if (!piped.closed) {
          logger.error(
            'the pipe of %s cannot be paused or resumed: %o',
            id,
            error,
          );
        }
      });
    };
    taken.observer.on('pause', follow);
    taken.observer.on('resume', follow);
    if (piped.paused !== taken.producerPaused) {
      follow();
    }
    return piped;
  }

  /** Pipes data to the other router. */
  async pipeData(
    producer: types.DataProducer,
    from: types.Router,
    to: types.Router,
  ): Promise<Piped> {
    const { id, appData } = producer;
    const taken = await this.#end(from).consumeData({ dataProducerId: id });
    let piped: types.DataProducer;
    try {
      piped = await this.#end(to).produceData({
        id,
        sctpStreamParameters: taken.sctpStreamParameters,
        label: taken.label,
        protocol: taken.protocol,
        appData,
      });
    } catch (error) {
      taken.close();
      throw error;
    }
    tie(producer, taken, piped);
    return piped;
  }

  #end(router: types.Router): types.PipeTransport {
    const end = this.#ends.get(router);
    if (end === undefined) {
      throw new Error(`the router ${router.id} is not an end of this link`);
    }
    return end;
  }
}

/**
 * Options of the pipe transports. Between two workers of one machine packets are
 * lost only if one of them reads too late, so neither retransmission nor
 * encryption is needed.
 */
function optionsOf({ rtc, workers }: MediaOptions): types.PipeTransportOptions {
  return {
    listenInfo: {
      protocol: 'udp',
      ip: '127.0.0.1',
      portRange: portsBeside(rtc.port, workers.count),
      recvBufferSize: BUFFER_SIZE,
      sendBufferSize: BUFFER_SIZE,
    },
    enableSctp: true,
  };
}

/**
 * Ports other than those of the workers: the successor of a dead worker needs
 * the same port again, so no link may have taken it meanwhile.
 */
function portsBeside(first: number, count: number): types.TransportPortRange {
  if (first === 0) {
    return PORTS;
  }
  const below = { min: PORTS.min, max: Math.min(first - 1, PORTS.max) };
  const above = { min: Math.max(first + count, PORTS.min), max: PORTS.max };
  return below.max - below.min > above.max - above.min ? below : above;
}

function join(
  transport: types.PipeTransport,
  { tuple }: types.PipeTransport,
): Promise<void> {
  return transport.connect({ ip: tuple.localAddress, port: tuple.localPort });
}

/**
 * Closes each end of a pipe when the other has closed, and the far end already
 * when the producer closes: the worker of the near end would tell later, and a
 * client may use the id again at once, over the other router.
 */
function tie(producer: Original, taken: Piped, piped: Piped): void {
  const end = (): void => piped.close();
  whenClosed(producer, end);
  whenClosed(taken, end);
  whenClosed(piped, () => {
    producer.observer.off('close', end);
    // Of a closed producer, the worker closes all its consumers by itself.
    if (!producer.closed) {
      taken.close();
    }
  });
}
