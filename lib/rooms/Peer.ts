import { randomBytes, timingSafeEqual } from 'node:crypto';

import type { types } from 'mediasoup';

import { TokenBucket } from '../limits/TokenBucket.ts';
import type { Rate } from '../limits/TokenBucket.ts';
import type { Grants } from '../auth/Grants.ts';
import type { Logger } from '../core/logger.ts';
import { routerRtpCapabilities } from '../media/codecs.ts';
import type { Member } from '../media/RoomRouter.ts';
import type { Holdings } from './roomStats.ts';
import { Consumers } from './Consumers.ts';
import { DataConsumers } from './DataConsumers.ts';
import { DataProducers } from './DataProducers.ts';
import type {
  Device,
  EndReason,
  EventEncoder,
  LeaveReason,
  MessageListener,
  PeerInfo,
  RoomEnd,
  RoomEvent,
} from './events.ts';
import { EventQueue } from './EventQueue.ts';
import { PeerMessaging } from './PeerMessaging.ts';
import { Producers } from './Producers.ts';
import type { Room } from './Room.ts';
import { Transports } from './Transports.ts';

const RESUME_TOKEN_BYTES = 32;

/** Connections that may come for one peer beside the limit of handshakes. */
const RETURNS: Rate = { perSecond: 0.2, burst: 5 };

/** One for all, so that it is encoded once. */
const MEDIA_RESET: RoomEvent = {
  type: 'mediaReset',
  rtpCapabilities: routerRtpCapabilities,
};

/** Who a peer is, and what it can receive unless it says otherwise later. */
export interface PeerOptions {
  id: string;
  /** The gateway that the peer came through; a label, and nothing else. */
  gateway: string;
  /** The network that the client is in; peers are counted by it. */
  network: string;
  /** Who the client is and what it may do. */
  grants: Grants;
  /** Puts events into the words of the client's contract. */
  encode: EventEncoder;
  displayName?: string | undefined;
  device?: Device | undefined;
  rtpCapabilities?: types.RtpCapabilities | undefined;
  /**
   * How long the peer is kept when its connection breaks, ms. Without it the
   * peer goes with its connection.
   */
  resumeTimeout?: number | undefined;
  /** Whether the peer wants to be told of the others' consumers, too. */
  watchesConsumers?: boolean | undefined;
}

/**
 * One participant of a room: what it sends and what it receives. Ids that it
 * names are looked up among its own, and producers within its room.
 *
 * Its events wait until {@link listen} is called, so that the reply to a join
 * can be sent before any of them.
 */
