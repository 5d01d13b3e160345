import ProtooPeer from 'protoo-server/lib/Peer.js';

import type { Grants } from '../../auth/Grants.ts';
import { iceServersFor } from '../../auth/iceServers.ts';
import type { RequestSpec } from '../../core/contract.ts';
import { AppError, coreErrors } from '../../core/errors.ts';
import { Logger } from '../../core/logger.ts';
import { routerRtpCapabilities } from '../../media/codecs.ts';
import type { ClientLink } from '../../signalling/ClientLink.ts';
import { RequestDispatcher } from '../../signalling/RequestDispatcher.ts';
import type { RequestHandlers } from '../../signalling/RequestDispatcher.ts';
import { Session } from '../../signalling/Session.ts';
import type { SessionContext } from '../../signalling/Session.ts';
import { frameOf } from './encode.ts';
import { requests } from './contract.ts';
import { ProtooTransport } from './ProtooTransport.ts';
import type { ProtooRequest } from './ProtooTransport.ts';

/** What a client is told that does nothing. */
const NOT_JOINED = 'no room was joined';

const logger = new Logger('ProtooSession');

/** What a handshake says: the ids of its URL, and what the token grants. */
export interface ProtooAdmission {
  roomId: string;
  peerId: string;
  grants: Grants;
}

/** One protoo client: the ids of its URL, and in time its peer. */
export class ProtooSession extends Session {
  override readonly gateway = 'protoo';
  override readonly grants: Grants;
  readonly roomId: string;
  readonly peerId: string;

  constructor(
    link: ClientLink,
    context: SessionContext,
    { roomId, peerId, grants }: ProtooAdmission,
  ) {
    super(link, context);
    this.roomId = roomId;
    this.peerId = peerId;
    this.grants = grants;
    this.describe({ room: roomId, peer: peerId });
    const transport = new ProtooTransport(link);
    const protooPeer = new ProtooPeer<ProtooRequest>(peerId, transport);
    protooPeer.on('request', (request, accept, reject) => {
      void this.#serve(request, accept, reject);
    });
    protooPeer.on('notification', ({ method }) => {
      logger.debug('%s sent an unexpected notification, %s', peerId, method);
    });
    this.startDeadline(NOT_JOINED);
  }

  /** Answers exactly once: the package would send a second answer as well. */
  async #serve(
    request: ProtooRequest,
    accept: (reply: object) => void,
    reject: (code: number, reason: string) => void,
  ): Promise<void> {
    const outcome = await dispatcher.dispatch(this, request);
    if (!outcome.ok) {
      reject(outcome.error.status, outcome.error.message);
      return;
    }
    accept(outcome.reply);
    const spec: RequestSpec | undefined = dispatcher.specOf(request.method);
    if (spec?.startsEvents) {
      this.startEvents();
    }
  }
}

