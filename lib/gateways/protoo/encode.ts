import { cutEvents } from '../../core/cutToSchema.ts';
import type { AppError } from '../../core/errors.ts';
import type { RoomEvent } from '../../rooms/events.ts';
import type { Closing } from '../../signalling/closeCodes.ts';
import { framesOf } from '../../signalling/encodeOnce.ts';
import { notifications } from './notifications.ts';
import type { Notification } from './notifications.ts';
import { peerIn, permissionsIn } from './permissionsIn.ts';

const cut = cutEvents(notifications);

/** The beginning of every frame with a notification. */
const HEAD = '{"notification":true,';

/** The notification of an event, if the contract has one for it. */
function encode(event: RoomEvent): Notification | undefined {
  switch (event.type) {
    case 'peerJoined':
      return { method: 'peerJoined', data: peerIn(event.peer) };
    case 'peerLeft':
      return {
        method: 'peerLeft',
        data: { peerId: event.peerId, reason: event.reason },
      };
    case 'peerUpdated':
      return {
        method: 'peerUpdated',
        data: {
          ...event,
          permissions: event.permissions && permissionsIn(event.permissions),
        },
      };
    case 'reaction':
      return { method: 'reaction', data: event };
    case 'permissionsChanged': {
      const { role, permissions, by } = event;
      return {
        method: 'permissionsChanged',
        data: { role, permissions: permissionsIn(permissions), by },
      };
    }
    case 'producerMuted':
    case 'producerStopped':
    case 'unmuteRequested':
      return {
        method: event.type,
        data: { producerId: event.producerId, by: event.by },
      };
    case 'roomUpdated':
      return { method: 'roomUpdated', data: event };
    case 'chatCleared':
      return { method: 'chatCleared', data: { by: event.by } };
    case 'peerWaiting':
      return { method: 'peerWaiting', data: event.waiting };
    case 'peerWaitingLeft':
      return {
        method: 'peerWaitingLeft',
        data: { peerId: event.peerId, reason: event.reason },
      };
    case 'producerOpened':
      return {
        method: 'newProducer',
        data: { ...event.producer, peerId: event.peerId },
      };
    case 'producerClosed':
    case 'producerPaused':
    case 'producerResumed':
      return {
        method: event.type,
        data: { producerId: event.producerId, peerId: event.peerId },
      };
    case 'dataProducerOpened':
      return {
        method: 'newDataProducer',
        data: { ...event.dataProducer, peerId: event.peerId },
      };
    case 'dataProducerClosed':
      return {
        method: 'dataProducerClosed',
        data: { dataProducerId: event.dataProducerId, peerId: event.peerId },
      };
    case 'dataConsumerClosed':
      return {
        method: 'dataConsumerClosed',
        data: { dataConsumerId: event.dataConsumerId },
      };
    case 'consumerPaused':
    case 'consumerResumed':
    case 'consumerClosed':
      return { method: event.type, data: { consumerId: event.consumerId } };
    case 'consumerSuspended':
      return {
        method: 'consumerSuspended',
        data: { consumerId: event.consumerId, reason: 'bandwidth' },
      };
    case 'consumerRestored':
      return {
        method: 'consumerRestored',
        data: { consumerId: event.consumerId },
      };
    case 'mediaReset':
      return {
        method: 'mediaReset',
        data: {
          rtpCapabilities: event.rtpCapabilities,
          transports: event.transports,
        },
      };
    case 'tokenExpiring':
      return {
        method: 'tokenExpiring',
        data: { expiresAt: event.expiresAt },
      };
    case 'serverDraining':
      return {
        method: 'serverDraining',
        data: { deadline: event.deadline },
      };
    case 'consumerLayersChanged':
      return {
        method: 'consumerLayersChanged',
        data: {
          consumerId: event.consumerId,
          spatialLayer: event.layers?.spatialLayer ?? null,
          temporalLayer: event.layers?.temporalLayer ?? null,
        },
      };
    case 'connectionQuality':
      return {
        method: 'connectionQuality',
        data: { peerId: event.peerId, quality: event.quality },
      };
    case 'serverMessage':
      return { method: 'serverMessage', data: { data: event.data } };
    case 'consumerScore':
      return { method: 'consumerScore', data: event };
    case 'producerScore':
      return { method: 'producerScore', data: event };
    case 'producerWanted':
      return {
        method: 'producerWanted',
        data: {
          producerId: event.producerId,
          maxSpatialLayer: event.maxSpatialLayer ?? null,
        },
      };
    case 'message':
      return {
        method: 'message',
        data: { from: event.from, data: event.data },
      };
    case 'keptMessage': {
      const { id, content, createdAt } = event.message;
      const created_at = new Date(createdAt).toISOString();
      return {
        method: 'message',
        data: { from: event.from, data: { id, content, created_at } },
      };
    }
    case 'activeSpeaker':
      return {
        method: 'activeSpeaker',
        data: { peerId: event.peerId ?? null },
      };
    case 'audioLevels':
      return { method: 'audioLevels', data: { levels: event.levels } };
    case 'subscribed':
      return { method: 'consumerOpened', data: event.consumer };
    case 'consumerOpened':
    case 'signal':
      return undefined;
  }
}

/**
 * The protoo frame of an event.
 *
 * @see https://protoo.versatica.com/#protoo-notifications
 */
export const frameOf = framesOf((event) => {
  const notification = encode(event);
  if (notification === undefined) {
    return undefined;
  }
  return messageOf(notification);
});

/** The message of a notification, without what the contract does not name. */
function messageOf({ method, data }: Notification): object {
  return { notification: true, method, data: cut(method, data) };
}

/** The response to a request that is refused, or that failed. */
export function refusalOf(
  id: number,
  { status, code, message, until }: AppError,
): object {
  return {
    response: true,
    id,
    ok: false,
    errorCode: status,
    errorName: code,
    errorReason: message,
    errorUntil: until?.getTime(),
  };
}

/** The frame that announces the end of a connection. */
export function closingFrame(closing: Closing): string {
  return unnumbered({ method: 'closing', data: closing });
}

/** The frame of a notification that belongs to no stay in a room. */
export function unnumbered(
  notification: Extract<
    Notification,
    { method: 'lobby' | 'admitted' | 'closing' }
  >,
): string {
  return JSON.stringify(messageOf(notification));
}

/**
 * The frame of an event for one client, with its number. The rest of the frame
 * is the same for all, and copying it costs less than encoding it for each.
 */
export function numbered(frame: Buffer, seq: number): Buffer {
  const head = `${HEAD}"seq":${seq},`;
  const result = Buffer.allocUnsafe(head.length + frame.length - HEAD.length);
  result.write(head, 'latin1');
  frame.copy(result, head.length, HEAD.length);
  return result;
}
