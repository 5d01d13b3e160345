import type { types } from 'mediasoup';

import { Logger } from '../core/logger.ts';
import { ladderOf } from './allocateLayers.ts';
import type { LayerRate, VideoDemand } from './allocateLayers.ts';
import { LOSSY } from './FloorRung.ts';
import { LayerPolicy } from './LayerPolicy.ts';
import { ratesOf } from './producerRates.ts';
import { LEAST, SMALLEST } from './ReceivedVideo.ts';
import type { ReceivedVideo } from './ReceivedVideo.ts';
import { RepeatRequests } from './RepeatRequests.ts';
import type { PacketCounts } from './RepeatRequests.ts';
import { SmallPictures } from './SmallPictures.ts';
import { HIGHEST_FLOOR, MARGIN, VideoFloor } from './VideoFloor.ts';

const logger = new Logger('ReceiverBandwidth');

/** Estimates that are what was assumed at first until they count as measured. */
const UNTIL_MEASURED = 3;

/** An estimate below this share of the one before is a sign of heavy losses. */
const SHAKEN = 0.75;

/**
 * Requests for a key frame by which a receiver tells that it has lost the picture. They
 * come even where so little arrives that there is no feedback to estimate from.
 */
const PICTURE_LOST = ['pli', 'fir'] as const;

/** A multiple of the sent bitrate: higher estimates are not trusted once a picture is lost. */
const MORE_THAN_ENOUGH = 2;

/** Time for which an estimate that starts over is kept low, ms. */
const HOLD = 1_500;

/** An estimate of mediasoup. */
interface Estimate {
  readonly availableBitrate: number;
  readonly desiredBitrate: number;
}

/** Is told what the bandwidth of a receiver does to its videos. */
export interface BandwidthListener {
  /** A video has been suspended or restored. */
  onSuspension(consumer: types.Consumer, suspended: boolean): void;
  /** The receiver's connection has become weak, or good again. */
  onWeakness(weak: boolean): void;
}

/**
 * The bandwidth of one receiver, divided among the videos of its transport. It acts
 * on mediasoup's own estimate, which comes once a second and when it changes much,
 * and has no timer. mediasoup goes on dropping layers by itself whenever the estimate
 * falls; this decides what it may choose from.
 *
 * Sound is not part of the estimate: it competes with it, and is never held back.
 */
export class ReceiverBandwidth {
  readonly #transport: types.WebRtcTransport;
  readonly #listener: BandwidthListener;
  readonly #videos = new Map<string, ReceivedVideo>();
  readonly #policy = new LayerPolicy();
  readonly #smallPictures = new SmallPictures();
  readonly #floor: VideoFloor;
  /** The bandwidth that was assumed before it is measured, bit/s. */
  #assumed: number | undefined;
  #estimates = 0;
  #measured = false;
  /** The last estimate that was decided on, bit/s. */
  #before = 0;
  /** The time until which the estimate is kept low, ms; infinite if it is not. */
  #heldUntil = Infinity;
  /** The newest estimate that waits for the decision on the one before. */
  #next: Estimate | undefined;
  #deciding = false;

  constructor(transport: types.WebRtcTransport, listener: BandwidthListener) {
    this.#transport = transport;
    this.#listener = listener;
    this.#floor = new VideoFloor(transport);
    transport.on('trace', ({ type, info }) => {
      if (type === 'bwe') {
        this.#onEstimate(info as Estimate);
      }
    });
  }

  /**
   * Takes over a video until it closes, and has its key frames traced. Until the next
   * decision it is sent in its smallest resolution, unless there is room for all.
   */
  add(video: ReceivedVideo): void {
    const { consumer } = video;
    const first = this.#videos.size === 0;
    const roomy =
      this.#measured &&
      Array.from(this.#videos.values()).every(({ limited }) => !limited);
    this.#videos.set(consumer.id, video);
    consumer.observer.once('close', () => this.#videos.delete(consumer.id));
    const repeats = new RepeatRequests(
      () => countPackets(consumer),
      () => this.#attempt(video, this.#onFlood(video)),
    );
    let before: types.ConsumerTraceEventData | undefined;
    consumer.on('trace', (trace) => {
      // mediasoup emits each twice.
      if (trace === before) {
        return;
      }
      before = trace;
      if (trace.type === 'nack') {
        this.#attempt(video, repeats.take(performance.now()));
      } else if (PICTURE_LOST.some((it) => it === trace.type)) {
        this.#attempt(video, this.#onPictureLost(video));
      }
    });
    this.#attempt(
      video,
      Promise.all([
        first ? this.#transport.enableTraceEvent(['bwe']) : undefined,
        consumer.enableTraceEvent([...PICTURE_LOST, 'nack', 'keyframe']),
        roomy ? undefined : video.allow(SMALLEST),
      ]),
    );
  }

  #attempt({ consumer }: ReceivedVideo, change: Promise<unknown>): void {
    change.catch((error: unknown) => {
      if (!consumer.closed) {
        logger.error('the layers of a receiver cannot be chosen: %o', error);
      }
    });
  }

