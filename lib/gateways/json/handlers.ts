import { requireCreation, requireEntry } from '../../auth/Grants.ts';
import { routerRtpCapabilities } from '../../media/codecs.ts';
import type { RequestHandlers } from '../../signalling/RequestDispatcher.ts';
import { shownAppData } from '../../core/boundedJson.ts';
import { encoderFor, participantOf } from './encode.ts';
import type { requests } from './contract.ts';
import type { JsonSession } from './JsonSession.ts';

const done = { success: true } as const;

/** The functions that serve the requests of the contract. */
export const handlers: RequestHandlers<typeof requests, JsonSession> = {
  authenticate: (session, { token }) =>
    session.authenticate(token ?? undefined),

  async createRoom(session, { name, description, maxParticipants }) {
    requireCreation(session.grants);
    const room = await session.context.registry.create({
      network: session.link.network,
      maxPeers: maxParticipants,
    });
    return {
      roomId: room.id,
      name,
      description,
      maxParticipants: room.maxPeers,
    };
  },

  async joinRoom(session, { roomId, displayName }) {
    const { name, userId } = session.grants.identity;
    const { others = [] } = await session.join(roomId, (client, enter) =>
      session.context.registry.joinExisting(
        roomId,
        {
          ...client,
          id: session.connectionId,
          encode: encoderFor(roomId),
          displayName: displayName ?? name ?? userId,
          watchesConsumers: true,
        },
        enter,
      ),
    );
    session.welcome(roomId, others);
    return {
      roomId,
      participants: others.map(participantOf),
      routerRtpCapabilities: { ...routerRtpCapabilities, rtcp: {} },
    };
  },

  leaveRoom(session, { roomId }) {
    session.peerIn(roomId);
    session.leave();
    return done;
  },

  getRouterRtpCapabilities(session, { roomId }) {
    if (session.joined) {
      session.peerIn(roomId);
    }
    requireEntry(session.grants, roomId);
    const { routers } = session.context.registry.get(roomId);
    return { rtpCapabilities: { ...routers.rtpCapabilities, rtcp: {} } };
  },

  async createWebRtcTransport(session, { roomId, direction }) {
    const transport = await session.peerIn(roomId).transports.create(direction);
    session.useTransport(direction, transport.transportId);
    return transport;
  },

  async connectWebRtcTransport(session, { roomId, ...options }) {
    await session
      .peerIn(roomId)
      .transports.connect(options.transportId, options.dtlsParameters);
    return done;
  },

  restartIce: async (session, { roomId, transportId }) => ({
    iceParameters: await session
      .peerIn(roomId)
      .transports.restartIce(transportId),
  }),

  async publish(session, { roomId, kind, rtpParameters, appData }) {
    const { producerId } = await session.peerIn(roomId).producers.open({
      transportId: session.transportFor('send'),
      kind,
      rtpParameters,
      appData: shownAppData(appData),
    });
    const { headerExtensions = [], rtcp = {} } = rtpParameters;
    return {
      producerId,
      kind,
      rtpParameters: { ...rtpParameters, headerExtensions, rtcp },
    };
  },

  unpublish(session, { roomId, producerId }) {
    session.peerIn(roomId).producers.close(producerId);
    return done;
  },

  async subscribe(session, { roomId, producerId, rtpCapabilities }) {
    const { consumerId, kind, rtpParameters, paused } = await session
      .peerIn(roomId)
      .consumers.open({
        transportId: session.transportFor('recv'),
        producerId,
        rtpCapabilities,
      });
    return { consumerId, producerId, kind, rtpParameters, paused };
  },

  unsubscribe(session, { roomId, consumerId }) {
    session.peerIn(roomId).consumers.close(consumerId);
    return done;
  },

  async pause(session, { roomId, consumerId }) {
    await session.peerIn(roomId).consumers.pause(consumerId);
    return done;
  },

  async resume(session, { roomId, consumerId }) {
    await session.peerIn(roomId).consumers.resume(consumerId);
    return done;
  },

  async setPreferredLayers(session, { roomId, consumerId, ...layers }) {
    await session
      .peerIn(roomId)
      .consumers.setPreferredLayers(consumerId, layers);
    return done;
  },
};
