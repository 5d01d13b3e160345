import { LoadLevel } from './LoadLevel.ts';
import type { BrowserStat } from './StatsMonitor.ts';

/** Pictures of a look for a share of them to mean something. */
const FEWEST = 10;

/** The share of pictures that are dropped from which the device does not keep up. */
const DROPPED = 0.25;

/** The share of packets that are requested again from which losses explain that. */
const LOSSY = 0.01;

/** Looks until pictures are received smaller and larger again, and how often smaller. */
const LIMITS = { rise: 3, fall: 15, most: 3 };

/** Counters of a video, as far as they are compared. */
const COUNTERS = [
  'packetsReceived',
  'nackCount',
  'framesReceived',
  'framesDropped',
] as const;

type Counts = Record<(typeof COUNTERS)[number], number>;

/**
 * The scale in which pictures are received, smaller while the device does not keep up
 * with them: it drops complete pictures although the network loses nothing.
 */
export class Decoding {
  readonly #level = new LoadLevel(LIMITS);
  #before = new Map<string, BrowserStat>();

  /** Half for each level: one layer of a camera less. */
  get scale(): number {
    return 0.5 ** this.#level.value;
  }

  /**
   * Takes the statistics of the receiving transport, about once a second. Returns true if
   * the scale has changed.
   */
  take(stats: readonly BrowserStat[]): boolean {
    const counts = this.#count(stats);
    const overloaded = counts.framesDropped > counts.framesReceived * DROPPED;
    const lossy = counts.nackCount > counts.packetsReceived * LOSSY;
    const open = counts.framesReceived < FEWEST || (overloaded && lossy);
    return !open && this.#level.take(overloaded);
  }

  /** Counts what has come of all videos since the look before. */
  #count(stats: readonly BrowserStat[]): Counts {
    // Probes have packets and no frames.
    const videos = stats.filter(
      ({ type, framesReceived }) => type === 'inbound-rtp' && framesReceived,
    );
    const before = this.#before;
    this.#before = new Map(videos.map((stat) => [stat.id, stat]));
    const sum = (name: keyof Counts): number =>
      videos.reduce((total, { id, [name]: count = 0 }) => {
        const { [name]: earlier = count } = before.get(id) ?? {};
        return total + count - earlier;
      }, 0);
    return Object.fromEntries(
      COUNTERS.map((name) => [name, sum(name)]),
    ) as Counts;
  }
}
