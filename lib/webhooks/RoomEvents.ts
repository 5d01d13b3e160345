import { randomUUID } from 'node:crypto';

import type {
  ObservedPeer,
  ObservedTrack,
  RoomFact,
  RoomObserver,
} from '../rooms/RoomObserver.ts';
import type { EventSink } from './EventOutbox.ts';

/** A room that is open. */
interface Session {
  readonly id: string;
  /** The peers whose join is in the outbox. */
  readonly joined: Set<ObservedPeer>;
}

/** Turns what happens in rooms into events for receivers. */
export class RoomEvents implements RoomObserver {
  readonly #sink: EventSink;
  readonly #sessions = new Map<string, Session>();

  constructor(sink: EventSink) {
    this.#sink = sink;
  }

  observe(roomId: string, fact: RoomFact): void {
    const session = this.#session(roomId);
    const room = { roomId, sessionId: session.id };
    switch (fact.type) {
      case 'roomStarted': {
        const startedAt = timeOf(fact.openedAt);
        this.#sink.add('room.started', roomId, { ...room, startedAt });
        break;
      }
      case 'roomFinished': {
        const { reason } = fact;
        this.#sessions.delete(roomId);
        this.#sink.add('room.finished', roomId, { ...room, reason });
        break;
      }
      case 'peerJoined': {
        const peer = peerOf(fact.peer);
        const people = peopleOf(fact.peer);
        if (this.#sink.add('peer.joined', roomId, { ...room, peer }, people)) {
          session.joined.add(fact.peer);
        }
        break;
      }
      case 'peerLeft':
        this.#left(room, session, fact);
        break;
      case 'peerWaiting': {
        const { peerId, displayName, waitingSince } = fact.waiting;
        const waiting = {
          peerId,
          displayName,
          waitingSince: timeOf(waitingSince),
        };
        this.#sink.add(
          'peer.waiting',
          roomId,
          { ...room, waiting },
          peopleOf(fact),
        );
        break;
      }
      case 'trackPublished':
      case 'trackUnpublished': {
        const { peerId } = fact;
        const data = { ...room, peerId, track: trackOf(fact.track) };
        this.#sink.add(
          fact.type === 'trackPublished'
            ? 'track.published'
            : 'track.unpublished',
          roomId,
          data,
          peopleWith(peerId, session),
        );
        break;
      }
    }
  }

  /** Reports a leave, unless its join was dropped. */
  #left(
    room: { roomId: string; sessionId: string },
    { joined }: Session,
    { peer: observed, reason }: Extract<RoomFact, { type: 'peerLeft' }>,
  ): void {
    if (joined.delete(observed)) {
      const peer = peerOf(observed);
      const people = peopleOf(observed);
      if (reason === 'removed') {
        this.#sink.add('peer.removed', room.roomId, { ...room, peer }, people);
      }
      this.#sink.add(
        'peer.left',
        room.roomId,
        { ...room, peer, reason },
        people,
      );
    }
  }

  #session(roomId: string): Session {
    let session = this.#sessions.get(roomId);
    if (session === undefined) {
      session = { id: randomUUID(), joined: new Set() };
      this.#sessions.set(roomId, session);
    }
    return session;
  }
}

/** The users behind a client, whom its events are about. */
function peopleOf({
  client: { userId, accountId },
}: Pick<ObservedPeer, 'client'>): string[] {
  return [userId, accountId].filter((id) => id !== undefined);
}

/** The users behind the peer of a track. */
function peopleWith(peerId: string, { joined }: Session): string[] {
  return Array.from(joined)
    .filter(({ id }) => id === peerId)
    .flatMap(peopleOf);
}

function peerOf(peer: ObservedPeer) {
  return {
    peerId: peer.id,
    userId: peer.userId,
    displayName: peer.displayName,
    role: peer.rights.role,
    contract: peer.gateway,
    joinedAt: timeOf(peer.joinedAt),
  };
}

function trackOf({ producerId: trackId, kind, source }: ObservedTrack) {
  return { trackId, kind, source };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
