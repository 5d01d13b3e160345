import { LoadLevel } from './LoadLevel.ts';
import type { BrowserStat } from './StatsMonitor.ts';

/** The share of the time in which a camera is being encoded that is too much. */
const BUSY = 0.7;

/** The share of the sound that has come from its devices which is too little. */
const DEAF = 0.9;

/** The share below which a microphone is off, or takes its time, instead of missing sound. */
const OFF = 0.05;

/** Between two looks that are compared, ms. */
const SOONEST = 800;

/** The highest layer of a camera. */
const TOP = 2;

/** Looks until fewer layers are sent, and more again, and how many fewer. */
const LIMITS = { rise: 3, fall: 15, most: TOP };

/**
 * The layers in which a camera is sent, fewer while the device does not keep up: encoding
 * takes most of the time, or some of the own sound is missed. Browsers do not see that of
 * a camera in several layers.
 */
export class Encoding {
  #level = new LoadLevel(LIMITS);
  #before = new Map<string, BrowserStat>();
  #at = -Infinity;

  /** The highest layer to send. */
  get maxLayer(): number {
    return TOP - this.#level.value;
  }

  /**
   * Takes the statistics of the sending transport. Returns true if the highest layer has
   * changed.
   */
  take(stats: readonly BrowserStat[]): boolean {
    const at = Math.max(0, ...stats.map(({ timestamp = 0 }) => timestamp));
    const passed = at - this.#at;
    if (passed < SOONEST) {
      return false;
    }
    const before = this.#before;
    this.#at = at;
    this.#before = new Map(stats.map((stat) => [stat.id, stat]));
    const shares = (
      name: 'totalEncodeTime' | 'totalSamplesDuration',
      of: readonly BrowserStat[] = stats,
    ): number[] =>
      of
        .map(
          (stat) => (stat[name] ?? NaN) - (before.get(stat.id)?.[name] ?? NaN),
        )
        .filter((grown) => grown > 0)
        .map((grown) => (1_000 * grown) / passed);
    const layers = stats.filter(isLayerOfSoftware);
    if (!layers.some(({ active }) => active !== false)) {
      return this.#reset();
    }
    const busy = shares('totalEncodeTime', layers);
    const heard = Math.max(...shares('totalSamplesDuration'));
    const deaf = heard > OFF && heard < DEAF;
    return this.#level.take(deaf || Math.max(...busy) > BUSY);
  }

  /** Forgets what was learned of a camera that is not sent any more. */
  #reset(): boolean {
    const reduced = this.#level.value > 0;
    this.#level = new LoadLevel(LIMITS);
    return reduced;
  }
}

/**
 * Tells the layers of a camera that is sent in several. An encoder in hardware takes a
 * while for each picture, and is not busy all of it.
 */
function isLayerOfSoftware(stat: BrowserStat): boolean {
  return stat.rid !== undefined && !stat.powerEfficientEncoder;
}
