import { allocateLayers, byImportance, ladderOf } from './allocateLayers.ts';
import type { Allocation, LayerRate, VideoDemand } from './allocateLayers.ts';

/** Share of an estimate that may be planned with; the rest is for its noise. */
const PLANNED = 0.85;

/**
 * An estimate below this share of the two before is expected to fall once more by as
 * much. Of the two the lower counts, so that a peak is not followed by a fall.
 */
const FALL = 0.8;
const DEEPEST_FALL = 0.4;

/** An estimate above this multiple was found by a probe, so raises need not wait. */
const JUMP = 1.5;

/** Time for which a video that does not fit is kept in its lowest layers, ms. */
const SUSPEND_DELAY = 1_500;

/** The multiple of its bitrate that a suspended video needs to be restored. */
const RESTORE_FACTOR = 1.3;

/** Time for which there must be room before anything is raised after a fall, ms. */
const FIRST_DELAY = 1_000;
const LONGEST_DELAY = 16_000;

/** A raise that is followed by a fall within this time was a mistake, ms. */
const TRIAL = 8_000;

/**
 * A raise after a fall begins with a key frame, whose burst lowers the estimate for some
 * seconds although the link carries all. Within this time, ms, it takes an estimate below
 * this share of the bitrate to end the raise; mediasoup sends no more than the estimate
 * meanwhile.
 */
const SETTLING = 4_000;
const SETTLED = 0.7;

/** A time without a fall after which earlier mistakes no longer count, ms. */
const CALM = 30_000;

const ALL: LayerRate = {
  spatialLayer: Infinity,
  temporalLayer: Infinity,
  bitrate: 0,
};

/**
 * Decides over the layers of all videos of one receiver, again and again as the
 * estimate of its bandwidth changes. Falls take effect at once. Raises need room to
 * spare that has lasted for a while, after each mistake twice as long.
 */
export class LayerPolicy {
  /** The last decision. */
  #held: Allocation = new Map();
  /** The last two estimates, bit/s. */
  #before: readonly number[] | undefined;
  /** The time of the last fall, and of the last raise, ms. */
  #fellAt = -Infinity;
  #raisedAt = -Infinity;
  /** The time since which something could be raised, ms. */
  #roomSince: number | undefined;
  /** The time since which the lowest layers of all have not fitted, ms. */
  #scarceSince: number | undefined;
  #delay = 0;
  #settles = false;

  /** True if a raise settles, as of the last decision. */
  get settles(): boolean {
    return this.#settles;
  }

