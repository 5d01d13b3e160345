import type { types } from 'mediasoup-client';
import { Emitter } from 'videoconf-sdk/core';
import type {
  MediaParts,
  RemotePeer,
  RoomClient,
  ServerStat,
  Source,
} from 'videoconf-sdk/core';
import { Rates } from './Rates.ts';
import {
  networkTable,
  receivedBitrate,
  receivedTable,
  sentTable,
} from './tables.ts';
import type {
  BrowserStats,
  ConsumerCounts,
  Table,
  TransportCounts,
} from './tables.ts';

/** Between two looks, in milliseconds. */
const INTERVAL = 2_000;

const SOURCES: readonly Source[] = ['mic', 'camera', 'screen', 'screen-audio'];

/** The statistics of one person's media. */
export type PersonReport = {
  peerId: string;
  name: string;
  /** The total bitrate received from them, bit/s. */
  bitrate: number;
  /** All about it, of the one person who is looked at. */
  table: Table | undefined;
};

export type StatsReport = {
  /** The network, and what the user sends. */
  own: Table[];
  people: PersonReport[];
};

/**
 * Traffic, as counted by the browser and the server. Counts only while it is
 * asked to, and asks the server only about what is shown in full.
 */
export class Stats extends Emitter<{ report: [StatsReport] }> {
  readonly #client: RoomClient;
  #rates = new Rates();
  #watched: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The look that is under way; another one makes it void. */
  #look: object | undefined;

  constructor(client: RoomClient) {
    super();
    this.#client = client;
  }

  /** The person who is looked at. */
  get watched(): string | undefined {
    return this.#watched;
  }

  /** Selects one person, or none. */
  watch(peerId: string | undefined): void {
    this.#watched = peerId;
    if (this.#look) {
      clearTimeout(this.#timer);
      void this.#run();
    }
  }

  /** Reports now, and again and again until it is stopped. */
  start(): void {
    this.stop();
    void this.#run();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#look = undefined;
    this.#rates = new Rates();
  }

  async #run(): Promise<void> {
    const look = {};
    this.#look = look;
    const report = await this.#count();
    if (this.#look !== look) {
      return;
    }
    if (report) {
      this.#rates.turn();
      this.emit('report', report);
    }
    this.#timer = setTimeout(() => void this.#run(), INTERVAL);
  }

  /** Undefined where there are no media, or where they went meanwhile. */
  async #count(): Promise<StatsReport | undefined> {
    const parts = this.#client.media;
    if (!parts) {
      return undefined;
    }
    // All at once, because every answer takes its time.
    const [transports, sent, served] = await Promise.all([
      Promise.all(parts.transports.map((it) => this.#countTransport(it))),
      Promise.all(
        parts.producers.map(({ producer }) =>
          this.#ask({ producerId: producer.id }),
        ),
      ),
      this.#countServed(parts),
    ]);
    const browserOf = (direction: 'send' | 'recv'): BrowserStats =>
      transports.find(({ transport }) => transport.direction === direction)
        ?.browser ?? new Map();
    return {
      own: [
        networkTable(transports, this.#rates),
        ...parts.producers.map(({ source, producer }, index) =>
          sentTable(
            source,
            producer,
            browserOf('send'),
            sent[index] ?? [],
            this.#rates,
          ),
        ),
      ],
      people: this.#client.remotePeers.peers.map((peer) =>
        this.#describe(peer, parts, browserOf('recv'), served),
      ),
    };
  }

  async #countTransport(transport: types.Transport): Promise<TransportCounts> {
    const [browser, [server]] = await Promise.all([
      browserStats(transport),
      this.#ask({ transportId: transport.id }),
    ]);
    return { transport, browser, server };
  }

  /** The server's statistics of the person shown, by consumer. */
  async #countServed({
    consumers,
  }: MediaParts): Promise<Map<string, ServerStat>> {
    const served = new Map<string, ServerStat>();
    const watched = this.#client.remotePeers.peers.find(
      ({ peerId }) => peerId === this.#watched,
    );
    const counts = (watched?.producers ?? []).map(async ({ producerId }) => {
      const consumerId = consumers.get(producerId)?.id;
      if (consumerId !== undefined) {
        const stats = await this.#ask({ consumerId });
        const sent = stats.find(({ type }) => type === 'outbound-rtp');
        if (sent) {
          served.set(consumerId, sent);
        }
      }
    });
    await Promise.all(counts);
    return served;
  }

  #describe(
    peer: RemotePeer,
    { consumers }: MediaParts,
    browser: BrowserStats,
    served: ReadonlyMap<string, ServerStat>,
  ): PersonReport {
    const { peerId, displayName: name } = peer;
    const counts: ConsumerCounts[] = SOURCES.flatMap((source) => {
      const producer = peer.get(source);
      const consumer = consumers.get(producer?.producerId ?? '');
      if (!producer || !consumer) {
        return [];
      }
      const stream = streamOf(consumer, browser);
      const server = served.get(consumer.id);
      return [{ source, consumer, layers: producer.layers, stream, server }];
    });
    const bitrates = counts.map((it) => receivedBitrate(it, this.#rates) ?? 0);
    return {
      peerId,
      name,
      bitrate: bitrates.reduce((sum, bitrate) => sum + bitrate, 0),
      table:
        peerId === this.#watched
          ? receivedTable(name, counts, browser, this.#rates)
          : undefined,
    };
  }

  /** Asks the server, unless the answer is not needed any more. */
  #ask(of: Parameters<RoomClient['serverStats']>[0]): Promise<ServerStat[]> {
    return this.#look ? this.#client.serverStats(of) : Promise.resolve([]);
  }
}

/** The browser's statistics of a transport; none once it is closed. */
async function browserStats(transport: types.Transport): Promise<BrowserStats> {
  try {
    return await transport.getStats();
  } catch {
    return new Map();
  }
}

function streamOf({ localId }: types.Consumer, browser: BrowserStats) {
  return [...browser.values()].find(
    ({ type, mid }) => type === 'inbound-rtp' && mid === localId,
  );
}
