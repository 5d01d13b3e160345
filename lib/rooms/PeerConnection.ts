import type { LogFields, LogLevel } from '../core/logFormat.ts';
import type { Logger } from '../core/logger.ts';
import type {
  EndReason,
  EventEncoder,
  LeaveReason,
  MessageListener,
  RoomEvent,
} from './events.ts';
import { EventQueue } from './EventQueue.ts';
import type { PeerOptions } from './PeerOptions.ts';
import { Resumption } from './Resumption.ts';
import type { Absence } from './Resumption.ts';
import type { RoomContext } from './types.ts';

/** The peer of a connection. */
interface Owner {
  readonly closed: boolean;
  /** True once every transport of its client has lost ICE. */
  readonly mediaDisconnected: boolean;
  readonly absenceNotice: number;
  readonly logger: Logger;
  log(level: LogLevel, message: string, fields?: LogFields): void;
  announceAbsence(away: boolean): void;
  close(reason: LeaveReason, reasonForClient?: EndReason): void;
}

/**
 * The signalling connection of a peer's client: the events that it receives, its
 * absence, and its return over a newer connection.
 *
 * Events wait until {@link listen} is called, so that the reply to a join can be
 * sent before any of them.
 */
export class PeerConnection {
  readonly #peer: Owner;
  readonly #encode: EventEncoder | undefined;
  readonly #queue: EventQueue | undefined;
  readonly #resumption: Resumption;

  constructor(
    peer: Owner,
    room: Pick<RoomContext, 'limits' | 'queuedEvents'>,
    { encode, resumeTimeout = 0 }: PeerOptions,
  ) {
    this.#peer = peer;
    this.#encode = encode;
    this.#resumption = new Resumption(encode ? resumeTimeout : 0, peer);
    this.#queue = encode && this.#createQueue(room);
  }

  /** False if the contract of the client has no signalling connection. */
  get exists(): boolean {
    return this.#encode !== undefined;
  }

  /** The reason for which the client is away; undefined while it is connected. */
  get absence(): Absence | undefined {
    return this.#resumption.absence;
  }

  /** True if the client is away, and the others know that. */
  get isAbsenceNoticed(): boolean {
    return this.#resumption.isNoticed;
  }

  /** The token with which the client resumes the peer; each resume renews it. */
  get resumeToken(): string | undefined {
    return this.#resumption.token;
  }

  /** True if the next resume does not count against the client's network. */
  get mayReturn(): boolean {
    return this.#resumption.mayReturn;
  }

  /** The cost of the events that the client has not acknowledged, bytes. */
  get queuedBytes(): number {
    return this.#queue?.cost ?? 0;
  }

  /** The number of events sent to the client, over all its connections. */
  get sentCount(): number {
    return this.#queue?.sentCount ?? 0;
  }

  /** Starts the flow of events: first those that waited, then each as it comes. */
  listen(listener: MessageListener): void {
    this.#queue?.attach(listener);
  }

  /** Sends an event to the client, or queues it. */
  send(event: RoomEvent): void {
    const message = this.#encode?.(event);
    if (typeof message === 'string') {
      this.#queue?.end(message);
    } else if (message !== undefined) {
      this.#queue?.push(message);
    }
  }

  /** Drops the first so many events, which have arrived. */
  acknowledge(count: number): void {
    this.#queue?.acknowledge(count);
  }

  /**
   * Keeps the peer for a while without a connection. One whose connection was
   * lost is not kept without its media either.
   */
  suspend(absence: Absence): void {
    const peer = this.#peer;
    if (peer.closed) {
      return;
    }
    const isGone = absence === 'lost' && peer.mediaDisconnected;
    if (this.resumeToken === undefined || isGone) {
      peer.close('disconnected');
      return;
    }
    this.#queue?.pause();
    this.#resumption.start(absence);
    peer.logger.debug('is without a connection: %s', absence);
  }

  /**
   * Hands the peer over to a newer connection. The listener of the older one is
   * told so, and events wait for the next listener.
   *
   * @param received - The number of events that the client has received; the
   *   later ones were lost with its connection and are sent again.
   * @returns False if the token is wrong, or if an event to be sent again has
   *   been dropped.
   */
  resume(token: string, received: number): boolean {
    if (
      this.#peer.closed ||
      !this.#resumption.admits(token) ||
      this.#queue?.replayFrom(received) !== true
    ) {
      return false;
    }
    this.#resumption.resume(token);
    this.#queue.detach('resumed');
    this.#peer.logger.debug('resumed');
    return true;
  }

  /** Makes used resume tokens worthless: the client has the newest. */
  confirmResume(): void {
    this.#resumption.confirm();
  }

  /**
   * Counts a connection that resumes the peer.
   *
   * @returns True if it does not count against the client's network.
   */
  takeReturn(): boolean {
    return this.#resumption.takeReturn();
  }

  /** Waits no longer for a client that is away. */
  stopWaiting(): void {
    this.#resumption.stop();
  }

  /** Tells the client why the peer has ended, now or when it comes back. */
  end(reason: EndReason): void {
    this.#queue?.end(reason);
  }

  #createQueue({
    limits,
    queuedEvents,
  }: Pick<RoomContext, 'limits' | 'queuedEvents'>): EventQueue {
    return new EventQueue({
      limit: () => limits.keptBytesPerPeer,
      budget: queuedEvents,
      resumable: this.resumeToken !== undefined,
      // Deferred, because the room may be in the middle of a broadcast.
      onOverrun: (option) => {
        queueMicrotask(() => {
          this.#peer.log('warn', 'the event queue of a peer is full', {
            option,
          });
          this.#peer.close('disconnected', option);
        });
      },
    });
  }
}