  /**
   * @param available - The estimated bandwidth, bit/s.
   * @param now - A time that only increases, ms.
   */
  decide(
    videos: readonly VideoDemand[],
    available: number,
    now: number,
  ): Allocation {
    const present = new Map(
      videos.map((video) => [video.id, this.#presentOf(video)]),
    );
    const ratio = this.#note(available);
    const usable =
      available * (ratio < FALL ? Math.max(ratio, DEEPEST_FALL) : 1);
    const needed = bitrateOf(present);
    this.#settles =
      Number.isFinite(this.#fellAt) &&
      now - this.#raisedAt < SETTLING &&
      available >= needed * SETTLED;
    this.#held =
      needed > usable && !this.#settles
        ? this.#fall(
            videos,
            present,
            Math.min(usable, available * PLANNED),
            now,
          )
        : this.#raise(
            videos,
            present,
            available * PLANNED,
            now,
            ratio > JUMP ? 0 : this.#delay,
          );
    return this.#held;
  }

  /** Decides that videos get all layers that they may have. */
  grant(ids: readonly string[], available: number): void {
    this.#note(available);
    this.#held = new Map(ids.map((id) => [id, ALL]));
    this.#roomSince = undefined;
    this.#scarceSince = undefined;
  }

  /** The bitrate of videos in the layers of the last decision, bit/s. */
  granted(videos: readonly VideoDemand[]): number {
    return bitrateOf(
      new Map(videos.map((video) => [video.id, this.#presentOf(video)])),
    );
  }

  /** Records an estimate. @returns Its ratio to the lower of the two before. */
  #note(available: number): number {
    const before = Math.min(...(this.#before ?? [available]));
    this.#before = [...(this.#before?.slice(-1) ?? []), available];
    return available / before;
  }

  #fall(
    videos: readonly VideoDemand[],
    present: Allocation,
    budget: number,
    now: number,
  ): Allocation {
    this.#delay =
      now - this.#raisedAt < TRIAL
        ? Math.min(Math.max(FIRST_DELAY, this.#delay * 2), LONGEST_DELAY)
        : Math.max(FIRST_DELAY, this.#delay);
    this.#fellAt = now;
    this.#raisedAt = -Infinity;
    this.#roomSince = undefined;
    const kept = videos.filter(({ id }) => present.get(id) !== undefined);
    const next = new Map([...present, ...allocateLayers(kept, budget)]);
    const ends = kept.filter(({ id }) => next.get(id) === undefined);
    if (ends.length === 0) {
      this.#scarceSince = undefined;
      return next;
    }
    this.#scarceSince ??= now;
    if (now - this.#scarceSince < SUSPEND_DELAY) {
      for (const video of kept) {
        next.set(video.id, ladderOf(video)[0]);
      }
    }
    return next;
  }

  #raise(
    videos: readonly VideoDemand[],
    present: Allocation,
    budget: number,
    now: number,
    delay: number,
  ): Allocation {
    this.#scarceSince = undefined;
    if (now - this.#fellAt > CALM) {
      this.#delay = Math.min(this.#delay, FIRST_DELAY);
    }
    const next = allocateLayers(
      videos.map((video) =>
        present.get(video.id) === undefined ? dearer(video) : video,
      ),
      budget,
    );
    if (!isBetter(videos, next, present)) {
      this.#roomSince = undefined;
      return present;
    }
    this.#roomSince ??= now;
    if (now - this.#roomSince < delay) {
      return present;
    }
    this.#roomSince = undefined;
    this.#raisedAt = now;
    return next;
  }

  /** The layers that a video has by the last decision, at its present bitrate. */
  #presentOf(video: VideoDemand): LayerRate | undefined {
    const ladder = ladderOf(video);
    if (!this.#held.has(video.id)) {
      return ladder[0];
    }
    const held = this.#held.get(video.id);
    return held === undefined
      ? undefined
      : (ladder.findLast(
          ({ spatialLayer, temporalLayer }) =>
            spatialLayer <= held.spatialLayer &&
            temporalLayer <= held.temporalLayer,
        ) ?? ladder[0]);
  }
}

/** The bitrate of all videos of an allocation, bit/s. */
function bitrateOf(allocation: Allocation): number {
  return Array.from(allocation.values()).reduce(
    (sum, layers) => sum + (layers?.bitrate ?? 0),
    0,
  );
}

/** A suspended video with what it needs in order not to be suspended again. */
function dearer(video: VideoDemand): VideoDemand {
  return {
    ...video,
    layers: video.layers.map((layers) => ({
      ...layers,
      bitrate: layers.bitrate * RESTORE_FACTOR,
    })),
  };
}

/** True if the most important video that differs has more. */
function isBetter(
  videos: readonly VideoDemand[],
  next: Allocation,
  present: Allocation,
): boolean {
  const first = videos
    .toSorted(byImportance)
    .find(({ id }) => rankOf(next.get(id)) !== rankOf(present.get(id)));
  return (
    first !== undefined &&
    rankOf(next.get(first.id)) > rankOf(present.get(first.id))
  );
}

const SPATIAL_RANK = 16;

/** The place of layers among all, the highest last. */
function rankOf(layers: LayerRate | undefined): number {
  return layers === undefined
    ? -1
    : layers.spatialLayer * SPATIAL_RANK + layers.temporalLayer;
}
