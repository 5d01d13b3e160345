import { cutEvents } from '../../core/cutToSchema.ts';
import type { AppError } from '../../core/errors.ts';
import type {
  ConsumerRef,
  EventEncoder,
  PeerInfo,
  ProducerInfo,
  RoomEvent,
} from '../../rooms/events.ts';
import { framesOf } from '../../signalling/encodeOnce.ts';
import type { ErrorCode } from '../../signalling/errors.ts';
import { JSON_ERRORS } from './errors.ts';
import { events } from './contract.ts';
import type { ParticipantInfo, JsonEvent } from './contract.ts';

const cut = cutEvents(events);

/** A participant in the form of the contract, with flags for the tracks they send. */
export function participantOf(peer: PeerInfo): ParticipantInfo {
  const sent = new Set(
    peer.producers.filter(({ paused }) => !paused).map(({ source }) => source),
  );
  return {
    id: peer.peerId,
    userId: peer.userId,
    displayName: peer.displayName,
    isAudioEnabled: sent.has('mic'),
    isVideoEnabled: sent.has('camera'),
    isScreenSharing: sent.has('screen'),
    joinedAt: new Date(peer.joinedAt).toISOString(),
  };
}

/** The event for a track that a participant sends. */
export function producerCreated(
  roomId: string,
  participantId: string,
  { producerId, kind, paused, appData }: ProducerInfo,
): JsonEvent {
  return {
    type: 'producerCreated',
    data: { roomId, participantId, producerId, kind, paused, appData },
  };
}

/** The event of the contract for one of the room, if it has one. */
function encode(event: RoomEvent, roomId: string): JsonEvent | undefined {
  switch (event.type) {
    case 'peerJoined':
      return {
        type: 'participantJoined',
        data: {
          roomId,
          participantId: event.peer.peerId,
          participant: participantOf(event.peer),
        },
      };
    case 'peerLeft':
      return {
        type: 'participantLeft',
        data: { roomId, participantId: event.peerId, reason: event.reason },
      };
    case 'producerOpened':
      return producerCreated(roomId, event.peerId, event.producer);
    case 'producerClosed':
    case 'producerPaused':
    case 'producerResumed':
      return {
        type: event.type,
        data: {
          roomId,
          participantId: event.peerId,
          producerId: event.producerId,
        },
      };
    case 'message':
      return messageFrom(event.from, roomId, event.data);
    case 'keptMessage': {
      const { id, content, createdAt } = event.message;
      const created_at = new Date(createdAt).toISOString();
      return messageFrom(event.from, roomId, { id, content, created_at });
    }
    case 'serverMessage':
      return { type: 'serverMessage', data: { roomId, data: event.data } };
    case 'connectionQuality':
      return {
        type: 'connectionQuality',
        data: {
          roomId,
          participantId: event.peerId,
          quality: event.quality,
        },
      };
    case 'peerUpdated':
    case 'reaction':
    case 'permissionsChanged':
    case 'producerMuted':
    case 'producerStopped':
    case 'unmuteRequested':
    case 'roomUpdated':
    case 'chatCleared':
    case 'peerWaiting':
    case 'peerWaitingLeft':
    case 'dataProducerOpened':
    case 'dataProducerClosed':
    case 'dataConsumerClosed':
    case 'mediaReset':
    case 'subscribed':
    case 'tokenExpiring':
    case 'serverDraining':
    case 'consumerSuspended':
    case 'consumerRestored':
    case 'consumerScore':
    case 'producerScore':
    case 'producerWanted':
    case 'signal':
    case 'activeSpeaker':
    case 'audioLevels':
      return undefined;
    case 'consumerOpened':
      return { type: 'consumerCreated', data: consumerOf(event, roomId) };
    case 'consumerPaused':
    case 'consumerResumed':
    case 'consumerClosed':
      return { type: event.type, data: consumerOf(event, roomId) };
    case 'consumerLayersChanged':
      return {
        type: 'consumerLayersChanged',
        data: {
          ...consumerOf(event, roomId),
          spatialLayer: event.layers?.spatialLayer ?? null,
          temporalLayer: event.layers?.temporalLayer ?? null,
        },
      };
  }
}

function messageFrom(
  participantId: string,
  roomId: string,
  data: unknown,
): JsonEvent {
  return { type: 'message', data: { roomId, participantId, data } };
}

function consumerOf(
  { peerId, consumerId, producerId, kind }: ConsumerRef,
  roomId: string,
) {
  return { roomId, participantId: peerId, consumerId, producerId, kind };
}

/** The message of an event, without anything that the contract does not name. */
export function messageOf({ type, data }: JsonEvent): object {
  return { type, data: cut(type, data) };
}

const frameOf = framesOf((event, roomId: string) => {
  const said = encode(event, roomId);
  return said && messageOf(said);
});

/**
 * Makes the encoder for the events of a room. The contract has no message for the
 * death of a worker: the connection closes, and a client that reconnects joins
 * and sets up media again.
 */
export function encoderFor(roomId: string): EventEncoder {
  return (event) =>
    event.type === 'mediaReset' ? 'workerDied' : frameOf(event, roomId);
}

/** The frame of an error; `details` explains a request that is not valid. */
export function errorFrame(
  error: AppError,
  requestId: string | undefined,
): string {
  const code = JSON_ERRORS[error.code as ErrorCode];
  return JSON.stringify({
    type: 'error',
    error: code,
    requestId,
    message: error.message,
    ...(code === 'VALIDATION_ERROR' && { details: error.message }),
  });
}
