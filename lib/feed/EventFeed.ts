import { randomBytes } from 'node:crypto';

import type { Live } from '../core/Live.ts';
import { ConcurrencyLimit } from '../limits/ConcurrencyLimit.ts';
import type { Limits, LimitUse } from '../limits/options.ts';
import type { LoggedPerson } from '../rooms/ModerationLog.ts';
import type {
  ObservedPeer,
  RoomFact,
  RoomObserver,
} from '../rooms/RoomObserver.ts';
import type { FeedEvent, FeedPeer } from './FeedEvent.ts';

/** A use of a power over others, or a request of a client of the server API. */
interface Act {
  readonly at: Date;
  readonly action: string;
  readonly gateway: string;
  readonly roomId?: string | undefined;
  readonly actor: LoggedPerson;
  readonly target?: LoggedPerson | undefined;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The events of the server as they happen, for operators; the latest are kept. */
export class EventFeed implements RoomObserver {
  readonly #limits: Live<Limits>;
  readonly #limit: ConcurrencyLimit;
  readonly #listeners = new Set<(event: FeedEvent) => void>();
  /** Tells the ids of this run of the server from those of others. */
  readonly #run = randomBytes(6).toString('base64url');
  /** The latest events, the oldest first. */
  readonly #kept: FeedEvent[] = [];
  #count = 0;

  constructor(limits: Live<Limits>) {
    this.#limits = limits;
    this.#limit = new ConcurrencyLimit(
      limits,
      'eventListeners',
      'clients that follow the events',
    );
  }

  /** The limit on all listeners together. */
  get limitUse(): LimitUse {
    const { eventListeners: limit } = this.#limits;
    return { option: 'eventListeners', limit, used: this.#listeners.size };
  }

  observe(roomId: string, fact: RoomFact): void {
    this.#add(factEvent(fact), roomId);
  }

  /** Adds an act of a moderator or of a client of the server API. */
  noteAct({ at, gateway, roomId, ...act }: Act): void {
    this.#add(
      {
        name: 'audit.recorded',
        data: {
          audit: {
            ...act,
            at: at.toISOString(),
            contract: gateway,
            roomId,
          },
        },
      },
      roomId,
    );
  }

  /**
   * Passes on every event from now on. Must not throw.
   *
   * @param after - The id of the last event that the listener has; it first receives
   *   those after it that are kept, or all that are kept if it is of another run.
   * @returns A function that ends it.
   * @throws {AppError} LIMIT_REACHED.
   */
  listen(
    listener: (event: FeedEvent) => void,
    after: string | undefined,
  ): () => void {
    using _place = this.#limit.acquire(this.#listeners.size);
    for (const event of this.#since(after)) {
      listener(event);
    }
    // A function of its own, so that the same listener counts each time.
    const own = (event: FeedEvent): void => listener(event);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  #since(after: string | undefined): FeedEvent[] {
    if (after === undefined) {
      return [];
    }
    const index = this.#kept.findIndex(({ id }) => id === after);
    return this.#kept.slice(index + 1);
  }

  #add({ name, data }: Fresh, roomId: string | undefined): void {
    this.#count += 1;
    const event: FeedEvent = {
      id: `${this.#run}-${this.#count}`,
      name,
      data: { type: name, at: new Date().toISOString(), roomId, ...data },
    };
    this.#kept.push(event);
    const surplus = this.#kept.length - this.#limits.keptEvents;
    if (surplus > 0) {
      this.#kept.splice(0, surplus);
    }
    for (const listener of this.#listeners) {
      listener(event);
    }
  }
}

/** An event before it is numbered. */
interface Fresh {
  readonly name: FeedEvent['name'];
  readonly data: Omit<FeedEvent['data'], 'type' | 'at' | 'roomId'>;
}

function factEvent(fact: RoomFact): Fresh {
  switch (fact.type) {
    case 'roomStarted':
      return { name: 'room.started', data: {} };
    case 'roomFinished':
      return { name: 'room.finished', data: { reason: fact.reason } };
    case 'peerJoined':
      return { name: 'peer.joined', data: { peer: plain(fact.peer) } };
    case 'peerLeft': {
      const { peer, reason } = fact;
      return { name: 'peer.left', data: { peer: plain(peer), reason } };
    }
    case 'peerWaiting': {
      const { peerId, displayName } = fact.waiting;
      return { name: 'peer.waiting', data: { peer: { peerId, displayName } } };
    }
    case 'trackPublished':
    case 'trackUnpublished': {
      const { producerId: trackId, kind, source } = fact.track;
      return {
        name:
          fact.type === 'trackPublished'
            ? 'track.published'
            : 'track.unpublished',
        data: {
          peer: { peerId: fact.peerId },
          track: { trackId, kind, source },
        },
      };
    }
  }
}

/** The peer as it is now, which may change afterwards. */
function plain(peer: ObservedPeer): FeedPeer {
  const { id: peerId, userId, displayName, gateway: contract, rights } = peer;
  return { peerId, userId, displayName, contract, role: rights.role };
}
