import type { types } from 'mediasoup';
import { NotFoundError, WorkerClosedError } from 'mediasoup/errors';

import { Logger } from '../core/logger.ts';
import { whenClosed } from './whenClosed.ts';
import type { Closable } from './whenClosed.ts';

const logger = new Logger('WorkerTraffic');

export const MEDIA_KINDS = ['audio', 'video'] as const;
export const FLOW_DIRECTIONS = ['in', 'out'] as const;

/** A direction of traffic, seen from the server. */
export type FlowDirection = (typeof FLOW_DIRECTIONS)[number];

/** Totals of RTP traffic, and its present bitrate. */
export interface Flow {
  bytes: number;
  packets: number;
  packetsLost: number;
  /** Bits per second. */
  bitrate: number;
}

/** Totals of data channels. */
export interface Messages {
  messages: number;
  bytes: number;
}

/** Totals since the start; only bitrates can fall. */
export interface TrafficTotals {
  rtp: Record<FlowDirection, Record<types.MediaKind, Flow>>;
  /** Data channels. */
  data: Record<FlowDirection, Messages>;
  /** Bytes of all kinds, media or not. */
  transportBytes: Record<FlowDirection, number>;
}

/** A producer or consumer, and the part of its figures that is counted already. */
interface Track {
  source: types.Producer | types.Consumer;
  direction: FlowDirection;
  counted: Flow;
}

/** One end of a data channel, and the part of its figures that is counted already. */
interface Channel {
  direction: FlowDirection;
  ask: () => Promise<Messages>;
  counted: Messages;
}

/** A transport, and the part of its figures that is counted already. */
interface Carrier {
  transport: types.Transport;
  counted: Record<FlowDirection, number>;
}

/** Requests for figures at a time, so that other requests are not held up. */
const BATCH = 50;

/**
 * Adds up the traffic of one worker. The worker has figures for each track, and
 * drops them when the track closes: traffic after the last {@link sample} of a
 * track is not counted.
 */
export class WorkerTraffic {
  readonly #tracks = new Set<Track>();
  readonly #channels = new Set<Channel>();
  readonly #carriers = new Set<Carrier>();
  readonly #totals = noTraffic();
  #sampling: Promise<void> | undefined;

  /** @param worker - Observed with all its transports, until it closes. */
  constructor(worker: types.Worker) {
    worker.observer.on('newrouter', (router) => {
      router.observer.on('newtransport', (transport) => {
        // Traffic between routers does not leave the server.
        if (transport.type !== 'pipe') {
          this.#follow(transport);
        }
      });
    });
  }

  /** The totals as of the last sample. */
  get totals(): Readonly<TrafficTotals> {
    return this.#totals;
  }

