import type { Broadcast, Recipient } from './Broadcast.ts';
import type { Quality } from './events.ts';

/**
 * The score of a stream up to which its connection is weak. mediasoup derives it from
 * losses that were not repaired: about 7 at 10 % of them. A score of 0 says only that
 * nothing is sent.
 */
const WEAK_SCORE = 6;

/** The peer that a connection belongs to. */
interface Owner extends Recipient {
  readonly id: string;
  /** True if every transport that ICE had connected is disconnected. */
  readonly mediaDisconnected: boolean;
}

/** The room that a quality is announced to. */
interface QualityRoom {
  readonly broadcast: Broadcast;
  /** The shortest time between two announcements, as it is now, ms. */
  readonly qualityInterval: number;
}

/**
 * The quality of a peer's connection, in the worst of four views: that of ICE, the
 * scores of its streams, the bandwidth of its transports, and what its client reports.
 * Changes are announced to the room, and to the peer itself, no more often than once in
 * an interval.
 */
export class ConnectionQuality {
  readonly #owner: Owner;
  readonly #room: QualityRoom;
  /** The streams whose score is low, and the transports that are weak, once there was one. */
  #weak: Set<object> | undefined;
  #reported: Quality = 'good';
  #announced: Quality = 'good';
  /** Runs while nothing may be announced. */
  #timer: NodeJS.Timeout | undefined;

  constructor(owner: Owner, room: QualityRoom) {
    this.#owner = owner;
    this.#room = room;
  }

  /** The quality as the room knows it. */
  get announced(): Quality {
    return this.#announced;
  }

  /** Takes what the client makes of its own statistics. */
  report(quality: Quality): void {
    this.#reported = quality;
    this.update();
  }

  /** Takes the best score of the encodings of a stream, 0 to 10. */
  setScore(stream: object, score: number): void {
    this.setWeak(stream, score > 0 && score <= WEAK_SCORE);
  }

  /** Notes that a stream or a transport is weak, or no longer is. */
  setWeak(part: object, weak: boolean): void {
    if (weak) {
      this.#weak ??= new Set();
      this.#weak.add(part);
    } else {
      this.#weak?.delete(part);
    }
    this.update();
  }

  /** Announces the quality if it has changed, now or when it may. */
  update(): void {
    const quality = this.#current;
    if (this.#timer !== undefined || quality === this.#announced) {
      return;
    }
    this.#announced = quality;
    this.#room.broadcast.toAll(this.#event);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.update();
    }, this.#room.qualityInterval);
  }

  /** Announces it to a new member, unless it is good. */
  announceTo(recipient: Recipient): void {
    if (this.#announced !== 'good') {
      recipient.notify(this.#event);
    }
  }

  /** Announces nothing more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#announced = 'good';
    this.#reported = 'good';
    this.#weak = undefined;
  }

  get #current(): Quality {
    if (this.#owner.mediaDisconnected) {
      return 'lost';
    }
    const isWeak = this.#weak !== undefined && this.#weak.size > 0;
    return this.#reported === 'good' && isWeak ? 'weak' : this.#reported;
  }

  get #event() {
    return {
      type: 'connectionQuality',
      peerId: this.#owner.id,
      quality: this.#announced,
    } as const;
  }
}
