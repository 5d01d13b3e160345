import { packetsIn } from './StatsMonitor.ts';
import type { BrowserStat } from './StatsMonitor.ts';

/** Looks in a row, with sound and without another frame, after which a video has stalled. */
const LOOKS = 3;

/** A received video at the last look. */
type Video = { frames: number; looks: number };

/**
 * Videos that have shown frames but show no new ones while sound still arrives: the
 * network carries nothing else. The server may notice later, and the same network
 * delays its notification.
 */
export class Stalls {
  #packets = 0;
  #videos = new Map<string, Video>();

  /**
   * Takes the statistics of the receiving transport, about once a second. Returns the
   * media ids of stalled videos.
   */
  take(stats: readonly BrowserStat[]): string[] {
    const received = stats.filter(({ type }) => type === 'inbound-rtp');
    const packets = packetsIn(received.filter(({ kind }) => kind === 'audio'));
    const heard = packets > this.#packets;
    this.#packets = packets;
    const videos = new Map<string, Video>();
    for (const { kind, mid, framesDecoded: frames } of received) {
      if (kind === 'video' && mid !== undefined && frames) {
        const before = this.#videos.get(mid);
        const looks = before?.frames === frames ? before.looks : 0;
        const still = before?.frames === frames && heard;
        videos.set(mid, { frames, looks: still ? looks + 1 : looks });
      }
    }
    this.#videos = videos;
    return [...videos]
      .filter(([, { looks }]) => looks >= LOOKS)
      .map(([mid]) => mid);
  }
}
