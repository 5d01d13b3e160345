import type { Reception } from '../../fixtures/browser/traffic.ts';

/** A sound or picture that came over a link, in figures. */
export interface Quality {
  /** Sound that was made up, %. */
  concealed: number;
  /** Pictures a second. */
  fps: number;
  /** Times at which the picture stood still. */
  freezes: number;
  /** The usual width of the picture, pixels. */
  width: number;
  /** The longest time without another picture, s. */
  gap: number;
}

/** The quality between the first and the last record. */
export function qualityOf(records: readonly Reception[]): Quality {
  const [first, last] = [records[0], records.at(-1)];
  if (first === undefined || last === undefined || first === last) {
    throw new Error('nothing was recorded');
  }
  const samples = last.samples - first.samples;
  const widths = records.map(({ width }) => width).toSorted((a, b) => a - b);
  return {
    concealed: (100 * (last.concealed - first.concealed)) / samples,
    fps: (1_000 * (last.frames - first.frames)) / (last.at - first.at),
    freezes: last.freezes - first.freezes,
    width: widths[Math.floor(widths.length / 2)] ?? NaN,
    gap: longestGap(records),
  };
}

/** The share of the pictures that came and were not shown, %. */
export function droppedIn(records: readonly Reception[]): number {
  const [first, last] = [records[0], records.at(-1)];
  const came = (last?.received ?? 0) - (first?.received ?? 0);
  return (100 * ((last?.dropped ?? 0) - (first?.dropped ?? 0))) / came;
}

/** The time until a record is as wanted, s; until the last one if none is. */
export function timeUntil(
  records: readonly Reception[],
  wanted: (record: Reception, first: Reception) => boolean,
): number {
  const [first] = records;
  if (first === undefined) {
    throw new Error('nothing was recorded');
  }
  const found = records.find((it) => wanted(it, first)) ?? records.at(-1);
  return ((found ?? first).at - first.at) / 1_000;
}

function longestGap(records: readonly Reception[]): number {
  let longest = 0;
  let frames = NaN;
  let since = NaN;
  for (const record of records) {
    if (record.frames !== frames) {
      frames = record.frames;
      since = record.at;
    }
    longest = Math.max(longest, record.at - since);
  }
  return longest / 1_000;
}
