import { framesOf } from '../../../lib/signalling/encodeOnce.ts';

/** The frame of an event, encoded once for everyone who receives it. */
export const frameOf = framesOf((event) => {
  switch (event.type) {
    case 'peerJoined':
      return { event: 'entered', id: event.peer.peerId };
    case 'peerLeft':
      return { event: 'left', id: event.peerId };
    default:
      return undefined;
  }
});
