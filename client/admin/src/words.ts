import type {
  ServerAudit,
  ServerDelivery,
  ServerEvent,
} from '@atrium/server-sdk';

import { isolate } from '../../src/ui/isolate.ts';
import { moment, NOTHING } from './show.ts';

type Person = ServerAudit['actor'];

/** A person in the audit log: the name, and the id if it says more. */
export function person(someone: Person | undefined): string {
  if (someone === undefined) {
    return '';
  }
  const { name, id, peerId } = someone;
  const known = name ?? id ?? peerId ?? 'unknown';
  const more = id !== undefined && id !== known ? ` (${isolate(id)})` : '';
  return `${isolate(known)}${more}`;
}

/** An action of the audit log in words: from `setRoomMetadata` to `set room metadata`. */
export function action(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** The state of a delivery, with the time of the next attempt if there was one before. */
export function deliveryState({
  status,
  attempts,
  nextAttemptAt,
}: ServerDelivery): string {
  switch (status) {
    case 'delivered':
      return 'delivered';
    case 'failed':
      return 'given up';
    case 'pending':
      return attempts > 0 && nextAttemptAt !== undefined
        ? `waiting, again at ${moment(nextAttemptAt)}`
        : 'waiting';
  }
}

/** The answer of the receiver to the last attempt, or its failure. */
export function lastAnswer({ responseStatus, error }: ServerDelivery): string {
  return (
    error ?? (responseStatus === undefined ? NOTHING : `${responseStatus}`)
  );
}

/** An event in a sentence. */
export function sentence(event: ServerEvent): string {
  const { type, peer, track, reason = 'unknown', audit } = event;
  const room = isolate(event.roomId ?? '');
  const name = isolate(peer?.displayName ?? peer?.peerId ?? '');
  switch (type) {
    case 'room.started':
      return `Room ${room} started.`;
    case 'room.finished':
      return `Room ${room} finished (${reason}).`;
    case 'peer.joined':
      return `${name} joined ${room} over ${peer?.contract ?? 'an unknown contract'}.`;
    case 'peer.left':
      return `${name} left ${room} (${reason}).`;
    case 'peer.waiting':
      return `${name} waits for ${room}.`;
    case 'track.published':
      return `${name} sends ${track?.source ?? 'a track'} to ${room}.`;
    case 'track.unpublished':
      return `${name} no longer sends ${track?.source ?? 'a track'} to ${room}.`;
    case 'audit.recorded': {
      const target = person(audit?.target);
      const where = event.roomId === undefined ? '' : ` in ${room}`;
      return `${person(audit?.actor)}: ${action(audit?.action ?? '')}${target === '' ? '' : ` ${target}`}${where}.`;
    }
  }
}