const handlers: RequestHandlers<typeof requests, ProtooSession> = {
  getRouterRtpCapabilities: () => ({ rtpCapabilities: routerRtpCapabilities }),

  ping: () => ({}),

  async joinRoom(session, request) {
    const { roomId, peerId, resumeToken, received, ...who } = request;
    if (roomId !== session.roomId) {
      throw differs('roomId', session.roomId, roomId);
    }
    if (peerId !== session.peerId) {
      throw differs('peerId', session.peerId, peerId);
    }
    const { grants } = session;
    const { registry, config } = session.context;
    const { peer, others } = await session.join((isWanted) =>
      resumeToken === undefined
        ? registry.join(
            roomId,
            {
              ...who,
              id: peerId,
              gateway: session.gateway,
              network: session.link.network,
              grants,
              encode: frameOf,
              displayName: grants.identity.name ?? who.displayName,
              resumeTimeout: config.rooms.resumeTimeout,
            },
            isWanted,
          )
        : {
            peer: registry.resume(
              roomId,
              peerId,
              resumeToken,
              requireReceived(received),
            ),
          },
    );
    return {
      roomId,
      peerId,
      rtpCapabilities: routerRtpCapabilities,
      resumeToken: peer.resumeToken,
      iceServers: iceServersFor(grants.identity.userId, config.ice),
      ...(others === undefined
        ? {
            resumed: true,
            producerIds: peer.producers.ids,
            consumerIds: peer.consumers.ids,
            dataProducerIds: peer.dataProducers.ids,
            dataConsumerIds: peer.dataConsumers.ids,
          }
        : { resumed: false, peers: others }),
    };
  },

  getIceServers: ({ grants, context: { config } }) => ({
    iceServers: iceServersFor(grants.identity.userId, config.ice),
  }),

  createWebRtcTransport: ({ peer }, { direction, ...options }) =>
    peer.transports.create(direction, options),

  async connectWebRtcTransport({ peer }, { transportId, dtlsParameters }) {
    await peer.transports.connect(transportId, dtlsParameters);
    return {};
  },

  restartIce: async ({ peer }, { transportId }) => ({
    iceParameters: await peer.transports.restartIce(transportId),
  }),

  closeWebRtcTransport({ peer }, { transportId }) {
    peer.transports.close(transportId);
    return {};
  },

  async produce({ peer }, options) {
    const { producerId } = await peer.producers.open(options);
    return { producerId };
  },

  consume: ({ peer }, options) => peer.consumers.open(options),

  async pause({ peer }, { consumerId }) {
    await peer.consumers.pause(consumerId);
    return {};
  },

  async resume({ peer }, { consumerId }) {
    await peer.consumers.resume(consumerId);
    return {};
  },

  closeConsumer({ peer }, { consumerId }) {
    peer.consumers.close(consumerId);
    return {};
  },

  async setConsumerPreferredLayers({ peer }, { consumerId, ...layers }) {
    await peer.consumers.setPreferredLayers(consumerId, layers);
    return {};
  },

  async setConsumerPriority({ peer }, { consumerId, priority }) {
    await peer.consumers.setPriority(consumerId, priority);
    return {};
  },

  async requestConsumerKeyFrame({ peer }, { consumerId }) {
    await peer.consumers.requestKeyFrame(consumerId);
    return {};
  },

  async pauseProducer({ peer }, { producerId }) {
    await peer.producers.pause(producerId);
    return {};
  },

  async resumeProducer({ peer }, { producerId }) {
    await peer.producers.resume(producerId);
    return {};
  },

  closeProducer({ peer }, { producerId }) {
    peer.producers.close(producerId);
    return {};
  },

  async produceData({ peer }, options) {
    const { dataProducerId } = await peer.dataProducers.open(options);
    return { dataProducerId };
  },

  consumeData: ({ peer }, options) => peer.dataConsumers.open(options),

  closeDataProducer({ peer }, { dataProducerId }) {
    peer.dataProducers.close(dataProducerId);
    return {};
  },

  closeDataConsumer({ peer }, { dataConsumerId }) {
    peer.dataConsumers.close(dataConsumerId);
    return {};
  },

  getTransportStats: async ({ peer }, { transportId }) => ({
    stats: await peer.transports.stats(transportId),
  }),

  getProducerStats: async ({ peer }, { producerId }) => ({
    stats: await peer.producers.stats(producerId),
  }),

  getConsumerStats: async ({ peer }, { consumerId }) => ({
    stats: await peer.consumers.stats(consumerId),
  }),

  getDataProducerStats: async ({ peer }, { dataProducerId }) => ({
    stats: await peer.dataProducers.stats(dataProducerId),
  }),

  getDataConsumerStats: async ({ peer }, { dataConsumerId }) => ({
    stats: await peer.dataConsumers.stats(dataConsumerId),
  }),

  sendMessage({ peer }, message) {
    peer.messages.send(message);
    return {};
  },

  leaveRoom(session) {
    session.leave();
    session.startDeadline(NOT_JOINED);
    return {};
  },
};

const dispatcher = new RequestDispatcher(requests, handlers);

/** Without the number, what the broken connection lost would be lost. */
function requireReceived(received: number | undefined): number {
  if (received === undefined) {
    throw new AppError(
      coreErrors.VALIDATION_ERROR,
      'data.received: expected the number of notifications that have come, to go with resumeToken, got nothing',
    );
  }
  return received;
}

function differs(field: string, wanted: string, got: string): AppError {
  return new AppError(
    coreErrors.VALIDATION_ERROR,
    `data.${field}: expected ${JSON.stringify(wanted)} as in the URL, got ${JSON.stringify(got)}`,
  );
}
