import type { types } from 'mediasoup';
import { WorkerClosedError } from 'mediasoup/errors';

import type { MediaOptions, SpeakersOptions } from './options.ts';
import { Logger } from '../core/logger.ts';
import { mediaCodecs } from './codecs.ts';
import { whenClosed } from './whenClosed.ts';
import type { MediaWorker } from './MediaWorker.ts';

const logger = new Logger('RoomRouter');

/** mediasoup's observers of the audio on one router. */
export interface AudioObservers {
  readonly activeSpeaker: types.ActiveSpeakerObserver;
  readonly audioLevels: types.AudioLevelObserver;
}

/** A member of a room; all its transports are on one router. */
export interface Member {
  /** Fulfilled when the requests that it has made are answered. */
  answered(): Promise<void>;
  /** Called when a worker has died with the transports; new ones can be opened. */
  resetMedia(): void;
}

/** Options of a member's transport. */
export interface TransportOptions {
  /** Offers no UDP candidate, for networks that drop UDP late. */
  forceTcp: boolean;
  /** Offers no TCP candidate. */
  forceUdp?: boolean | undefined;
  /** Prefers candidates for TCP to those for UDP. */
  preferTcp?: boolean | undefined;
  /** The bandwidth estimated for the client at first, bit/s. */
  initialOutgoingBitrate?: number | undefined;
  /** Lets it carry data as well. */
  enableSctp: boolean;
  /** The bound that REMB and transport-cc give to the client, bit/s. */
  maxIncomingBitrate?: number | undefined;
}

/** The objects of one member on a router. */
interface Place {
  /** Includes transports still being created. */
  transports: number;
  consumers: number;
}

/** Receives the changes of a router. */
export interface RouterOwner {
  /** Its last member has left. */
  onDeserted(): void;
  /** It has closed, or could not be opened. */
  onClose(router: RoomRouter): void;
}

/**
 * A room's router on one worker, with its audio observers and the members that
 * are placed there. It may still be opening.
 */
export class RoomRouter {
  readonly worker: MediaWorker;
  /** The router, once it is open. */
  readonly opened: Promise<types.Router>;
  readonly #config: MediaOptions;
  readonly #owner: RouterOwner;
  readonly #members = new Map<Member, Place>();
  /** The place of each transport's member. */
  readonly #places = new WeakMap<types.Transport, Place>();
  #router: types.Router | undefined;
  #audioObservers: AudioObservers | undefined;
  #consumers = 0;
  /** The number of members that receive anything. */
  #receiving = 0;
  #closed = false;

