import type { types } from 'mediasoup';

import type { Config } from '../config.ts';
import { mediaCodecs, routerRtpCapabilities } from './codecs.ts';
import type { WorkerPool } from './WorkerPool.ts';

/** What listens to the audio that a router carries. */
export interface Listeners {
  readonly activeSpeaker: types.ActiveSpeakerObserver;
  readonly audioLevels: types.AudioLevelObserver;
}

/** The routers of one room: what its peers send reaches its peers. */
export class RouterGroup {
  /** They hear the producers that they are given, and close with the routers. */
  readonly listeners: Listeners;
  readonly #router: types.Router;
  readonly #webRtcServer: types.WebRtcServer;
  readonly #rtc: Config['rtc'];

  private constructor(
    router: types.Router,
    listeners: Listeners,
    webRtcServer: types.WebRtcServer,
    rtc: Config['rtc'],
  ) {
    this.#router = router;
    this.listeners = listeners;
    this.#webRtcServer = webRtcServer;
    this.#rtc = rtc;
  }

  /**
   * Places a room on the worker whose turn it is.
   *
   * @throws {RoomError} NO_WORKER when none is alive.
   */
  static async create(pool: WorkerPool, config: Config): Promise<RouterGroup> {
    for (;;) {
      const { worker, webRtcServer } = await pool.take();
      try {
        const router = await worker.createRouter({ mediaCodecs });
        const listeners = await listenTo(router, config.speakers);
        if (!router.closed) {
          return new RouterGroup(router, listeners, webRtcServer, config.rtc);
        }
      } catch (error) {
        // A worker that dies under the request is no longer in the pool.
        if (!worker.closed) {
          throw error;
        }
      }
    }
  }

  /** The id of the room's router, as the workers' dumps have it. */
  get id(): string {
    return this.#router.id;
  }

  get closed(): boolean {
    return this.#router.closed;
  }

  get rtpCapabilities(): types.RtpCapabilities {
    return routerRtpCapabilities;
  }

  /** Calls back once, when the worker under the room is gone. */
  onWorkerClose(callback: () => void): void {
    this.#router.once('workerclose', callback);
  }

  /**
   * Opens a transport for one peer.
   *
   * @param options.forceTcp - Offer no UDP candidate, for networks that drop
   *   UDP late.
   * @param options.maxIncomingBitrate - What the client is told to send at
   *   most, bit/s.
   */
  async createWebRtcTransport(options: {
    forceTcp: boolean;
    maxIncomingBitrate?: number | undefined;
  }): Promise<types.WebRtcTransport> {
    const transport = await this.#router.createWebRtcTransport({
      webRtcServer: this.#webRtcServer,
      enableUdp: this.#rtc.udp && !options.forceTcp,
      enableTcp: this.#rtc.tcp,
      preferUdp: true,
      iceConsentTimeout: this.#rtc.iceConsentTimeout,
      initialAvailableOutgoingBitrate: this.#rtc.initialOutgoingBitrate,
    });
    if (options.maxIncomingBitrate !== undefined) {
      await transport.setMaxIncomingBitrate(options.maxIncomingBitrate);
    }
    return transport;
  }

  /** Whether a client with these capabilities can receive the producer. */
  canConsume(
    producer: types.Producer,
    rtpCapabilities: types.RtpCapabilities,
  ): boolean {
    return this.#router.canConsume({
      producerId: producer.id,
      rtpCapabilities,
    });
  }

  /** Closes the routers and with them every transport, producer and consumer. */
  close(): void {
    this.#router.close();
  }
}

/** Two of mediasoup's observers, which report at the intervals configured. */
async function listenTo(
  router: types.Router,
  speakers: Config['speakers'],
): Promise<Listeners> {
  try {
    const [activeSpeaker, audioLevels] = await Promise.all([
      router.createActiveSpeakerObserver({ interval: speakers.activeInterval }),
      router.createAudioLevelObserver({
        interval: speakers.levelsInterval,
        threshold: speakers.threshold,
        maxEntries: speakers.maxLevels,
      }),
    ]);
    return { activeSpeaker, audioLevels };
  } catch (error) {
    // Nobody else knows of the router yet.
    router.close();
    throw error;
  }
}
