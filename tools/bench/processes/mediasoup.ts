import process from 'node:process';

import { createWorker } from 'mediasoup';
import type { types } from 'mediasoup';

import { parseConfig } from '../../../lib/config/load.ts';
import {
  mediaCodecs,
  routerRtpCapabilities,
} from '../../../lib/media/codecs.ts';
import {
  audioParameters,
  dtlsParameters as untypedDtls,
} from '../../fixtures/rtp.ts';
import { Tally } from '../clients/Tally.ts';
import { serve, vitals } from './serve.ts';

/**
 * mediasoup alone, with no server around it: the baseline under whatever the
 * server does with it. It does the same by the book, with as much at once:
 * `canConsume` before each `consume`, and capabilities as a client sends them. No
 * part of the server is loaded that changes mediasoup.
 */
const dtlsParameters = untypedDtls as types.DtlsParameters;
const {
  rtc,
  limits,
  speakers,
  workers: pool,
} = parseConfig({
  rtc: { ownAddress: false },
});

/** One worker and its port. */
interface Place {
  worker: types.Worker;
  webRtcServer: types.WebRtcServer;
}

const { workers = 1 } = JSON.parse(process.argv[2] ?? '{}') as {
  workers?: number;
};
const places = await Promise.all(Array.from({ length: workers }, openPlace));

async function openPlace(): Promise<Place> {
  const worker = await createWorker({ logLevel: pool.logLevel });
  const webRtcServer = await worker.createWebRtcServer({
    listenInfos: [
      { protocol: 'udp', ip: rtc.listenIp },
      { protocol: 'tcp', ip: rtc.listenIp },
    ],
  });
  return { worker, webRtcServer };
}

/**
 * The members of a room: what they send, and the transports they receive over.
 */
interface Member {
  producer: types.Producer | undefined;
  receiving: PromiseWithResolvers<types.WebRtcTransport>;
}

type Observer = types.ActiveSpeakerObserver | types.AudioLevelObserver;

/** A router with its observers, and transports on it. */
class BareRoom {
  readonly #webRtcServer: types.WebRtcServer;
  readonly #router: types.Router;
  readonly #observers: readonly Observer[];
  readonly #members: Member[] = [];
  readonly #consumers: Tally | undefined;

  private constructor(
    webRtcServer: types.WebRtcServer,
    router: types.Router,
    observers: readonly Observer[],
    consumers: Tally | undefined,
  ) {
    this.#webRtcServer = webRtcServer;
    this.#router = router;
    this.#observers = observers;
    this.#consumers = consumers;
  }

  static async create(index: number, consumers?: Tally): Promise<BareRoom> {
    const place = places[index % places.length];
    if (place === undefined) {
      throw new Error('there is no worker');
    }
    const router = await place.worker.createRouter({ mediaCodecs });
    const observers = await Promise.all([
      router.createActiveSpeakerObserver({ interval: speakers.activeInterval }),
      router.createAudioLevelObserver({
        interval: speakers.levelsInterval,
        threshold: speakers.threshold,
        maxEntries: speakers.maxLevels,
      }),
    ]);
    return new BareRoom(place.webRtcServer, router, observers, consumers);
  }

  /** Does for one more what Participant.join has the server do. */
  async join(): Promise<void> {
    const others = Array.from(this.#members);
    const member: Member = {
      producer: undefined,
      receiving: Promise.withResolvers(),
    };
    this.#members.push(member);
    await Promise.all([this.#send(member), this.#receive(member, others)]);
  }

  /** Opens a transport as the server does, and connects it. */
  async open(direction: 'send' | 'recv'): Promise<types.WebRtcTransport> {
    const transport = await this.#router.createWebRtcTransport({
      webRtcServer: this.#webRtcServer,
      enableUdp: true,
      enableTcp: true,
      preferUdp: true,
      iceConsentTimeout: rtc.iceConsentTimeout,
      initialAvailableOutgoingBitrate: rtc.initialOutgoingBitrate,
    });
    if (direction === 'send') {
      await transport.setMaxIncomingBitrate(limits.incomingBitrate);
    }
    await transport.connect({ dtlsParameters });
    return transport;
  }

  close(): void {
    this.#router.close();
  }

  async #send(member: Member): Promise<void> {
    const transport = await this.open('send');
    const producer = await transport.produce({
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    member.producer = producer;
    for (const observer of this.#observers) {
      void observer.addProducer({ producerId: producer.id });
    }
    for (const other of this.#members) {
      if (other !== member) {
        void other.receiving.promise.then((receiving) =>
          this.#consume(receiving, producer),
        );
      }
    }
  }

  async #receive(member: Member, others: readonly Member[]): Promise<void> {
    const producers = others.flatMap(({ producer }) => producer ?? []);
    const transport = await this.open('recv');
    member.receiving.resolve(transport);
    await Promise.all(producers.map((it) => this.#consume(transport, it)));
  }

  async #consume(
    transport: types.WebRtcTransport,
    { id: producerId }: types.Producer,
  ): Promise<void> {
    const rtpCapabilities = routerRtpCapabilities;
    if (!this.#router.canConsume({ producerId, rtpCapabilities })) {
      throw new Error('the router cannot consume its own producer');
    }
    const consumer = await transport.consume({
      producerId,
      rtpCapabilities,
      paused: true,
    });
    await consumer.resume();
    this.#consumers?.add();
  }
}

/** Rooms to be filled with peers, one after another or all at once. */
export interface Filling {
  rooms: number;
  peers: number;
  atOnce: boolean;
}

/** The time that filling the rooms took, ms. */
interface Joins {
  /** From the first call until all peers receive each other. */
  total: number;
  joins: number[];
  consumers: number;
  /** CPU time of the process. */
  cpu: number;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const since = performance.now();
  await work();
  return performance.now() - since;
}

/** Rooms that stay, as long as they have no transports. */
const standing: BareRoom[] = [];

const handlers = {
  ...vitals,

  /** Fills rooms: all at once, or one peer after another. */
  async fill({ rooms, peers, atOnce }: Filling): Promise<Joins> {
    const consumers = new Tally(rooms * peers * (peers - 1));
    const joins: number[] = [];
    const made: BareRoom[] = [];
    const busy = vitals.cpu();
    const total = await timed(async () => {
      await Promise.all(
        Array.from({ length: rooms }, async (_, index) => {
          const room = await BareRoom.create(index, consumers);
          made.push(room);
          const join = async () => {
            joins.push(await timed(() => room.join()));
          };
          if (atOnce) {
            await Promise.all(Array.from({ length: peers }, join));
          } else {
            for (let peer = 0; peer < peers; peer += 1) {
              await join();
            }
          }
        }),
      );
      await consumers.reached;
    });
    const cpu = vitals.cpu() - busy;
    for (const room of made) {
      room.close();
    }
    return { total, joins, consumers: consumers.count, cpu };
  },

  /** Opens empty rooms that stay open. */
  async openRooms(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      standing.push(await BareRoom.create(index));
    }
  },

  /**
   * Opens two transports for so many peers in each of the rooms that stay and
   * have none.
   *
   * @returns How many were opened.
   */
  async openTransports(peers: number): Promise<number> {
    const rooms = standing.splice(0);
    for (const room of rooms) {
      for (let peer = 0; peer < peers; peer += 1) {
        await Promise.all([room.open('send'), room.open('recv')]);
      }
    }
    return rooms.length * peers * 2;
  },
};

/** The requests that a process with only mediasoup answers. */
export type MediasoupApi = typeof handlers;

serve(handlers, () => {
  for (const { worker } of places) {
    worker.close();
  }
});
