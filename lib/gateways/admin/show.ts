import type { z } from 'zod';

import type { AnyRoom } from '../../provisioning/ProvisionedRooms.ts';
import type { ProducerInfo } from '../../rooms/events.ts';
import type { Peer } from '../../rooms/Peer.ts';
import type { PeerStats } from '../../rooms/peerStats.ts';
import type {
  peerShape,
  peerStatsShape,
  roomShape,
  trackShape,
} from './shapes.ts';

/**
 * A room as the API shows it.
 *
 * @param most - The peers that a room takes unless it has a bound of its own.
 */
export function shownRoom(
  any: AnyRoom,
  most: number,
): z.input<typeof roomShape> {
  const { id, room, record } = any;
  return {
    roomId: id,
    lasting: record !== undefined,
    ...(record && { createdAt: record.createdAt.toISOString() }),
    open: room !== undefined,
    ...(room && { openedAt: new Date(room.openedAt).toISOString() }),
    peers: room?.peers.size ?? 0,
    ...roomState(any, most),
  };
}

/** The part of a room that an update can change. */
export function roomState({ room, record }: AnyRoom, most: number) {
  return {
    maxPeers: room?.maxPeers ?? record?.maxPeers ?? most,
    emptyTimeout: room?.emptyTimeout ?? record?.emptyTimeout ?? 0,
    metadata: room?.settings.info.metadata ?? record?.metadata ?? {},
    locked: room?.settings.locked ?? record?.locked ?? false,
    lobby: room?.lobby.enabled ?? record?.lobby ?? false,
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
    away: peer.connection.absence !== undefined,
    quality: peer.quality.announced,
    joinedAt: new Date(peer.joinedAt).toISOString(),
    ...(handRaisedAt !== undefined && {
      handRaisedAt: new Date(handRaisedAt).toISOString(),
    }),
    device: peer.device,
    tracks: peer.info().producers.map(shownTrack),
    received: peer.holdings.consumers,
  };
}

/** The part of a peer that an update can change. */
export function changeable({ displayName, rights, grants, profile }: Peer) {
  const { publish, subscribe, data, chat, raiseHand, moderate } = grants;
  return {
    displayName,
    metadata: profile.metadata ?? {},
    role: rights.role,
    permissions: {
      publish: [...publish],
      subscribe,
      data,
      chat,
      raiseHand,
      metadata: grants.metadata,
      moderate: [...moderate],
    },
  };
}

/** The media of a peer as the API shows it. */
export function shownStats({
  transports,
  sent,
  received,
}: PeerStats): z.input<typeof peerStatsShape> {
  return {
    transports: transports.map((it) => ({ ...it })),
    sent: sent.map(({ producer, ...figures }) => ({
      ...shownTrack(producer),
      ...figures,
    })),
    received: received.map(({ producerId, layers, ...figures }) => ({
      ...figures,
      ...layers,
      trackId: producerId,
    })),
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