  /** Fetches the worker's figures and adds the new part; calls share a round. */
  sample(): Promise<void> {
    this.#sampling ??= this.#sample().finally(() => {
      this.#sampling = undefined;
    });
    return this.#sampling;
  }

  async #sample(): Promise<void> {
    const bitrates = {
      in: { audio: 0, video: 0 },
      out: { audio: 0, video: 0 },
    };
    await inBatches(this.#tracks, async (track) => {
      const { direction, counted, source } = track;
      const now = await figuresOf(track);
      add(this.#totals.rtp[direction][source.kind], counted, now);
      bitrates[direction][source.kind] += now.bitrate;
    });
    await inBatches(this.#channels, async ({ direction, counted, ask }) => {
      const now = await ask();
      const total = this.#totals.data[direction];
      total.messages += now.messages - counted.messages;
      total.bytes += now.bytes - counted.bytes;
      Object.assign(counted, now);
    });
    await inBatches(this.#carriers, async ({ transport, counted }) => {
      const { transportBytes } = this.#totals;
      for (const stat of await transport.getStats()) {
        const { bytesReceived, bytesSent } = stat as types.BaseTransportStats;
        transportBytes.in += Math.max(0, bytesReceived - counted.in);
        transportBytes.out += Math.max(0, bytesSent - counted.out);
        counted.in = bytesReceived;
        counted.out = bytesSent;
      }
    });
    for (const direction of FLOW_DIRECTIONS) {
      for (const kind of MEDIA_KINDS) {
        this.#totals.rtp[direction][kind].bitrate = bitrates[direction][kind];
      }
    }
  }

  #follow(transport: types.Transport): void {
    const carrier = { transport, counted: { in: 0, out: 0 } };
    keep(this.#carriers, carrier, transport);
    transport.observer.on('newproducer', this.#onProducer);
    transport.observer.on('newconsumer', this.#onConsumer);
    transport.observer.on('newdataproducer', this.#onDataProducer);
    transport.observer.on('newdataconsumer', this.#onDataConsumer);
  }

  // Shared by all transports: there are many, and most are idle.
  readonly #onProducer = (source: types.Producer): void => {
    keep(this.#tracks, { source, direction: 'in', counted: still() }, source);
  };

  readonly #onConsumer = (source: types.Consumer): void => {
    keep(this.#tracks, { source, direction: 'out', counted: still() }, source);
  };

  readonly #onDataProducer = (producer: types.DataProducer): void => {
    const ask = async (): Promise<Messages> => {
      const [stat] = await producer.getStats();
      return {
        messages: stat?.messagesReceived ?? 0,
        bytes: stat?.bytesReceived ?? 0,
      };
    };
    keep(this.#channels, { direction: 'in', ask, counted: none() }, producer);
  };

  readonly #onDataConsumer = (consumer: types.DataConsumer): void => {
    const ask = async (): Promise<Messages> => {
      const [stat] = await consumer.getStats();
      return {
        messages: stat?.messagesSent ?? 0,
        bytes: stat?.bytesSent ?? 0,
      };
    };
    keep(this.#channels, { direction: 'out', ask, counted: none() }, consumer);
  };
}

/** Totals of no traffic. */
export function noTraffic(): TrafficTotals {
  return {
    rtp: {
      in: { audio: still(), video: still() },
      out: { audio: still(), video: still() },
    },
    data: { in: none(), out: none() },
    transportBytes: { in: 0, out: 0 },
  };
}

/** Keeps an item until the object that it describes has closed. */
function keep<Item>(items: Set<Item>, item: NoInfer<Item>, of: Closable): void {
  items.add(item);
  whenClosed(of, () => items.delete(item));
}

function none(): Messages {
  return { messages: 0, bytes: 0 };
}

function still(): Flow {
  return { bytes: 0, packets: 0, packetsLost: 0, bitrate: 0 };
}

/** The figures of a track, its streams taken together. */
async function figuresOf({ source, direction }: Track): Promise<Flow> {
  const sum = still();
  // A consumer also reports the stream that it is made from.
  const type = direction === 'in' ? 'inbound-rtp' : 'outbound-rtp';
  for (const stat of await source.getStats()) {
    if (stat.type === type) {
      sum.bytes += stat.byteCount;
      sum.packets += stat.packetCount;
      sum.packetsLost += stat.packetsLost;
      sum.bitrate += stat.bitrate;
    }
  }
  return sum;
}

/**
 * Adds the growth of the figures. They may also fall: a client corrects its
 * losses, and a simulcast stream that ends takes its share away.
 */
function add(total: Flow, counted: Flow, now: Flow): void {
  for (const figure of ['bytes', 'packets', 'packetsLost'] as const) {
    const growth = now[figure] - counted[figure];
    if (growth > 0) {
      total[figure] += growth;
      counted[figure] = now[figure];
    }
  }
}

/**
 * Fetches the figures of each item. An item that the worker no longer has is
 * dropped. So is one whose figures cannot be fetched, which is logged as a fault:
 * one track must not cost the figures of all others.
 */
async function inBatches<Item>(
  items: Set<Item>,
  ask: (item: Item) => Promise<void>,
): Promise<void> {
  const all = Array.from(items);
  for (let start = 0; start < all.length; start += BATCH) {
    const batch = all.slice(start, start + BATCH);
    await Promise.all(
      batch.map(async (item) => {
        try {
          await ask(item);
        } catch (error) {
          const known = items.delete(item);
          if (known && !isGone(error)) {
            logger.error('figures are missing from now on: %o', error);
          }
        }
      }),
    );
  }
}

/** True for errors of an object that has closed on the worker already. */
function isGone(error: unknown): boolean {
  return error instanceof NotFoundError || error instanceof WorkerClosedError;
}
