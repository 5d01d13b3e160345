import { setTimeout as delay } from 'node:timers/promises';

import type { types } from 'mediasoup-client';

import type { Signals } from '../../load/Media.ts';
import { clipOf } from '../../load/replay/Clip.ts';
import { ReplayMedia } from '../../load/replay/ReplayMedia.ts';
import { steadyClip } from './steadyClip.ts';

/** The number that joins at once. */
const AT_ONCE = 4;

/** Between two looks at whether packets come, ms. */
const LOOK_INTERVAL = 20;

/** The time within which everything in flight arrives, ms. */
const QUIET = 100;

/** The media in a room: every peer receives every sender. */
export interface Cast {
  kind: types.MediaKind;
  /** The number of senders, the first ones to join. */
  senders: number;
}

/** A person in the room. */
export interface Attendee {
  media: ReplayMedia;
  /** The number of tracks that they receive, or could. */
  readonly receives: number;
  /** Has all of them flow, or none. */
  watch: (on: boolean) => Promise<void>;
}

/** Media for a benchmark: whatever second is measured, as much is sent in it. */
export function steadyMedia(signals: Signals): ReplayMedia {
  return new ReplayMedia(signals, (kind) =>
    kind === 'video' ? steadyClip : clipOf(kind),
  );
}

/** The people in a room, of whom some watch. */
export class Audience {
  readonly #enter: (number: number) => Promise<Attendee>;
  /** In the order in which they came. */
  readonly #attendees: Attendee[] = [];
  #watching: Attendee[] = [];

  /** @param enter - Brings one more in; done when they send and receive. */
  constructor(enter: (number: number) => Promise<Attendee>) {
    this.#enter = enter;
  }

  /**
   * Has a number of peers watch all others, and the rest none. Done when
   * something has arrived for each of them; then no peer sends.
   */
  async watch(count: number): Promise<void> {
    await this.#fill(count);
    this.#watching = this.#attendees.slice(0, count);
    await Promise.all(
      this.#attendees.map((it, index) => it.watch(index < count)),
    );
    const before = await this.#received();
    this.#play();
    const waits = (now: number[]): boolean =>
      this.#watching.some(
        ({ receives }, index) => receives > 0 && now[index] === before[index],
      );
    while (waits(await this.#received())) {
      await delay(LOOK_INTERVAL);
    }
    await this.#hush();
  }

  /** Has them send for a while. @returns How many packets each has received. */
  async flow(seconds: number): Promise<number[]> {
    const before = await this.#received();
    this.#play();
    await delay(seconds * 1_000);
    await this.#hush();
    const after = await this.#received();
    return after.map((packets, index) => packets - (before[index] ?? 0));
  }

  async #fill(count: number): Promise<void> {
    while (this.#attendees.length < count) {
      const next = this.#attendees.length;
      const missing = Math.min(count - next, AT_ONCE);
      const came = await Promise.all(
        Array.from({ length: missing }, (_, index) =>
          this.#enter(next + index),
        ),
      );
      this.#attendees.push(...came);
    }
  }

  async #received(): Promise<number[]> {
    const all = this.#watching.map(({ media }) => media.traffic());
    return (await Promise.all(all)).map((it) => it.receivedPackets);
  }

  #play(): void {
    for (const { media } of this.#attendees) {
      media.play();
    }
  }

  /** Stops all senders, and waits until what was sent has arrived. */
  async #hush(): Promise<void> {
    for (const { media } of this.#attendees) {
      media.pause();
    }
    for (let before = NaN, now = 0; now !== before;) {
      before = now;
      await delay(QUIET);
      now = (await this.#received()).reduce((sum, it) => sum + it, 0);
    }
  }
}
