/** How much of a case is done: for the record, in a hurry, or for a test. */
export type Effort = 'full' | 'quick' | 'smoke';

/** What one round is about. */
export interface Round {
  /** How many of what the case counts: peers, rooms, requests a second. */
  size: number;
  /** How long whatever goes on for a while goes on. */
  seconds: number;
}

/** What one round measured, and what it did. */
export interface Outcome {
  /** By the names that the case declares. */
  figures: Record<string, number>;
  /** What was done; has to equal what {@link BenchCase.work} says. */
  done: Record<string, number>;
}

/** Something that is measured, round after round: the server, or the floor. */
export interface Subject {
  round(round: Round): Promise<Outcome>;
  close(): Promise<void>;
}

/** A figure of a case. A floor need not have it. */
export interface FigureSpec {
  /** What it is, in a few words; shown in the table. */
  what: string;
  /** Such as "ms" or "kB". */
  unit: string;
}

/** What came of one figure over all rounds. */
export interface Summary {
  median: number;
  min: number;
  max: number;
}

/** One figure at one size. */
export interface FigureResult extends FigureSpec {
  figure: string;
  subject: Summary;
  floor?: Summary;
  /** Of each round to the floor's of the same round. */
  ratio?: Summary;
}

/** All figures at one size. */
export interface SizeResult {
  size: number;
  figures: FigureResult[];
}

/** A bound that a case is to keep. */
export interface Target {
  /** Such as "time of the floor's, in the largest room". */
  what: string;
  atMost?: number;
  atLeast?: number;
  /** @param sizes - The results, from the smallest to the largest size. */
  measured: (sizes: readonly SizeResult[]) => number;
}

/** What grows with what. */
export interface Growth {
  figure: string;
  /** What there is more of at a larger size, and how much of it. */
  over: string;
  amount: (size: number) => number;
  /** Whether the figure is for one of them, and so should not grow at all. */
  each?: true;
}

/**
 * One thing that is measured, side by side with its floor: the least work that
 * leads to the same.
 */
export interface BenchCase {
  /** By which the command line and docs/performance.md name it. */
  letter: string;
  name: string;
  /** What is done and measured; shown above the table. */
  summary: string;
  /** What the floor does; empty for a case that has none. */
  floor: string;
  /** What sizes count. */
  sizeName: string;
  sizes: Record<Effort, readonly number[]>;
  /**
   * How many rounds come before those that count, until the code that they run
   * is compiled; one, unless it is said here.
   */
  warmUps?: number;
  /** How many times as many rounds as others, where a round takes no time. */
  roundsTimes?: number;
  /** Fewer than others, where a round takes long. */
  roundsAtMost?: number;
  figures: Record<string, FigureSpec>;
  /** What a round of this size has to have done, for figures to mean much. */
  work(round: Round): Record<string, number>;
  /** A figure that must not grow faster than the work that it is for. */
  growth?: Growth;
  targets: readonly Target[];
  /** Why the case cannot run on this host, if it cannot. */
  unavailable?(): string | undefined;
  open(): Promise<Subject>;
  openFloor?(): Promise<Subject>;
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
