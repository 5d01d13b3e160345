import { cutEvents } from '../../core/cutToSchema.ts';
import type { RoomEvent } from '../../rooms/events.ts';
import type { Signal } from '../../rooms/Signal.ts';
import { framesOf } from '../../signalling/encodeOnce.ts';
import { CONTENT, events } from './contract.ts';
import type { ChatEvent } from './contract.ts';

const cut = cutEvents(events);

/** The message of an event, if the contract has one for it. */
function encode(event: RoomEvent): ChatEvent | undefined {
  switch (event.type) {
    case 'keptMessage': {
      const { id, author, content, createdAt } = event.message;
      const created_at = new Date(createdAt).toISOString();
      return { name: CONTENT, data: { id, user: author, content, created_at } };
    }
    case 'signal':
      return encodeSignal(Number(event.userId), event.signal);
    case 'peerJoined':
    case 'peerLeft':
    case 'producerOpened':
    case 'producerClosed':
    case 'producerPaused':
    case 'producerResumed':
    case 'serverMessage':
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
    case 'consumerOpened':
    case 'consumerPaused':
    case 'consumerResumed':
    case 'consumerLayersChanged':
    case 'consumerClosed':
    case 'consumerSuspended':
    case 'consumerRestored':
    case 'connectionQuality':
    case 'consumerScore':
    case 'producerScore':
    case 'producerWanted':
    case 'message':
    case 'activeSpeaker':
    case 'audioLevels':
    case 'mediaReset':
    case 'subscribed':
    case 'tokenExpiring':
    case 'serverDraining':
      return undefined;
  }
}

function encodeSignal(sender_id: number, signal: Signal): ChatEvent {
  switch (signal.kind) {
    case 'offer':
      return { name: 'webrtc-offer', data: { sender_id, offer: signal.offer } };
    case 'answer':
      return {
        name: 'webrtc-answer',
        data: { sender_id, answer: signal.answer },
      };
    case 'candidate':
      return {
        name: 'webrtc-ice-candidate',
        data: { sender_id, candidate: signal.candidate },
      };
    case 'hangUp':
      return { name: 'webrtc-hangup', data: { sender_id } };
  }
}

/** The frame of an event; only signals name their type. */
export const frameOf = framesOf((event) => {
  const message = encode(event);
  if (message === undefined) {
    return undefined;
  }
  const { name, data } = message;
  const fields = cut(name, data);
  return name === CONTENT ? fields : { type: name, ...fields };
});
