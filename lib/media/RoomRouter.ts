import type { types } from 'mediasoup';
import { WorkerClosedError } from 'mediasoup/errors';

import type { MediaOptions, SpeakersOptions } from './options.ts';
import { mediaCodecs } from './codecs.ts';
import { whenClosed } from './whenClosed.ts';
import type { MediaWorker } from './MediaWorker.ts';

/** What listens to the audio that comes in at one router. */
export interface AudioObservers {
  readonly activeSpeaker: types.ActiveSpeakerObserver;
  readonly audioLevels: types.AudioLevelObserver;
}

/** Somebody in a room who has transports; all of them are on one router. */
export interface Member {
  /** The worker under the transports died; they can be made anew now. */
  resetMedia(): void;
}

/** What a transport for one member shall be like. */
export interface TransportOptions {
  /** Offer no UDP candidate, for networks that drop UDP late. */
  forceTcp: boolean;
  /** Let it carry data, too. */
  enableSctp: boolean;
  /** What the client is told to send at most, bit/s. */
  maxIncomingBitrate?: number | undefined;
}

/** What one member has on a router. */
interface Place {
  /** Wishes included. */
  transports: number;
  consumers: number;
}

/** Who is told what becomes of a router. */
export interface RouterOwner {
  /** The last member that was placed on it is gone. */
  onDeserted(): void;
  /** It is closed, or never came to be. */
  onClose(router: RoomRouter): void;
}

/**
 * What one room has on one worker, from the wish for it on: a router, what
 * listens to it, and the members that are placed there.
 */
export class RoomRouter {
  readonly worker: MediaWorker;
  /** The router, once it stands. */
  readonly opened: Promise<types.Router>;
  readonly #config: MediaOptions;
  readonly #owner: RouterOwner;
  readonly #members = new Map<Member, Place>();
  /** The place of each transport's member. */
  readonly #places = new WeakMap<types.Transport, Place>();
  #router: types.Router | undefined;
  #audioObservers: AudioObservers | undefined;
  #consumers = 0;
  /** How many members receive something. */
  #receiving = 0;
  #closed = false;

  constructor(worker: MediaWorker, config: MediaOptions, owner: RouterOwner) {
    this.worker = worker;
    this.#config = config;
    this.#owner = owner;
    this.opened = this.#open();
    // Whoever needs the router waits for it and hears of it.
    this.opened.catch(() => this.#end());
  }

  /** Its id, as the worker's dump has it, once it stands. */
  get id(): string | undefined {
    return this.#router?.id;
  }

  /** They hear the producers that they are given, and close with the router. */
  get audioObservers(): AudioObservers | undefined {
    return this.#audioObservers;
  }

  /** Who is placed here, and what they have. */
  get members(): ReadonlyMap<Member, Readonly<Place>> {
    return this.#members;
  }

  /** How many consumers it carries, wishes included. */
  get consumers(): number {
    return this.#consumers;
  }

  /**
   * How many consumers it will carry when everybody here receives something.
   *
   * @param each - How many somebody is expected to have who has none yet.
   */
  expectedConsumers(each: number): number {
    return this.#consumers + (this.#members.size - this.#receiving) * each;
  }

  /**
   * Counts a consumer here and on the worker, until it is disposed of.
   *
   * @param transport - Over which its member receives it.
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

  /** Opens a transport for a member, which is placed here by asking. */
  async createWebRtcTransport(
    member: Member,
    { forceTcp, enableSctp, maxIncomingBitrate }: TransportOptions,
  ): Promise<types.WebRtcTransport> {
    const { rtc } = this.#config;
    const place = this.#members.get(member) ?? { transports: 0, consumers: 0 };
    place.transports += 1;
    this.#members.set(member, place);
    try {
      const router = await this.opened;
      const transport = await router.createWebRtcTransport({
        webRtcServer: this.worker.webRtcServer,
        enableUdp: rtc.udp && !forceTcp,
        enableTcp: rtc.tcp,
        preferUdp: true,
        enableSctp,
        iceConsentTimeout: rtc.iceConsentTimeout,
        initialAvailableOutgoingBitrate: rtc.initialOutgoingBitrate,
      });
      if (maxIncomingBitrate !== undefined) {
        await setLimit(transport, maxIncomingBitrate);
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

  /** Who is here when the router itself goes has not left: it is orphaned. */
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

/** Bounds what a client sends over a transport, which is closed otherwise. */
async function setLimit(
  transport: types.WebRtcTransport,
  maxIncomingBitrate: number,
): Promise<void> {
  try {
    await transport.setMaxIncomingBitrate(maxIncomingBitrate);
  } catch (error) {
    transport.close();
    throw error;
  }
}

/** Two of mediasoup's observers, which report at the intervals configured. */
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
