import type { types } from 'mediasoup';

import { AppError } from '../core/errors.ts';
import type { Layers, ProducerInfo } from './events.ts';
import type { Peer } from './Peer.ts';

/** A path of media between the server and a client. */
export interface TransportFigures {
  readonly transportId: string;
  readonly iceState: types.IceState;
  /** Undefined until ICE has found a way. */
  readonly protocol: types.TransportProtocol | undefined;
  /** The client's end, or that of its TURN server. */
  readonly remoteAddress: string | undefined;
  /** In bit/s, all kinds of packets. */
  readonly incomingBitrate: number;
  readonly outgoingBitrate: number;
  /** The bandwidth estimated towards the client, bit/s. */
  readonly availableBitrate: number | undefined;
}

/** The figures of a stream, or of the streams of a track together. */
export interface StreamFigures {
  /** In bit/s. */
  readonly bitrate: number;
  readonly packetsLost: number;
  /** The round trip to the client, ms; undefined until it is known. */
  readonly roundTripTime: number | undefined;
  /** The quality from 0 to 10; of several streams, that of the best. */
  readonly score: number;
}

/** A track that a peer sends, with its figures. */
export interface SentFigures extends StreamFigures {
  readonly producer: ProducerInfo;
}

/** A track that a peer receives, with its figures. */
export interface ReceivedFigures extends StreamFigures {
  readonly producerId: string;
  readonly kind: types.MediaKind;
  readonly paused: boolean;
  readonly layers: Layers | undefined;
}

/** The media of one peer at a moment. */
export interface PeerStats {
  readonly transports: TransportFigures[];
  readonly sent: SentFigures[];
  readonly received: ReceivedFigures[];
}

/**
 * Asks the media workers for the figures of a peer. Transports and tracks that close
 * meanwhile are left out.
 *
 * @param most - The most received tracks that are asked for.
 */
export async function peerStats(peer: Peer, most: number): Promise<PeerStats> {
  const [transports, sent, received] = await Promise.all([
    each(peer.transports.ids, async (id) =>
      (await peer.transports.stats(id)).map(transportFigures),
    ),
    each(peer.info().producers, async (producer) => {
      const stats = await peer.producers.stats(producer.producerId);
      return [{ producer, ...streamFigures(stats) }];
    }),
    each(peer.consumers.views.slice(0, most), async (view) => {
      const stats = await peer.consumers.stats(view.consumerId);
      const own = stats.filter(({ type }) => type === 'outbound-rtp');
      return [{ ...view, ...streamFigures(own) }];
    }),
  ]);
  return { transports, sent, received };
}

async function each<Item, Figures>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Figures[]>,
): Promise<Figures[]> {
  const answers = await Promise.all(
    items.map((item) =>
      ask(item).catch((error: unknown) => {
        if (error instanceof AppError) {
          return [];
        }
        throw error;
      }),
    ),
  );
  return answers.flat();
}

function transportFigures({
  transportId,
  iceState,
  iceSelectedTuple,
  recvBitrate,
  sendBitrate,
  availableOutgoingBitrate,
}: types.WebRtcTransportStat): TransportFigures {
  return {
    transportId,
    iceState,
    protocol: iceSelectedTuple?.protocol,
    remoteAddress: iceSelectedTuple?.remoteIp,
    incomingBitrate: recvBitrate,
    outgoingBitrate: sendBitrate,
    availableBitrate: availableOutgoingBitrate,
  };
}

function streamFigures(
  stats: readonly (types.ProducerStat | types.ConsumerStat)[],
): StreamFigures {
  const times = stats.flatMap(({ roundTripTime }) => roundTripTime ?? []);
  return {
    bitrate: sum(stats.map(({ bitrate }) => bitrate)),
    packetsLost: sum(stats.map(({ packetsLost }) => packetsLost)),
    roundTripTime: times.length === 0 ? undefined : Math.max(...times),
    score: Math.max(0, ...stats.map(({ score }) => score)),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