  constructor(worker: MediaWorker, config: MediaOptions, owner: RouterOwner) {
    this.worker = worker;
    this.#config = config;
    this.#owner = owner;
    this.opened = this.#open();
    // Each request that needs the router awaits it and handles the error.
    this.opened.catch(() => this.#end());
  }

  /** Its id in the worker's dump, once it is open. */
  get id(): string | undefined {
    return this.#router?.id;
  }

  /** The audio observers, once it is open; they close with it. */
  get audioObservers(): AudioObservers | undefined {
    return this.#audioObservers;
  }

  /** The members placed here, with the number of their objects. */
  get members(): ReadonlyMap<Member, Readonly<Place>> {
    return this.#members;
  }

  /** The number of consumers, including those still being created. */
  get consumers(): number {
    return this.#consumers;
  }

  /**
   * The number of consumers once each member receives something.
   *
   * @param each - The number expected of a member that has none yet.
   */
  expectedConsumers(each: number): number {
    return this.#consumers + (this.#members.size - this.#receiving) * each;
  }

  /**
   * Counts a consumer here and on the worker, until it is disposed of.
   *
   * @param transport - The transport over which its member receives it.
   */
  countConsumer(transport: types.Transport): Disposable {
    const place = this.#places.get(transport);
    this.#count(place, 1);
    const uncount = this.worker.countConsumer();
    return {
      [Symbol.dispose]: () => {
        this.#count(place, -1);
        uncount();
      },
    };
  }

  /** Opens a transport for a member, which is placed here by the request. */
  async createWebRtcTransport(
    member: Member,
    options: TransportOptions,
  ): Promise<types.WebRtcTransport> {
    const { rtc } = this.#config;
    const {
      forceTcp,
      forceUdp = false,
      preferTcp = false,
      enableSctp,
      maxIncomingBitrate,
      initialOutgoingBitrate = rtc.initialOutgoingBitrate,
    } = options;
    const place = this.#members.get(member) ?? { transports: 0, consumers: 0 };
    place.transports += 1;
    this.#members.set(member, place);
    try {
      const router = await this.opened;
      const transport = await router.createWebRtcTransport({
        webRtcServer: this.worker.webRtcServer,
        enableUdp: rtc.udp && !forceTcp,
        enableTcp: rtc.tcp && !forceUdp,
        preferUdp: !preferTcp,
        preferTcp,
        enableSctp,
        iceConsentTimeout: rtc.iceConsentTimeout,
        initialAvailableOutgoingBitrate: initialOutgoingBitrate,
      });
      if (maxIncomingBitrate !== undefined) {
        void setLimit(transport, maxIncomingBitrate);
      }
      this.#places.set(transport, place);
      whenClosed(transport, () => this.#leave(member));
      return transport;
    } catch (error) {
      this.#leave(member);
      throw error;
    }
  }

  /** Closes the router with every transport, producer and consumer on it. */
  close(): void {
    this.#router?.close();
    this.#end();
  }

  async #open(): Promise<types.Router> {
    const { worker } = this.worker;
    const router = await worker.createRouter({ mediaCodecs });
    try {
      this.#audioObservers = await createAudioObservers(
        router,
        this.#config.speakers,
      );
    } catch (error) {
      router.close();
      throw error;
    }
    if (this.#closed) {
      router.close();
    }
    if (router.closed) {
      throw new WorkerClosedError('closed while the router was made');
    }
    this.#router = router;
    router.observer.once('close', () => this.#end());
    return router;
  }

  #count(place: Place | undefined, change: 1 | -1): void {
    this.#consumers += change;
    if (place === undefined) {
      return;
    }
    const before = place.consumers;
    place.consumers += change;
    if (before === 0 || place.consumers === 0) {
      this.#receiving += change;
    }
  }

  /** Counts a transport out. Members of a router that closes are orphaned instead. */
  #leave(member: Member): void {
    if (this.#closed || this.#router?.closed === true) {
      return;
    }
    const place = this.#members.get(member);
    if (place !== undefined) {
      place.transports -= 1;
      if (place.transports === 0) {
        this.#members.delete(member);
      }
    }
    if (this.#members.size === 0) {
      this.#owner.onDeserted();
    }
  }

  #end(): void {
    if (!this.#closed) {
      this.#closed = true;
      this.#owner.onClose(this);
    }
  }
}

/**
 * Bounds what a client sends over a transport, or closes the transport. A worker
 * serves requests in their order, so that nothing is sent before; nothing has to wait
 * for its answer.
 */
async function setLimit(
  transport: types.WebRtcTransport,
  maxIncomingBitrate: number,
): Promise<void> {
  try {
    await transport.setMaxIncomingBitrate(maxIncomingBitrate);
  } catch (error) {
    if (!transport.closed) {
      logger.error('a transport has no limit and is closed: %o', error);
      transport.close();
    }
  }
}

/** Creates the observers, which report at the intervals configured. */
async function createAudioObservers(
  router: types.Router,
  speakers: SpeakersOptions,
): Promise<AudioObservers> {
  const [activeSpeaker, audioLevels] = await Promise.all([
    router.createActiveSpeakerObserver({ interval: speakers.activeInterval }),
    router.createAudioLevelObserver({
      interval: speakers.levelsInterval,
      threshold: speakers.threshold,
      maxEntries: speakers.maxLevels,
    }),
  ]);
  return { activeSpeaker, audioLevels };
}
