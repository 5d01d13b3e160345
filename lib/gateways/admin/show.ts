import type { z } from 'zod';

import type { ProducerInfo } from '../../rooms/events.ts';
import type { Peer } from '../../rooms/Peer.ts';
import type { Room } from '../../rooms/Room.ts';
import type { peerShape, roomShape, trackShape } from './shapes.ts';

/** A room as the API shows it. */
export function shownRoom(room: Room): z.input<typeof roomShape> {
  return {
    roomId: room.id,
    openedAt: new Date(room.openedAt).toISOString(),
    peers: room.peers.size,
    maxPeers: room.maxPeers,
    locked: room.locked,
  };
}

/** A peer as the API shows it. */
export function shownPeer(peer: Peer): z.input<typeof peerShape> {
  const { handRaisedAt } = peer.profile;
  return {
    peerId: peer.id,
    userId: peer.userId,
    ...changeable(peer),
    contract: peer.gateway,
    network: peer.network,
    away: peer.isAway,
    quality: peer.quality.announced,
    joinedAt: new Date(peer.joinedAt).toISOString(),
    ...(handRaisedAt !== undefined && {
      handRaisedAt: new Date(handRaisedAt).toISOString(),
    }),
    device: peer.device,
    tracks: peer.producers.infos.map(shownTrack),
    received: peer.consumers.counts,
  };
}

/** The part of a peer that an update can change. */
export function changeable({ displayName, rights, grants }: Peer) {
  const { publish, subscribe, data, chat, raiseHand, moderate } = grants;
  return {
    displayName,
    role: rights.role,
    permissions: {
      publish: [...publish],
      subscribe,
      data,
      chat,
      raiseHand,
      moderate: [...moderate],
    },
  };
}

function shownTrack({
  producerId,
  kind,
  source,
  paused,
}: ProducerInfo): z.input<typeof trackShape> {
  return { trackId: producerId, kind, source, paused };
}
