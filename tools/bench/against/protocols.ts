import type {
  Method,
  NotificationData,
  Reply,
  RequestData,
} from '@atrium/protocol/protoo';
import type { Peer } from 'protoo-client';

import {
  audioParameters,
  dtlsParameters,
  rtpCapabilities,
} from '../../fixtures/rtp.ts';

/** A client that is connected and has yet to join. */
export interface Newcomer {
  peer: Peer;
  roomId: string;
  peerId: string;
  /** Called for each consumer that has been started. */
  onConsumer: () => void;
}

/**
 * Joins, sends one audio track and receives all others, also those to come.
 * Resolves when the track is sent and all those present are received.
 */
type Join = (newcomer: Newcomer) => Promise<unknown>;

/** The ways to join that a server may offer. */
export const protocols = {
  /** A request for each step, answered before the next that needs it. */
  atrium(newcomer) {
    return joinByStep(newcomer);
  },

  /** One request for the join, both transports and all consumers. */
  'atrium-auto'(newcomer) {
    return joinAtOnce(newcomer);
  },

  /** mediasoup-demo's, in which the server asks the client to consume. */
  'mediasoup-demo'(newcomer) {
    return joinDemo(newcomer);
  },
} satisfies Record<string, Join>;

/** The name of a way to join. */
export type Protocol = keyof typeof protocols;

async function joinByStep({
  peer,
  roomId,
  peerId,
  onConsumer,
}: Newcomer): Promise<void> {
  const ask = asking(peer);
  const open = async (direction: 'send' | 'recv'): Promise<string> => {
    const { transportId } = await ask('createWebRtcTransport', { direction });
    await ask('connectWebRtcTransport', { transportId, dtlsParameters });
    return transportId;
  };
  const receiving = Promise.withResolvers<string>();
  const consume = async (producerId: string): Promise<void> => {
    const transportId = await receiving.promise;
    const { consumerId } = await ask('consume', { transportId, producerId });
    await ask('resume', { consumerId });
    onConsumer();
  };
  peer.on('notification', ({ method, data }) => {
    if (method === 'newProducer') {
      void consume((data as NotificationData<'newProducer'>).producerId);
    }
  });
  await ask('getRouterRtpCapabilities', {});
  const { peers = [] } = await ask('joinRoom', {
    roomId,
    peerId,
    rtpCapabilities,
  });
  const send = async (): Promise<void> => {
    const transportId = await open('send');
    await ask('produce', {
      transportId,
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
  };
  const receive = async (): Promise<void> => {
    receiving.resolve(await open('recv'));
    const producers = peers.flatMap((it) => it.producers);
    await Promise.all(producers.map((it) => consume(it.producerId)));
  };
  await Promise.all([send(), receive()]);
}

async function joinAtOnce({
  peer,
  roomId,
  peerId,
  onConsumer,
}: Newcomer): Promise<void> {
  const ask = asking(peer);
  const resume = async (consumerIds: readonly string[]): Promise<void> => {
    if (consumerIds.length > 0) {
      await ask('resume', { consumerIds: [...consumerIds] });
      consumerIds.forEach(onConsumer);
    }
  };
  const opened: string[] = [];
  peer.on('notification', ({ method, data }) => {
    if (method !== 'consumerOpened') {
      return;
    }
    const { consumerId } = data as NotificationData<'consumerOpened'>;
    if (opened.push(consumerId) === 1) {
      // One request starts all that are opened in the same moment.
      setImmediate(() => void resume(opened.splice(0)));
    }
  });
  const { transports = [], consumers = [] } = await ask('joinRoom', {
    roomId,
    peerId,
    rtpCapabilities,
    transports: ['send', 'recv'],
    subscribe: 'auto',
  });
  const [sending, receiving] = transports;
  if (sending === undefined || receiving === undefined) {
    throw new Error('the reply to the join has no transports');
  }
  await Promise.all([
    connect(ask, sending.transportId),
    ask('produce', {
      transportId: sending.transportId,
      kind: 'audio',
      rtpParameters: audioParameters(),
    }),
    connect(ask, receiving.transportId),
    resume(consumers.map(({ consumerId }) => consumerId)),
  ]);
}

async function joinDemo({ peer, onConsumer }: Newcomer): Promise<void> {
  peer.on('request', ({ method }, accept) => {
    accept();
    if (method === 'newConsumer') {
      onConsumer();
    }
  });
  const open = async (directions: object): Promise<string> => {
    const { id } = (await peer.request('createWebRtcTransport', {
      forceTcp: false,
      ...directions,
    })) as { id: string };
    return id;
  };
  await peer.request('getRouterRtpCapabilities');
  const sending = await open({ producing: true, consuming: false });
  const receiving = await open({ producing: false, consuming: true });
  await peer.request('join', {
    displayName: 'bench',
    device: { name: 'bench' },
    rtpCapabilities,
  });
  await Promise.all([
    peer.request('connectWebRtcTransport', {
      transportId: receiving,
      dtlsParameters,
    }),
    peer
      .request('connectWebRtcTransport', {
        transportId: sending,
        dtlsParameters,
      })
      .then(() =>
        peer.request('produce', {
          transportId: sending,
          kind: 'audio',
          rtpParameters: audioParameters(),
          appData: {},
        }),
      ),
  ]);
}

type Ask = <M extends Method>(
  method: M,
  data: RequestData<M>,
) => Promise<Reply<M>>;

/** Requests of Atrium's contract. */
function asking(peer: Peer): Ask {
  return async <M extends Method>(method: M, data: RequestData<M>) =>
    (await peer.request(method, data)) as Reply<M>;
}

function connect(ask: Ask, transportId: string): Promise<unknown> {
  return ask('connectWebRtcTransport', { transportId, dtlsParameters });
}
