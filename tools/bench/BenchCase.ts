/** The extent of a run: for the record, in a hurry, or as a test. */
export type Effort = 'full' | 'quick' | 'smoke';

/** The parameters of one round. */
export interface Round {
  /** The number of what the case counts: peers, rooms, requests a second. */
  size: number;
  /** The duration of continuous work. */
  seconds: number;
}

/** The figures of one round, and the work it did. */
export interface Outcome {
  /** By the names that the case declares. */
  figures: Record<string, number>;
  /** The work done, which has to equal {@link BenchCase.work}. */
  done: Record<string, number>;
}

/** Something that is measured, round after round: the server, or the baseline. */
export interface Subject {
  round(round: Round): Promise<Outcome>;
  close(): Promise<void>;
}

/** A figure of a case. A baseline need not have it. */
export interface FigureSpec {
  /** A few words about it, shown in the table. */
  what: string;
  /** Such as "ms" or "kB". */
  unit: string;
}

/** The results of one figure over all rounds. */
export interface Summary {
  median: number;
  min: number;
  max: number;
}

/** One figure at one size. */
export interface FigureResult extends FigureSpec {
  figure: string;
  subject: Summary;
  baseline?: Summary;
  /** Of each round to the baseline's of the same round. */
  ratio?: Summary;
}

/** All figures at one size. */
export interface SizeResult {
  size: number;
  label: string;
  figures: FigureResult[];
}

/** A bound that a case is to keep. */
export interface Target {
  /** Such as "time of the baseline's, in the largest room". */
  what: string;
  atMost?: number;
  atLeast?: number;
  /** The sizes that it is about, all by default; it is left out without them. */
  sizes?: readonly number[];
  /** @param sizes - The results, from the smallest to the largest size. */
  measured: (sizes: readonly SizeResult[]) => number;
}

/** A figure, and the quantity that it grows with. */
export interface Growth {
  figure: string;
  /** The quantity that is larger at a larger size, and its amount. */
  over: string;
  amount: (size: number) => number;
  /** True for a figure per item, which should not grow at all. */
  each?: true;
}

/**
 * One thing that is measured, side by side with its baseline: the least work that
 * leads to the same.
 */
export interface BenchCase {
  /** By which the command line and docs/performance.md name it. */
  letter: string;
  name: string;
  /** The work and its measurement, shown above the table. */
  summary: string;
  /** The work of the baseline; empty for a case without one. */
  baseline: string;
  /** The unit of the sizes. */
  sizeName: string;
  /** The name of a size in the table, where a number says little. */
  label?(size: number): string;
  sizes: Record<Effort, readonly number[]>;
  /**
   * The number of warm-up rounds, until the code that they run is compiled; one
   * by default.
   */
  warmUps?: number;
  /** The factor on the number of rounds, where a round takes no time. */
  roundsTimes?: number;
  /** Fewer than others, where a round takes long. */
  roundsAtMost?: number;
  /** The figures measured, at each size or at some. */
  figures: Record<string, FigureSpec>;
  /**
   * The work that a round of this size has to have done for its figures to
   * count.
   */
  work(round: Round): Record<string, number>;
  /** A figure that must not grow faster than the work that it is for. */
  growth?: Growth;
  targets: readonly Target[];
  /** The reason why the case cannot run on this host, if there is one. */
  unavailable?(): string | undefined;
  open(): Promise<Subject>;
  /** Opens the baseline; undefined where it has to be named and was not. */
  openBaseline?(): Promise<Subject | undefined>;
}

/**
 * Looks a figure up in the results of one size.
 *
 * @throws {Error} When there is none.
 */
export function figureOf(size: SizeResult, figure: string): FigureResult {
  const found = size.figures.find((it) => it.figure === figure);
  if (found === undefined) {
    throw new Error(`there is no figure ${figure} at size ${size.size}`);
  }
  return found;
}

/** The results of the largest size. */
export function largest(sizes: readonly SizeResult[]): SizeResult {
  const last = sizes.at(-1);
  if (last === undefined) {
    throw new Error('there are no results');
  }
  return last;
}
