/** Counts of one sound by the browser so far, and of its path. */
export type SoundCounts = {
  packets: number;
  /** Packets that were asked for again, each time counted. */
  nacks: number;
  /** Packets that came too late to be played. */
  late: number;
  /** Samples played, and those of them that were made up to fill audible gaps. */
  samples: number;
  concealed: number;
  /** The time to the server and back, ms. */
  roundTrip: number;
};

/** Packets a look has to be based on: a paused sound says nothing. */
const FEWEST_PACKETS = 50;

/** Shares of packets asked for again from which one and two repeats are waited for. */
const LOSSY = 0.01;
const VERY_LOSSY = 0.03;

/** The share of samples made up that is still inaudible. */
const INAUDIBLE = 0.003;

/** Time to notice a gap and to ask for what is missing, ms. */
const NOTICE = 20;

/** Room for jitter beside the repeats, ms. */
const MARGIN = 40;

/** Longest delay by the speaker's voice, up to which repeats are planned for, ms. */
const CONVERSATION = 350;

/** Longest delay set, where that is not enough, ms. */
const LONGEST = 400;

/** Looks in a row without loss before the delay is lowered, and between steps. */
const CALM = 15;
const BETWEEN_STEPS = 5;

/**
 * The delay at the beginning, ms, when the first pictures fill the queue of a thin link,
 * and the number of looks without loss after which it is dropped.
 */
const FIRST = 200;
const FIRST_LOOKS = 3;

/** Factor of a step, and the delay below which the browser chooses by itself, ms. */
const STEP = 0.8;
const SHORTEST = 60;

/**
 * The time that a sound waits before it is played, so that lost packets can come again.
 * Long at first, until it has come without loss for some seconds.
 * Raised as soon as packets get lost: repeats take a round trip each. Raised further
 * while gaps are heard because packets come late, as after jitter or a loss on the way
 * from the sender. Lowered again in steps after a while without either.
 */
export class SoundDelay {
  /** In ms; null leaves it to the browser. */
  #target: number | null = FIRST;
  /** True until losses have changed the delay of the beginning. */
  #first = true;
  /** The counts at the beginning of the look that is under way. */
  #since: SoundCounts | undefined;
  #calm = CALM - FIRST_LOOKS;

  get target(): number | null {
    return this.#target;
  }

  /** The delay that losses or late packets have led to, ms; 0 without them. */
  get forRepeats(): number {
    return this.#first ? 0 : (this.#target ?? 0);
  }

  /** Takes the counts of now, about once a second. @returns True if the sound was heard. */
  take(counts: SoundCounts): boolean {
    const since = this.#since;
    if (!since || counts.packets < since.packets) {
      this.#since = counts;
      return false;
    }
    const packets = counts.packets - since.packets;
    if (packets < FEWEST_PACKETS) {
      return false;
    }
    this.#since = counts;
    const lost = (counts.nacks - since.nacks) / packets;
    const late = counts.late > since.late;
    const samples = counts.samples - since.samples;
    const gaps = (counts.concealed - since.concealed) / (samples || 1);
    const target = this.#target ?? 0;
    const planned = lost >= LOSSY ? delayFor(lost, counts.roundTrip) : 0;
    if (planned > target) {
      this.#set(planned);
    } else if (late && gaps > INAUDIBLE) {
      this.#set(Math.min(target + MARGIN, LONGEST));
    } else if (lost >= LOSSY || late) {
      this.#calm = 0;
    } else {
      this.#ease(target);
    }
    return true;
  }

  #set(target: number): void {
    this.#target = Math.round(target);
    this.#first = false;
    this.#calm = 0;
  }

  #ease(target: number): void {
    this.#calm += 1;
    if (this.#calm >= CALM) {
      this.#calm = CALM - BETWEEN_STEPS;
      const lower = this.#first ? 0 : Math.round(target * STEP);
      this.#target = lower < SHORTEST ? null : lower;
    }
  }
}

/**
 * The delay in which what gets lost can come again, once or twice; 0 where the server
 * is too far away for that.
 */
function delayFor(lost: number, roundTrip: number): number {
  const once = roundTrip + NOTICE;
  const least = MARGIN + once;
  if (least > LONGEST) {
    return 0;
  }
  const wanted = lost >= VERY_LOSSY ? least + once : least;
  return Math.max(Math.min(wanted, CONVERSATION - roundTrip / 2), least);
}
