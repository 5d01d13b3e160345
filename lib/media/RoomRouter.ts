import type { types } from 'mediasoup';
import { WorkerClosedError } from 'mediasoup/errors';

import type { Config } from '../config.ts';
import { mediaCodecs } from './codecs.ts';
import { whenClosed } from './whenClosed.ts';
import type { MediaWorker } from './MediaWorker.ts';

/** What listens to the audio that comes in at one router. */
export interface Listeners {
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
  readonly #config: Config;
  readonly #owner: RouterOwner;
  readonly #members = new Map<Member, number>();
  #router: types.Router | undefined;
  #listeners: Listeners | undefined;
  #consumers = 0;
  #closed = false;

  constructor(worker: MediaWorker, config: Config, owner: RouterOwner) {
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
  get listeners(): Listeners | undefined {
    return this.#listeners;
  }

  /** Who is placed here, and with how many transports, wishes included. */
  get members(): ReadonlyMap<Member, number> {
    return this.#members;
  }

  /** How many consumers it carries, wishes included. */
  get consumers(): number {
    return this.#consumers;
  }

  /** Counts a consumer here and on the worker, until it is disposed of. */
  countConsumer(): Disposable {
    this.#consumers += 1;
    const uncount = this.worker.countConsumer();
    return {
      [Symbol.dispose]: () => {
        this.#consumers -= 1;
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
    this.#members.set(member, (this.#members.get(member) ?? 0) + 1);
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
        await transport.setMaxIncomingBitrate(maxIncomingBitrate);
      }
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
      this.#listeners = await listenTo(router, this.#config.speakers);
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

  /** Who is here when the router itself goes has not left: it is displaced. */
  #leave(member: Member): void {
    if (this.#closed || this.#router?.closed === true) {
      return;
    }
    const left = (this.#members.get(member) ?? 0) - 1;
    if (left > 0) {
      this.#members.set(member, left);
    } else {
      this.#members.delete(member);
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

/** Two of mediasoup's observers, which report at the intervals configured. */
async function listenTo(
  router: types.Router,
  speakers: Config['speakers'],
): Promise<Listeners> {
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
