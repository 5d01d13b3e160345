import process from 'node:process';

import { createWorker } from 'mediasoup';
import type { types } from 'mediasoup';

import { mediaCodecs } from '../../../lib/media/codecs.ts';
import type { Incoming } from '../../load/Media.ts';
import type { ReplayMedia } from '../../load/replay/ReplayMedia.ts';
import { testConfig } from '../../fixtures/server.ts';
import { Audience, steadyMedia } from '../clients/Audience.ts';
import type { Cast } from '../clients/Audience.ts';
import { packetsSent } from './packetsSent.ts';
import { serve, vitals } from './serve.ts';

/**
 * A worker alone with a room full of peers, and no server between them. Its one
 * argument is JSON.
 */
const { senders, kind } = JSON.parse(process.argv[2] ?? '{}') as Cast;
const { rtc } = testConfig();

const worker = await createWorker();
const router = await worker.createRouter({ mediaCodecs });
const webRtcServer = await worker.createWebRtcServer({
  listenInfos: [{ protocol: 'udp', ip: rtc.listenIp }],
});
const transports = new Map<string, types.WebRtcTransport>();

/** A person who is in the room, and what they send and receive. */
interface Member {
  media: ReplayMedia;
  producers: types.Producer[];
  consumers: types.Consumer[];
}

const members: Member[] = [];

const audience = new Audience(async (number) => {
  const producers: types.Producer[] = [];
  const consumers: types.Consumer[] = [];
  const media = steadyMedia({
    async open() {
      const transport = await router.createWebRtcTransport({
        webRtcServer,
        iceConsentTimeout: rtc.iceConsentTimeout,
        initialAvailableOutgoingBitrate: rtc.initialOutgoingBitrate,
      });
      transports.set(transport.id, transport);
      const { id, iceParameters, iceCandidates, dtlsParameters } = transport;
      return { transportId: id, iceParameters, iceCandidates, dtlsParameters };
    },
    connect: (id, dtlsParameters) =>
      transportOf(id).connect({ dtlsParameters }),
    async produce(id, kind, rtpParameters) {
      const producer = await transportOf(id).produce({ kind, rtpParameters });
      producers.push(producer);
      return producer.id;
    },
  });
  if (number < senders) {
    await media.send(kind);
  }
  await media.openReceiving();
  const member = { media, producers, consumers };
  const others = Array.from(members);
  members.push(member);
  await Promise.all([
    ...others.map((other) => consume(member, other)),
    ...others.map((other) => consume(other, member)),
  ]);
  return {
    media,
    get receives() {
      return consumers.length;
    },
    watch: async (on) => {
      await Promise.all(consumers.map((it) => (on ? it.resume() : it.pause())));
    },
  };
});

function transportOf(id: string): types.WebRtcTransport {
  const transport = transports.get(id);
  if (transport === undefined) {
    throw new Error(`there is no transport ${id}`);
  }
  return transport;
}

async function consume(member: Member, other: Member): Promise<void> {
  for (const { id: producerId } of other.producers) {
    const transport = transportOf(await member.media.openReceiving());
    const consumer = await transport.consume({
      producerId,
      rtpCapabilities: member.media.rtpCapabilities,
      paused: true,
    });
    const { id: consumerId, kind, rtpParameters } = consumer;
    await member.media.receive({
      consumerId,
      producerId,
      kind,
      rtpParameters,
    } as Incoming);
    member.consumers.push(consumer);
  }
}

const handlers = {
  ...vitals,

  /** Has a number of peers watch all others, and the rest none. */
  watch: (count: number) => audience.watch(count),

  /** Has all peers send for a while. @returns The traffic of each. */
  flow: (seconds: number) => audience.flow(seconds),

  /** The number of packets sent to all consumers. */
  async forwarded(): Promise<number> {
    const consumers = members.flatMap(({ consumers }) => consumers);
    const counts = consumers.map(async (consumer) =>
      packetsSent(await consumer.getStats()),
    );
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  },

  /** CPU time of the worker until now, ms. */
  async workerCpu(): Promise<number[]> {
    const { ru_utime, ru_stime } = await worker.getResourceUsage();
    return [ru_utime + ru_stime];
  },
};

/** The requests that a process with only a worker answers. */
export type AloneApi = typeof handlers;

serve(handlers, () => {
  worker.close();
  // The DTLS client has timers that only the end of the process stops.
  process.exit();
});
