import { routerRtpCapabilities } from '../media/codecs.ts';
import type { ConsumerInfo, OpenedTransport, RoomEvent } from './events.ts';
import { isCode } from './lookup.ts';
import type { Subscription, SubscriptionFilter } from './Subscription.ts';
import type { Direction } from './transportInfo.ts';
import type { Transports } from './Transports.ts';
import type { PeerContext } from './types.ts';

/** One event object for all peers, so that it is encoded once. */
const MEDIA_RESET: Extract<RoomEvent, { type: 'mediaReset' }> = {
  type: 'mediaReset',
  rtpCapabilities: routerRtpCapabilities,
};

/**
 * Consumers in the reply to a join at most. The rest follows one by one, so that
 * no reply is longer than what a connection may buffer.
 */
const MOST_AT_JOIN = 200;

/** A transport that a client asks for with its join. */
export interface TransportRequest {
  readonly direction: Direction;
  /** Lets it carry data as well. */
  readonly enableSctp?: boolean | undefined;
  /** Offers no UDP candidate. */
  readonly forceTcp?: boolean | undefined;
}

/** The media that a client asks for with its join. */
export interface MediaRequest {
  /** At most one for each direction. */
  readonly transports: readonly TransportRequest[];
  /** Consumes what others send; needs a transport for receiving. */
  readonly subscribe?: SubscriptionFilter | undefined;
}

/** The media that was opened for a client with its join. */
export interface OpenedMedia {
  /** Undefined if the worker died; the transports come with the reset. */
  transports?: OpenedTransport[] | undefined;
  consumers: ConsumerInfo[];
}

/** A peer, as its media is set up. */
interface SetupPeer extends PeerContext {
  readonly transports: Transports;
  readonly subscription: Subscription;
  beginRequest(): Disposable;
  /** Sends an event to the client. */
  deliver(event: RoomEvent): void;
}

/**
 * Opens the media that a client asked for with its join: then, and again
 * whenever the worker under it has died.
 */
export class MediaSetup {
  readonly #peer: SetupPeer;
  readonly #requests: readonly TransportRequest[];

  constructor(peer: SetupPeer, requests: readonly TransportRequest[]) {
    this.#peer = peer;
    this.#requests = requests;
  }

  /**
   * Opens the transports, and consumers of what the others send. If the worker
   * dies meanwhile, there are none, and the reset that follows opens them.
   *
   * @throws {AppError} The errors of {@link Transports.create}, other than
   *   MEDIA_RESET.
   */
  async open(): Promise<OpenedMedia> {
    // A reset waits until this is over.
    using _request = this.#peer.beginRequest();
    try {
      const transports = await this.#openTransports();
      const receiving = transportFor('recv', transports);
      const consumers =
        receiving &&
        (await this.#peer.subscription.start(
          receiving.transportId,
          MOST_AT_JOIN,
        ));
      return { transports, consumers: consumers ?? [] };
    } catch (error) {
      if (isCode(error, 'MEDIA_RESET')) {
        return { consumers: [] };
      }
      throw error;
    }
  }

  /** Tells the client that its worker died, with new transports. */
  async reopen(): Promise<void> {
    if (this.#requests.length === 0) {
      this.#peer.deliver(MEDIA_RESET);
      return;
    }
    using _request = this.#peer.beginRequest();
    try {
      const transports = await this.#openTransports();
      this.#peer.deliver({ ...MEDIA_RESET, transports });
      const receiving = transportFor('recv', transports);
      if (receiving !== undefined) {
        this.#peer.subscription.restart(receiving.transportId);
      }
    } catch (error) {
      // The next worker died as well: another reset follows.
      if (!isCode(error, 'MEDIA_RESET') && !this.#peer.closed) {
        this.#peer.logger.warn('has no transports after a reset: %o', error);
        this.#peer.deliver(MEDIA_RESET);
        this.#peer.subscription.end();
      }
    }
  }

  /** Opens all transports, or none. */
  async #openTransports(): Promise<OpenedTransport[]> {
    const results = await Promise.allSettled(
      this.#requests.map(async ({ direction, ...options }) => ({
        direction,
        ...(await this.#peer.transports.create(direction, options)),
      })),
    );
    const opened = results.flatMap((it) =>
      it.status === 'fulfilled' ? it.value : [],
    );
    const failed = results.find((it) => it.status === 'rejected');
    if (failed === undefined) {
      return opened;
    }
    for (const { transportId } of opened) {
      if (this.#peer.transports.has(transportId)) {
        this.#peer.transports.close(transportId);
      }
    }
    throw failed.reason;
  }
}

function transportFor(
  direction: Direction,
  transports: readonly OpenedTransport[],
): OpenedTransport | undefined {
  return transports.find((it) => it.direction === direction);
}
