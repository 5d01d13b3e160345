import type { types } from 'mediasoup';
import { NotFoundError, WorkerClosedError } from 'mediasoup/errors';

import { Logger } from '../core/logger.ts';
import { whenClosed } from './whenClosed.ts';
import type { Closable } from './whenClosed.ts';

const logger = new Logger('WorkerTraffic');

export const MEDIA_KINDS = ['audio', 'video'] as const;
export const FLOW_DIRECTIONS = ['in', 'out'] as const;

/** The way in which something flows, seen from the server. */
export type FlowDirection = (typeof FLOW_DIRECTIONS)[number];

/** What has flowed so far, and flows now. */
export interface Flow {
  bytes: number;
  packets: number;
  packetsLost: number;
  /** Bits per second. */
  bitrate: number;
}

/** What has come or gone over data channels so far. */
export interface Messages {
  messages: number;
  bytes: number;
}

/** All that came and went since the start; nothing but bitrates ever falls. */
export interface TrafficTotals {
  rtp: Record<FlowDirection, Record<types.MediaKind, Flow>>;
  /** What went over data channels. */
  data: Record<FlowDirection, Messages>;
  /** Bytes of all kinds, media or not. */
  transportBytes: Record<FlowDirection, number>;
}

/** A producer or a consumer, and how much of it was counted already. */
interface Track {
  source: types.Producer | types.Consumer;
  direction: FlowDirection;
  counted: Flow;
}

/** One end of a data channel, and how much of it was counted already. */
interface Channel {
  direction: FlowDirection;
  ask: () => Promise<Messages>;
  counted: Messages;
}

/** A transport, and how much of it was counted already. */
interface Carrier {
  transport: types.Transport;
  counted: Record<FlowDirection, number>;
}

/** The engine is asked for so many figures at a time, to let others pass. */
const BATCH = 50;

/**
 * Adds up what one worker sends and receives. The engine keeps a figure for
 * each track, and forgets it when the track ends: what flows after the last
 * {@link sample} of a track is not seen.
 */
export class WorkerTraffic {
  readonly #tracks = new Set<Track>();
  readonly #channels = new Set<Channel>();
  readonly #carriers = new Set<Carrier>();
  readonly #totals = noTraffic();
  #sampling: Promise<void> | undefined;

  /** @param worker - Followed with all that it will carry, until it closes. */
  constructor(worker: types.Worker) {
    worker.observer.on('newrouter', (router) => {
      router.observer.on('newtransport', (transport) => {
        // What is piped from router to router does not leave the server.
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

  /** Asks the worker for its figures and adds what is new; calls share a round. */
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

  // The same for all transports: there are many, and most are idle.
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

/** Totals of nothing. */
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

/** Keeps what is said of something until that closes. */
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
 * Counts what is more than was counted before. Figures may fall: a client
 * takes losses back, and a simulcast stream that ends takes its share along.
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
 * Asks for the figures of each item. What the worker no longer has is passed over
 * and forgotten; so is what it has no figures for, which is a fault and logged,
 * because one track must not cost the figures of all others.
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

/** The worker may know of an end before its announcement is read here. */
function isGone(error: unknown): boolean {
  return error instanceof NotFoundError || error instanceof WorkerClosedError;
}
