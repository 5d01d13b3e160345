import type { BrowserStat } from './StatsMonitor.ts';

/** Packets between two looks that would have moved a picture. */
const FEWEST_PACKETS = 5;

/** Looks between two attempts to restart a picture: a large key frame takes time. */
const PATIENCE = 3;

/** A received video at the last look. */
type Video = { packets: number; frames: number; looks: number };

/** A picture that has frozen. */
export type Standstill = {
  /** The media id of its transceiver. */
  mid: string;
  /** True if it is time to request a key frame. */
  due: boolean;
};

/**
 * Pictures that stay frozen although their packets arrive: a lost packet was not
 * repeated. A browser waits up to three seconds before it requests a key frame.
 */
export class Standstills {
  #before = new Map<string, Video>();

  /**
   * Takes the statistics of the receiving transport, about once a second. Returns the
   * frozen pictures.
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
      const frozen =
        before?.frames === framesDecoded &&
        packetsReceived >= before.packets + FEWEST_PACKETS;
      const looks = frozen ? before.looks + 1 : 0;
      if (looks > 0) {
        standstills.push({ mid, due: looks % PATIENCE === 1 });
      }
      now.set(id, { packets: packetsReceived, frames: framesDecoded, looks });
    }
    this.#before = now;
    return standstills;
  }
}
