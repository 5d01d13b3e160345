import type {
  AtriumServer,
  ServerBan,
  ServerDelivery,
  ServerPeer,
} from '@atrium/server-sdk';

import { isolate } from '../../../src/ui/isolate.ts';
import { ask } from '../ui/ask.ts';

/** Choices of the time for which someone is kept out. */
const BAN_TIMES = [
  ['', 'No ban: may come back'],
  ['true', 'For the time in the configuration'],
  ['3600', 'For an hour'],
  ['86400', 'For a day'],
  ['forever', 'For good'],
] as const;

/** Asks to close a room. */
export function closeRoom(
  atrium: AtriumServer,
  roomId: string,
  done: () => void,
): void {
  ask({
    title: `Close the room ${isolate(roomId)}?`,
    text: 'It ends for everyone in it. A room that lasts may be entered again.',
    confirm: 'Close the room',
    done: `The room ${isolate(roomId)} is closed.`,
    act: async () => {
      await atrium.rooms.close(roomId);
      done();
    },
  });
}

/** Asks to remove a peer, with a ban or without. */
export function removePeer(
  atrium: AtriumServer,
  roomId: string,
  { peerId, displayName }: ServerPeer,
  done: () => void,
): void {
  const name = isolate(displayName);
  ask({
    title: `Remove ${name}?`,
    text: `The connection of ${name} to the room ${isolate(roomId)} ends.`,
    confirm: 'Remove',
    choice: { label: 'Ban', options: BAN_TIMES },
    done: `${name} is removed.`,
    act: async (chosen) => {
      await atrium.peers.remove(roomId, peerId, banOf(chosen));
      done();
    },
  });
}

/** Asks to mute a track. */
export function muteTrack(
  atrium: AtriumServer,
  roomId: string,
  { peerId, displayName }: ServerPeer,
  { trackId, source }: ServerPeer['tracks'][number],
  done: () => void,
): void {
  const name = isolate(displayName);
  ask({
    title: `Mute ${source} of ${name}?`,
    text: `${name} is told, and may resume it.`,
    confirm: 'Mute',
    done: `${source} of ${name} is muted.`,
    act: async () => {
      await atrium.tracks.mute(roomId, peerId, trackId);
      done();
    },
  });
}

/** Asks to lift a ban. */
export function liftBan(
  atrium: AtriumServer,
  ban: ServerBan,
  done: () => void,
): void {
  const name = isolate(bannedName(ban));
  ask({
    title: `Lift the ban of ${name}?`,
    text: `${name} may enter the room ${isolate(ban.roomId)} again.`,
    confirm: 'Lift the ban',
    done: `The ban of ${name} is lifted.`,
    act: async () => {
      await atrium.bans.lift(ban.banId);
      done();
    },
  });
}

/** Asks to deliver an event again. */
export function replayDelivery(
  atrium: AtriumServer,
  { deliveryId, type, endpointId, roomId }: ServerDelivery,
  done: () => void,
): void {
  const where = roomId === undefined ? '' : ` of ${isolate(roomId)}`;
  ask({
    title: `Deliver ${type}${where} again?`,
    text: `${endpointId} receives it with the same id, so a receiver that has it already can tell. An endpoint that is switched off is switched on.`,
    confirm: 'Deliver again',
    done: `${type} is delivered again.`,
    act: async () => {
      await atrium.webhooks.replay(deliveryId);
      done();
    },
  });
}

/** The one who is kept out, as far as it is known. */
export function bannedName({
  displayName,
  userId,
  network,
  peerId,
}: ServerBan): string {
  return displayName ?? userId ?? network ?? peerId ?? 'unknown';
}

function banOf(chosen: string): { ban?: true | 'forever' | number } {
  switch (chosen) {
    case '':
      return {};
    case 'true':
      return { ban: true };
    case 'forever':
      return { ban: 'forever' };
    default:
      return { ban: Number(chosen) };
  }
}
