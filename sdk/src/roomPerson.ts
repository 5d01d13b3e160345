import type { RemotePeer, RemoteProducer } from './core/index.ts';
import type { Quality } from './Snapshot.ts';
import type { RemotePerson } from './Way.ts';

/**
 * A person as they are in the room at the moment.
 *
 * @param interrupted - The user's own media does not reach the server.
 */
export function roomPerson(
  peer: RemotePeer,
  interrupted: boolean,
): RemotePerson {
  const { peerId, displayName, role, permissions, reconnecting } = peer;
  return {
    peerId,
    displayName,
    rights: { role, permissions },
    reconnecting,
    get: (source) => {
      const producer = peer.get(source);
      return (
        producer && {
          kind: producer.kind,
          paused: producer.paused,
          track: producer.track,
          quality: interrupted ? 'lost' : qualityOf(peer, producer),
        }
      );
    },
  };
}

/** The worse of a person's connection and what is received of a track. */
function qualityOf(
  { quality }: RemotePeer,
  { reception = 'good', suspended }: RemoteProducer,
): Quality {
  return quality === 'lost' || suspended ? 'lost' : reception;
}
