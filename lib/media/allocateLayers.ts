/** Layers of a video, and the bitrate of all that is sent with them, bit/s. */
export interface LayerRate {
  readonly spatialLayer: number;
  readonly temporalLayer: number;
  readonly bitrate: number;
}

/** A video that a client wants to receive. */
export interface VideoDemand {
  readonly id: string;
  /**
   * The quality that is raised first: the frame rate of a camera (`motion`), or the
   * resolution of a screen (`detail`). Detail goes before motion.
   */
  readonly prefers: 'motion' | 'detail';
  /** The highest goes first among videos that prefer the same. */
  readonly priority: number;
  /** The layers that it may have: at least one. */
  readonly layers: readonly LayerRate[];
}

/** The layers of each video by its id; undefined for one that does not fit. */
export type Allocation = ReadonlyMap<string, LayerRate | undefined>;

/** A step up a ladder of layers. */
interface Step {
  readonly id: string;
  /** The index in the ladder. */
  readonly rung: number;
  readonly layers: LayerRate;
  /** The bitrate in addition to the rung below, bit/s. */
  readonly cost: number;
}

/**
 * Divides a bandwidth among videos. The lowest layers of each come first, the most
 * important video before others, so that as many as possible are seen. What is left
 * raises the most important ones; equals take turns. A step that does not fit is
 * passed over, and with it the higher ones of the same video.
 *
 * @param videos - In the order in which equals take turns.
 * @param budget - bit/s; never exceeded.
 */
export function allocateLayers(
  videos: readonly VideoDemand[],
  budget: number,
): Allocation {
  const allocation = new Map<string, LayerRate | undefined>(
    videos.map(({ id }) => [id, undefined]),
  );
  const reached = new Map<string, number>();
  let left = budget;
  for (const { id, rung, layers, cost } of stepsOf(videos)) {
    if (rung === (reached.get(id) ?? 0) && cost <= left) {
      reached.set(id, rung + 1);
      allocation.set(id, layers);
      left -= cost;
    }
  }
  return allocation;
}

/** Compares by importance, for sorting: the most important video first. */
export function byImportance(one: VideoDemand, other: VideoDemand): number {
  return (
    Number(one.prefers === 'motion') - Number(other.prefers === 'motion') ||
    other.priority - one.priority
  );
}

/**
 * The layers of a video in the order in which it is raised. A camera gets its full
 * frame rate in the smallest resolution, and then the larger resolutions in full:
 * 480 × 270 at 20 frames a second before 960 × 540 at 5. A screen gets its full
 * resolution first.
 */
export function ladderOf({ prefers, layers }: VideoDemand): LayerRate[] {
  const spatial = layers.map(({ spatialLayer }) => spatialLayer);
  const [lowest, highest] = [Math.min(...spatial), Math.max(...spatial)];
  const sorted = layers.toSorted(
    (one, other) =>
      one.spatialLayer - other.spatialLayer ||
      one.temporalLayer - other.temporalLayer,
  );
  return sorted.filter(({ spatialLayer }, index) => {
    const first = sorted[index - 1]?.spatialLayer !== spatialLayer;
    const last = sorted[index + 1]?.spatialLayer !== spatialLayer;
    return prefers === 'motion'
      ? spatialLayer === lowest || last
      : spatialLayer === highest || first;
  });
}

/** The steps of all videos in the order in which they are taken. */
function stepsOf(videos: readonly VideoDemand[]): Step[] {
  const climbs = videos.toSorted(byImportance).map((video) => ({
    video,
    steps: stepsUp(video),
  }));
  const base = climbs.flatMap(({ steps }) => steps.slice(0, 1));
  const raises = Object.values(
    Object.groupBy(
      climbs,
      ({ video: { prefers, priority } }) =>
        // Groups keep the order in which they come up, as their names are no numbers.
        `${prefers} ${priority}`,
    ),
  ).flatMap((equals = []) =>
    equals
      .flatMap(({ steps }) => steps.slice(1))
      .toSorted((one, other) => one.rung - other.rung),
  );
  return [...base, ...raises];
}

function stepsUp(video: VideoDemand): Step[] {
  let below = 0;
  return ladderOf(video).map((layers, rung) => {
    // A higher layer that has just started may measure less than the ones below.
    const cost = Math.max(0, layers.bitrate - below);
    below += cost;
    return { id: video.id, rung, layers, cost };
  });
}
