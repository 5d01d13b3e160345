import { LoadLevel } from './LoadLevel.ts';
import type { BrowserStat } from './StatsMonitor.ts';

/** The share of the time in which a video is being encoded that is too much. */
const BUSY = 0.7;

/** The share of the sound that a device takes which has become too little. */
const HEARD = 0.9;

/** The highest layer of a camera. */
const TOP = 2;

/** Looks until fewer layers are sent, and more again, and how many fewer. */
const LIMITS = { rise: 3, fall: 15, most: TOP };

/**
 * The layers in which cameras are sent, fewer while the device does not keep up: encoding
 * takes most of the time, or it misses some of its own sound. Browsers do not see that in
 * cameras with several layers.
 */
export class Encoding {
  readonly #level = new LoadLevel(LIMITS);
  #before = new Map<string, BrowserStat>();

  /** The highest layer to send. */
  get maxLayer(): number {
    return TOP - this.#level.value;
  }

  /**
   * Takes the statistics of the sending transport, about once a second. Returns true if
   * the highest layer has changed.
   */
  take(stats: readonly BrowserStat[]): boolean {
    const before = this.#before;
    this.#before = new Map(stats.map((stat) => [stat.id, stat]));
    const shares = (
      name: 'totalEncodeTime' | 'totalSamplesDuration',
    ): number[] =>
      stats.flatMap((stat) => {
        const earlier = before.get(stat.id);
        const grown = (stat[name] ?? NaN) - (earlier?.[name] ?? NaN);
        const passed = (stat.timestamp ?? NaN) - (earlier?.timestamp ?? NaN);
        return grown > 0 ? [(1_000 * grown) / passed] : [];
      });
    const busy = shares('totalEncodeTime');
    const heard = shares('totalSamplesDuration');
    if (busy.length + heard.length === 0) {
      return false;
    }
    const deaf = heard.length > 0 && Math.max(...heard) < HEARD;
    return this.#level.take(deaf || Math.max(...busy) > BUSY);
  }
}
