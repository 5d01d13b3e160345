import type { RequestData } from '@atrium/protocol/protoo';
import type { BrowserStat, Look } from './StatsMonitor.ts';

/** The quality of a connection for media. */
export type ConnectionQuality = RequestData<'reportQuality'>['quality'];

/** Looks in a row that decide: quickly for the worse, slowly for the better. */
const WORSE_AFTER = 3;
const BETTER_AFTER = 6;

/** The share of sound that is made up from which it is disturbing. */
const DISTURBING = 0.05;

/** Sound that arrives in a look, for a share of it to mean something: samples. */
const HEARD = 12_000;

/** The share of sent packets that get lost from which the picture suffers. */
const LOSSY = 0.1;

/** The time to the server and back from which a conversation is hard, ms. */
const FAR = 800;

/** Counters of a look, summed over all streams. */
type Counts = { samples: number; concealed: number; freezes: number };

/** The looks of one direction. */
type Side = { before: Counts | undefined; weak: boolean; changing: number };

/** The quality of a connection by the browser's statistics of both directions. */
export class QualityMeter {
  readonly #sides: Record<Look['direction'], Side> = {
    send: { before: undefined, weak: false, changing: 0 },
    recv: { before: undefined, weak: false, changing: 0 },
  };

  get quality(): ConnectionQuality {
    return this.#sides.send.weak || this.#sides.recv.weak ? 'weak' : 'good';
  }

  /**
   * Takes a look, about once a second in each direction.
   *
   * @param standstill - A picture is frozen although its packets arrive.
   */
  take(
    { direction, stats, roundTrip }: Omit<Look, 'silent'>,
    standstill: boolean,
  ): void {
    const side = this.#sides[direction];
    const poor = isPoor(side, stats);
    const weak = roundTrip > FAR || hasLosses(stats) || standstill || poor;
    side.changing = weak === side.weak ? 0 : side.changing + 1;
    if (side.changing >= (weak ? WORSE_AFTER : BETTER_AFTER)) {
      side.weak = weak;
      side.changing = 0;
    }
  }
}

/** True if the server has reported many losses of what is sent. */
function hasLosses(stats: readonly BrowserStat[]): boolean {
  return stats.some(
    ({ type, fractionLost = 0 }) =>
      type === 'remote-inbound-rtp' && fractionLost > LOSSY,
  );
}

/** True if sound was made up since the look before, or a picture stood still. */
function isPoor(side: Side, stats: readonly BrowserStat[]): boolean {
  const { before } = side;
  const now = countsOf(stats);
  side.before = now;
  if (!before || now.samples < before.samples) {
    return false;
  }
  const samples = now.samples - before.samples;
  const concealed = now.concealed - before.concealed;
  return (
    (samples >= HEARD && concealed / samples > DISTURBING) ||
    now.freezes > before.freezes
  );
}

function countsOf(stats: readonly BrowserStat[]): Counts {
  const counts = { samples: 0, concealed: 0, freezes: 0 };
  for (const stat of stats) {
    const { concealedSamples = 0, silentConcealedSamples = 0 } = stat;
    counts.samples += stat.totalSamplesReceived ?? 0;
    counts.concealed += concealedSamples - silentConcealedSamples;
    counts.freezes += stat.freezeCount ?? 0;
  }
  return counts;
}
