import { iceServersFor } from '../../auth/iceServers.ts';
import { AppError, coreErrors } from '../../core/errors.ts';
import {
  routerRtpCapabilities,
  rtpCapabilitiesVersion,
} from '../../media/codecs.ts';
import type { Peer } from '../../rooms/Peer.ts';
import type { RequestHandlers } from '../../signalling/RequestDispatcher.ts';
import type { SessionSections } from '../../signalling/options.ts';
import type { requests } from './contract.ts';
import { frameOf } from './encode.ts';
import { filterOf, transportRequestOf } from './joinShapes.ts';
import { peerIn, permissionsIn } from './permissionsIn.ts';
import type { ProtooSession } from './ProtooSession.ts';

type JoinRoom = RequestHandlers<typeof requests, ProtooSession>['joinRoom'];

/** Joins the room or resumes the peer, and opens the media that is asked for. */
export const joinRoom: JoinRoom = async (session, request) => {
  const { roomId, peerId, resumeToken, after, received } = request;
  if (roomId !== session.roomId) {
    throw differs('roomId', session.roomId, roomId);
  }
  if (peerId !== session.peerId) {
    throw differs('peerId', session.peerId, peerId);
  }
  const { context, grants } = session;
  const { registry, config } = context;
  const { peer, others } = await session.join(roomId, (client, enter) =>
    resumeToken === undefined
      ? registry.join(
          roomId,
          {
            ...client,
            id: peerId,
            clientSecret: request.clientSecret,
            encode: frameOf,
            device: request.device,
            displayName: grants.identity.name ?? request.displayName,
            rtpCapabilities: request.rtpCapabilities,
            resumeTimeout: config.rooms.resumeTimeout,
            moderates: true,
            lobby: session.lobby,
            media: {
              transports: request.transports?.map(transportRequestOf) ?? [],
              subscribe: filterOf(request.subscribe),
            },
          },
          enter,
        )
      : enter(() => ({
          peer: registry.resume(
            roomId,
            peerId,
            resumeToken,
            requireLast(after ?? received),
          ),
        })),
  );
  const media =
    others === undefined || request.transports === undefined
      ? undefined
      : await session.settle(peer, peer.setUpMedia());
  return {
    roomId,
    peerId,
    rtpCapabilities: routerRtpCapabilities,
    rtpCapabilitiesVersion,
    resumeToken: peer.connection.resumeToken,
    iceServers: iceServersFor(grants.identity.userId, config.ice),
    self: selfOf(peer),
    ...peer.roomInfo,
    limits: limitsOf(config),
    ...(others === undefined
      ? {
          resumed: true,
          transportIds: peer.transports.ids,
          producerIds: peer.producers.ids,
          consumerIds: peer.consumers.ids,
          dataProducerIds: peer.dataProducers.ids,
          dataConsumerIds: peer.dataConsumers.ids,
        }
      : { resumed: false, peers: others.map(peerIn), ...media }),
  };
};

/** A peer for its own client, with what it may do. */
function selfOf({ id, displayName, grants }: Peer) {
  return {
    peerId: id,
    displayName,
    role: grants.identity.role,
    permissions: permissionsIn(grants),
  };
}

/** The limits that concern one client. */
function limitsOf({ auth, limits, rooms, signalling }: SessionSections) {
  return {
    maxFrameBytes: signalling.maxFrameBytes,
    messagesPerSecond: limits.messagesPerSecond,
    messageBurst: limits.messageBurst,
    transportsPerPeer: limits.transportsPerPeer,
    producersPerPeer: limits.producersPerPeer,
    producersPerSource: limits.producersPerSource,
    consumersPerPeer: limits.consumersPerPeer,
    dataProducersPerPeer: limits.dataProducersPerPeer,
    dataConsumersPerPeer: limits.dataConsumersPerPeer,
    appDataBytesPerPeer: limits.appDataBytesPerPeer,
    incomingBitrate: limits.incomingBitrate,
    resumeTimeout: rooms.resumeTimeout,
    invitationLifetime: auth.roomTokenLifetime,
  };
}

/** Without the number, what the broken connection lost would be lost. */
function requireLast(seq: number | undefined): number {
  if (seq === undefined) {
    throw new AppError(
      coreErrors.VALIDATION_ERROR,
      'data.received: expected the number of notifications received, which resumeToken requires unless data.after has the seq of the last, got nothing',
    );
  }
  return seq;
}

function differs(field: string, wanted: string, got: string): AppError {
  return new AppError(
    coreErrors.VALIDATION_ERROR,
    `data.${field}: expected ${JSON.stringify(wanted)} as in the URL, got ${JSON.stringify(got)}`,
  );
}