export class Peer implements Member {
  readonly id: string;
  readonly gateway: string;
  /** The network that the client was in when it joined. */
  readonly network: string;
  /** The user behind the peer, as its grants say. */
  readonly userId: string;
  readonly displayName: string;
  readonly device: Device;
  /** When the server let the peer in, ms since the epoch. */
  readonly joinedAt = Date.now();
  readonly logger: Logger;
  readonly transports: Transports;
  readonly producers: Producers;
  readonly consumers: Consumers;
  readonly dataProducers: DataProducers;
  readonly dataConsumers: DataConsumers;
  readonly messages: PeerMessaging;
  readonly #room: Room;
  readonly #place: Disposable;
  readonly #encode: EventEncoder;
  readonly #mailbox: EventQueue;
  readonly #returns = new TokenBucket(() => RETURNS);
  readonly #resumeTimeout: number;
  #grants: Grants;
  #resumeToken: string | undefined;
  /** Runs while the peer is without a connection. */
  #grace: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param place - Its place among the peers of the server, given back at its end. */
  constructor(room: Room, options: PeerOptions, place: Disposable) {
    this.id = options.id;
    this.gateway = options.gateway;
    this.network = options.network;
    this.userId = options.grants.identity.userId;
    this.displayName = options.displayName ?? options.id;
    this.device = options.device ?? {};
    this.#room = room;
    this.#place = place;
    this.#grants = options.grants;
    this.logger = room.logger.child('peer', options.id);
    this.transports = new Transports(this, room, () => this.#closeIfGhost());
    this.producers = new Producers(this, room);
    this.consumers = new Consumers(this, room, options.rtpCapabilities);
    this.dataProducers = new DataProducers(this, room);
    this.dataConsumers = new DataConsumers(this, room);
    this.messages = new PeerMessaging(this, room);
    this.#resumeTimeout = options.resumeTimeout ?? 0;
    this.#resumeToken = this.#newResumeToken();
    this.#encode = options.encode;
    this.#mailbox = new EventQueue({
      limit: () => room.limits.keptBytesPerPeer,
      budget: room.keptEvents,
      resumable: this.#resumeToken !== undefined,
      // Not at once: the room may be in the middle of telling its peers.
      onOverrun: (option) => {
        queueMicrotask(() => {
          room.note('warn', 'too much is kept for a peer', this, { option });
          this.close('disconnected', option);
        });
      },
    });
    // Otherwise joining again would bring new ones.
    this.#returns.take(RETURNS.burst);
  }

  get roomId(): string {
    return this.#room.id;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** What the client may do. */
  get grants(): Grants {
    return this.#grants;
  }

  /** Replaces what the client may do; what it has done already stays. */
  regrant(grants: Grants): void {
    this.#grants = grants;
  }

  /** How much the peer holds in the media engine. */
  get holdings(): Holdings {
    return {
      transports: this.transports.size,
      producers: this.producers.counts,
      consumers: this.consumers.counts,
      dataProducers: this.dataProducers.size,
      dataConsumers: this.dataConsumers.size,
    };
  }

  /** What the others are shown of the peer. */
  info(): PeerInfo {
    return {
      peerId: this.id,
      userId: this.userId,
      displayName: this.displayName,
      device: this.device,
      joinedAt: this.joinedAt,
      producers: this.producers.infos,
      dataProducers: this.dataProducers.infos,
    };
  }

  /** What the client resumes the peer with; a new one after each resume. */
  get resumeToken(): string | undefined {
    return this.#resumeToken;
  }

  /** Starts the flow of events: first those that waited, then each as it comes. */
  listen(listener: MessageListener): void {
    this.#mailbox.listen(listener);
  }

  /** Passes an event to the peer's client, or keeps it for the next. */
  tell(event: RoomEvent): void {
    const message = this.#encode(event);
    if (typeof message === 'string') {
      this.#mailbox.end(message);
    } else if (message !== undefined) {
      this.#mailbox.put(message);
    }
  }

  /** The cost of what is kept for the client until it has arrived, bytes. */
  get kept(): number {
    return this.#mailbox.cost;
  }

  /** How many events went out to the client, over all its connections. */
  get told(): number {
    return this.#mailbox.sent;
  }

  /** The first so many events have surely arrived, and need not be kept. */
  confirm(arrived: number): void {
    this.#mailbox.confirm(arrived);
  }

  /**
   * The peer's connection broke: the peer is kept for a while, unless its
   * media fell silent, too.
   */
  suspend(): void {
    if (this.#closed) {
      return;
    }
    if (this.#resumeToken === undefined || this.transports.silent) {
      this.close('disconnected');
      return;
    }
    this.#mailbox.hold();
    this.#grace = setTimeout(() => {
      this.close('disconnected');
    }, this.#resumeTimeout);
    this.logger.debug('lost its connection');
  }

  /**
   * Takes the peer over for a newer connection. Whoever listened until now is
   * told, and events wait for the newcomer to listen.
   *
   * @param received - How many events the client has had of the peer: the rest
   *   was lost with its connection, and comes first.
   * @returns Whether the token was the right one, which is good for once, and
   *   what the client has not had is still known.
   */
  resume(token: string, received: number): boolean {
    if (
      this.#closed ||
      !equal(token, this.#resumeToken) ||
      !this.#mailbox.rewind(received)
    ) {
      return false;
    }
    clearTimeout(this.#grace);
    this.#mailbox.dismiss('resumed');
    this.#grace = undefined;
    this.#resumeToken = this.#newResumeToken();
    this.logger.debug('is back');
    return true;
  }

  /** Whether the client may come back without its network paying for it. */
  get mayReturn(): boolean {
    return this.#returns.wait === 0;
  }

  /**
   * Counts a connection that comes for the peer.
   *
   * @returns Whether it may come without its network paying for it.
   */
  takeReturn(): boolean {
    if (!this.mayReturn) {
      return false;
    }
    this.#returns.take(1);
    return true;
  }

  /** The worker under the peer's media died, and the peer sets up again. */
  resetMedia(): void {
    if (!this.#closed) {
      this.tell(MEDIA_RESET);
    }
  }

  /**
   * Takes the peer out of its room; all that it holds goes with it.
   *
   * @param reason - The reason that the others are told.
   * @param told - The reason that the client is told.
   */
  close(reason: LeaveReason, told: EndReason = reason): void {
    if (!this.#closed) {
      this.#release();
      this.#room.remove(this, reason);
      this.#mailbox.end(told);
    }
  }

  /** The room ends for everybody: frees what the peer holds, and says so. */
  end(reason: RoomEnd): void {
    if (!this.#closed) {
      this.#release();
      this.#mailbox.end(reason);
    }
  }

  #release(): void {
    this.#closed = true;
    clearTimeout(this.#grace);
    this.#place[Symbol.dispose]();
    this.transports.closeAll();
  }

  /** Nobody to talk to and nobody to send to: there is nobody. */
  #closeIfGhost(): void {
    if (this.#grace !== undefined && this.transports.silent) {
      this.close('disconnected');
    }
  }

  #newResumeToken(): string | undefined {
    return this.#resumeTimeout > 0
      ? randomBytes(RESUME_TOKEN_BYTES).toString('base64url')
      : undefined;
  }
}

/** Compares in a time that tells nothing of where the texts differ. */
function equal(given: string, wanted: string | undefined): boolean {
  if (wanted === undefined) {
    return false;
  }
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
