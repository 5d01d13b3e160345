import type { ServerPeerStats } from '@atrium/server-sdk';

import { Series } from './Series.ts';
import { totals } from './show.ts';

/** The most peers whose figures are kept. */
const MOST = 200;

/** The figures of a peer's media over the last hour, as far as the page has read them. */
export class PeerFigures {
  /** The bitrates at which it sends and receives, bit/s. */
  readonly traffic = new Series(2);
  /** The longest round trip, ms. */
  readonly trips = new Series(1);
  /** Lost packets per second. */
  readonly losses = new Series(1);
  #before: { readonly at: number; readonly lost: number } | undefined;

  /** @param at - The time of the reading, s since the epoch. */
  add(stats: ServerPeerStats, at: number): void {
    const { incoming, outgoing, roundTripTime, lost } = totals(stats);
    this.traffic.add(at, [incoming, outgoing]);
    if (roundTripTime !== undefined) {
      this.trips.add(at, [roundTripTime]);
    }
    if (this.#before !== undefined && at > this.#before.at) {
      // The losses of a track that has ended no longer count.
      const growth = Math.max(0, lost - this.#before.lost);
      this.losses.add(at, [growth / (at - this.#before.at)]);
    }
    this.#before = { at, lost };
  }
}

/** The figures of the peers that were looked at last. */
export class FiguresByPeer {
  readonly #figures = new Map<string, PeerFigures>();

  of(roomId: string, peerId: string): PeerFigures {
    const key = JSON.stringify([roomId, peerId]);
    const figures = this.#figures.get(key) ?? new PeerFigures();
    // The latest goes to the end.
    this.#figures.delete(key);
    this.#figures.set(key, figures);
    const [oldest] = this.#figures.keys();
    if (this.#figures.size > MOST && oldest !== undefined) {
      this.#figures.delete(oldest);
    }
    return figures;
  }
}