  /**
   * Lowers the layers and the estimate if a picture is lost although there seems to be
   * ample room.
   */
  async #onPictureLost(video: ReceivedVideo): Promise<void> {
    const sent = this.#policy.granted(await this.#demands(this.#active));
    if (
      this.#assumed !== undefined &&
      this.#before >= sent * MORE_THAN_ENOUGH &&
      (await video.retreat(SMALLEST))
    ) {
      await this.#startOver(Math.max(this.#assumed, HIGHEST_FLOOR));
    }
  }

  /**
   * Continues with the least if the link has begun to lose more than can be repeated, and
   * otherwise with a key frame: what the receiver lacks is not kept any more.
   */
  async #onFlood(video: ReceivedVideo): Promise<void> {
    const [stats] = await this.#transport.getStats();
    if ((stats?.rtpPacketLossSent ?? 0) < LOSSY) {
      await video.refresh();
      return;
    }
    // A key frame of a screen is large, and lost packets are the sooner repeated.
    if (!(await video.retreat(LEAST)) && video.prefers === 'motion') {
      await video.renew();
    }
    const demands = await this.#demands(this.#active);
    const least = demands.reduce(
      (sum, demand) => sum + (ladderOf(demand)[0]?.bitrate ?? 0),
      0,
    );
    await this.#startOver(Math.max(HIGHEST_FLOOR, least * MARGIN));
  }

  /**
   * Lowers the estimate. It rises again at once where there is room, but not before the
   * first pictures are through: mediasoup probes with a burst as soon as it may.
   */
  async #startOver(most: number): Promise<void> {
    this.#heldUntil = performance.now() + HOLD;
    await this.#transport.setMaxOutgoingBitrate(Math.round(most));
  }

  async #release(): Promise<void> {
    if (performance.now() >= this.#heldUntil) {
      this.#heldUntil = Infinity;
      await this.#transport.setMaxOutgoingBitrate(0);
    }
  }

  /** The videos that would flow if there were room for all. */
  get #active(): ReceivedVideo[] {
    return Array.from(this.#videos.values()).filter(
      ({ paused, consumer }) => !paused && !consumer.producerPaused,
    );
  }

  #onEstimate(estimate: Estimate): void {
    this.#assumed ??= estimate.availableBitrate;
    this.#estimates += 1;
    this.#measured ||=
      estimate.availableBitrate !== this.#assumed ||
      this.#estimates >= UNTIL_MEASURED;
    this.#next = estimate;
    if (!this.#deciding && this.#measured) {
      void this.#decideAll();
    }
  }

  async #decideAll(): Promise<void> {
    this.#deciding = true;
    try {
      while (this.#next !== undefined && !this.#transport.closed) {
        const estimate = this.#next;
        this.#next = undefined;
        await this.#decide(estimate);
        this.#judgeCameras();
      }
    } catch (error) {
      if (!this.#transport.closed) {
        logger.error('the layers of a receiver cannot be chosen: %o', error);
      }
    } finally {
      this.#deciding = false;
    }
  }

  async #decide(estimate: Estimate): Promise<void> {
    const { availableBitrate, desiredBitrate } = estimate;
    const videos = this.#active;
    const shaken = availableBitrate < this.#before * SHAKEN;
    this.#before = availableBitrate;
    await this.#release();
    const roomy = !shaken && availableBitrate >= desiredBitrate;
    if (roomy && videos.every(({ limited }) => !limited)) {
      this.#policy.grant(
        videos.map(({ consumer }) => consumer.id),
        availableBitrate,
      );
      await this.#floor.release();
      return;
    }
    const demands = await this.#demands(videos);
    const allocation = this.#policy.decide(
      demands,
      availableBitrate,
      performance.now(),
    );
    // The key frames of a restart would be another burst.
    const restarts = shaken && !this.#policy.settles;
    await this.#floor.update(demands, availableBitrate);
    await Promise.all(
      demands.map(async (demand) => {
        const video = this.#videos.get(demand.id);
        if (video !== undefined) {
          await this.#apply(video, demand, allocation.get(demand.id), restarts);
        }
      }),
    );
  }

  /** Tells if the cameras are held small, by what is decided for them now. */
  #judgeCameras(): void {
    const cameras = this.#active.filter(({ prefers }) => prefers === 'motion');
    const held =
      cameras.every(({ small }) => small) &&
      cameras.some(({ limited }) => limited);
    if (this.#smallPictures.take(held, performance.now())) {
      this.#listener.onWeakness(this.#smallPictures.weak);
    }
  }

  /** The videos with what their producers send, if that is known. */
  async #demands(videos: readonly ReceivedVideo[]): Promise<VideoDemand[]> {
    const demands = await Promise.all(
      videos.map(async ({ consumer, producer, prefers, wanted, cautious }) => {
        const rates = await ratesOf(producer).catch(() => []);
        const largest = cautious ? 0 : wanted.spatialLayer;
        const layers = rates.filter(
          ({ spatialLayer, temporalLayer }) =>
            spatialLayer <= largest && temporalLayer <= wanted.temporalLayer,
        );
        const { id, priority } = consumer;
        return { id, prefers, priority, layers };
      }),
    );
    return demands.filter(({ layers }) => layers.length > 0);
  }

  async #apply(
    video: ReceivedVideo,
    demand: VideoDemand,
    layers: LayerRate | undefined,
    shaken: boolean,
  ): Promise<void> {
    const { suspended, consumer } = video;
    try {
      if (layers === undefined) {
        await video.suspend();
      } else {
        const isAll = layers === ladderOf(demand).at(-1) && !video.cautious;
        await (isAll
          ? video.allow()
          : shaken
            ? video.allowDrained(layers)
            : video.allow(layers));
        if (shaken && video.prefers === 'motion') {
          await video.renew();
        }
      }
    } catch (error) {
      if (!consumer.closed) {
        throw error;
      }
      return;
    }
    if (video.suspended !== suspended && !consumer.closed) {
      this.#listener.onSuspension(consumer, video.suspended);
    }
  }
}

/** The packets of a video that have been sent, and those requested again. */
async function countPackets(consumer: types.Consumer): Promise<PacketCounts> {
  const stats = await consumer.getStats();
  const sent = stats.find(({ type }) => type === 'outbound-rtp');
  return {
    sent: sent?.packetCount ?? 0,
    requested: sent?.nackPacketCount ?? 0,
  };
}
