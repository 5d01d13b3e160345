import type { BrowserStat } from './StatsMonitor.ts';

/** Packets of a look by which a picture would have moved. */
const FEWEST_PACKETS = 5;

/** Looks between two attempts to start it anew: a large picture takes its time. */
const PATIENCE = 3;

/** A received video at the last look. */
type Video = { packets: number; frames: number; looks: number };

/** A picture that stands still. */
export type Standstill = {
  /** The media id of its transceiver. */
  mid: string;
  /** True if it is time to start it anew with a key frame. */
  due: boolean;
};

/**
 * Pictures that stand still although their packets come: something is missing that
 * does not come again. A browser waits up to three seconds before it does something
 * about that.
 */
export class Standstills {
  #before = new Map<string, Video>();

  /**
   * Takes the statistics of the receiving transport, about once a second. Returns the
   * pictures that stand still.
   */
  take(stats: readonly BrowserStat[]): Standstill[] {
    const standstills: Standstill[] = [];
    const now = new Map<string, Video>();
    for (const { id, type, mid, ...counts } of stats) {
      const { framesDecoded, packetsReceived = 0 } = counts;
      // Probes have packets and no frames; a first picture is waited for.
      if (type !== 'inbound-rtp' || mid === undefined || !framesDecoded) {
        continue;
      }
      const before = this.#before.get(id);
      const stands =
        before?.frames === framesDecoded &&
        packetsReceived >= before.packets + FEWEST_PACKETS;
      const looks = stands ? before.looks + 1 : 0;
      if (looks > 0) {
        standstills.push({ mid, due: looks % PATIENCE === 1 });
      }
      now.set(id, { packets: packetsReceived, frames: framesDecoded, looks });
    }
    this.#before = now;
    return standstills;
  }
}
