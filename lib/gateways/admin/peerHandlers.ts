import type { ApiClient } from '../../auth/ApiKeyAuthenticator.ts';
import { AppError } from '../../core/errors.ts';
import type { Live } from '../../core/Live.ts';
import type { Limits } from '../../limits/options.ts';
import { roomErrors } from '../../rooms/errors.ts';
import { requireMetadataSize } from '../../rooms/metadata.ts';
import type { BanTime, Moderation } from '../../rooms/Moderation.ts';
import type { Peer } from '../../rooms/Peer.ts';
import { peerStats } from '../../rooms/peerStats.ts';
import type { RoomRegistry } from '../../rooms/RoomRegistry.ts';
import { actorOf } from './actorOf.ts';
import { etagOf, requireMatch } from './etag.ts';
import { pageAmong } from './paging.ts';
import type { peerRoutes } from './peerRoutes.ts';
import type { ApiHandlers } from './routeParts.ts';
import { changeable, shownPeer, shownStats } from './show.ts';

/** Tracks that a peer receives whose figures are shown at most. */
const MOST_RECEIVED = 100;

interface TrackPath {
  readonly roomId: string;
  readonly peerId: string;
  readonly trackId: string;
}

/** The functions that serve peers and their tracks. */
export function peerHandlers(
  registry: RoomRegistry,
  limits: Live<Limits>,
): ApiHandlers<typeof peerRoutes> {
  const peerAt = (path: { roomId: string; peerId: string }): Peer =>
    registry.get(path.roomId).member(path.peerId);
  const moderation = (roomId: string, user: ApiClient): Moderation =>
    registry.get(roomId).moderationBy(actorOf(user));

  /**
   * The power over a track of a peer.
   *
   * @throws {AppError} ROOM_NOT_FOUND, PEER_NOT_FOUND, PRODUCER_NOT_FOUND.
   */
  const overTrack = (path: TrackPath, user: ApiClient): Moderation => {
    const { producers } = peerAt(path).info();
    if (!producers.some(({ producerId }) => producerId === path.trackId)) {
      throw new AppError(
        roomErrors.PRODUCER_NOT_FOUND,
        `trackId: expected a track that ${JSON.stringify(path.peerId)} sends, got ${JSON.stringify(path.trackId)}`,
      );
    }
    return moderation(path.roomId, user);
  };

  return {
    listServerPeers({ parameters: { roomId }, query }) {
      const { peers } = registry.get(roomId);
      const body = pageAmong(query, peers.values(), idOf, shownPeer);
      return { status: 200, body };
    },

    showServerPeer: ({ parameters }) => reply(peerAt(parameters)),

    async showServerPeerStats({ parameters }) {
      const stats = await peerStats(peerAt(parameters), MOST_RECEIVED);
      return { status: 200, body: shownStats(stats) };
    },

    updateServerPeer({ user, headers, parameters, body }) {
      const { roomId, peerId } = parameters;
      const peer = peerAt(parameters);
      requireMatch(headers, etagOf(changeable(peer)));
      const { role, permissions, displayName, metadata } = body;
      // All that may be refused comes before the first change.
      requireMetadataSize(metadata ?? {}, limits);
      const power = moderation(roomId, user);
      if (role !== undefined) {
        power.setRole(peerId, role);
      }
      if (permissions !== undefined) {
        power.setPermissions(peerId, permissions);
      }
      if (displayName !== undefined) {
        power.rename(peerId, displayName);
      }
      if (metadata !== undefined) {
        power.setPeerMetadata(peerId, metadata);
      }
      return reply(peer);
    },

    removeServerPeer({ user, parameters: { roomId, peerId }, query }) {
      moderation(roomId, user).remove(peerId, banTimeIn(query.ban));
      return { status: 204 };
    },

    async muteServerTrack({ user, parameters }) {
      await overTrack(parameters, user).mute(parameters.trackId);
      return { status: 204 };
    },

    requestServerUnmute({ user, parameters }) {
      overTrack(parameters, user).requestUnmute(parameters.trackId);
      return { status: 204 };
    },

    stopServerTrack({ user, parameters }) {
      overTrack(parameters, user).stop(parameters.trackId);
      return { status: 204 };
    },
  };
}

function reply(peer: Peer) {
  return {
    status: 200,
    body: shownPeer(peer),
    headers: { ETag: etagOf(changeable(peer)) },
  } as const;
}

/** The time of a ban, ms; undefined for no ban. */
function banTimeIn(text: string | undefined): BanTime | undefined {
  switch (text) {
    case undefined:
    case 'forever':
      return text;
    case 'true':
      return true;
    default:
      return Number(text) * 1_000;
  }
}

function idOf({ id }: Peer): string {
  return id;
}
