import { deepEqual } from 'node:assert/strict';

import type {
  BenchCase,
  Effort,
  FigureResult,
  Outcome,
  Round,
  SizeResult,
  Subject,
} from './BenchCase.ts';
import { growthRate, summarise } from './statistics.ts';

/** How fast a figure grew with the work behind it. */
export interface GrowthResult {
  figure: string;
  over: string;
  rate: number;
}

/** Whether a bound was kept. */
export interface TargetResult {
  what: string;
  atMost: number | undefined;
  atLeast: number | undefined;
  measured: number;
  met: boolean;
}

/** All that came of one case. */
export interface CaseResult {
  letter: string;
  name: string;
  summary: string;
  floor: string;
  sizeName: string;
  rounds: number;
  sizes: SizeResult[];
  growth: GrowthResult | undefined;
  targets: TargetResult[];
}

/** A figure that grows faster than this with its work is not linear. */
const LINEAR = 1.1;

/** How long whatever goes on for a while goes on in one round. */
const SECONDS: Record<Effort, number> = { full: 5, quick: 2, smoke: 0.3 };

/** One size's rounds so far. */
interface Series {
  size: number;
  subject: Outcome['figures'][];
  floor: Outcome['figures'][];
}

/**
 * Measures a case and its floor in turns, so that what else goes on in the
 * machine meets both.
 *
 * @param wanted - How many rounds count, besides one before that warms both
 *   up; what is not measured needs no warming.
 * @param onRound - Told before each.
 * @throws {Error} When a round did not do what it was to do.
 */
export async function measure(
  bench: BenchCase,
  effort: Effort,
  wanted: number,
  onRound: (round: number, size: number) => void = () => undefined,
): Promise<CaseResult> {
  const all: Series[] = bench.sizes[effort].map((size) => ({
    size,
    subject: [],
    floor: [],
  }));
  const rounds = Math.min(wanted, bench.roundsAtMost ?? Infinity);
  const subject = await bench.open();
  try {
    const floor = await bench.openFloor?.();
    try {
      const first = effort === 'smoke' ? 1 : 0;
      for (let round = first; round <= rounds; round += 1) {
        for (const series of all) {
          onRound(round, series.size);
          await runBoth(bench, effort, series, round, subject, floor);
        }
      }
    } finally {
      await floor?.close();
    }
  } finally {
    await subject.close();
  }
  return resultOf(bench, rounds, all);
}

/** Round 0 warms up. The one who goes first changes from round to round. */
async function runBoth(
  bench: BenchCase,
  effort: Effort,
  series: Series,
  round: number,
  subject: Subject,
  floor: Subject | undefined,
): Promise<void> {
  const run = { size: series.size, seconds: SECONDS[effort] };
  const turns = [
    async () => {
      const figures = await work(bench, subject, run);
      if (round > 0) {
        series.subject.push(figures);
      }
    },
    async () => {
      if (floor !== undefined) {
        const figures = await work(bench, floor, run);
        if (round > 0) {
          series.floor.push(figures);
        }
      }
    },
  ];
  for (const turn of round % 2 === 0 ? turns : turns.toReversed()) {
    await turn();
  }
}

/** One round of a case or a floor, which has to have done all of its work. */
async function work(
  bench: BenchCase,
  subject: Subject,
  round: Round,
): Promise<Outcome['figures']> {
  const { figures, done } = await subject.round(round);
  deepEqual(done, bench.work(round), `${bench.name} did not do its work`);
  return figures;
}

function resultOf(
  bench: BenchCase,
  rounds: number,
  all: readonly Series[],
): CaseResult {
  const { letter, name, summary, floor, sizeName } = bench;
  const sizes = all.map((series) => ({
    size: series.size,
    figures: figuresOf(bench, series),
  }));
  return {
    letter,
    name,
    summary,
    floor,
    sizeName,
    rounds,
    sizes,
    growth: growthOf(bench, sizes),
    targets: targetsOf(bench, sizes),
  };
}

function figuresOf(bench: BenchCase, series: Series): FigureResult[] {
  return Object.entries(bench.figures).map(([figure, { what, unit }]) => {
    const ours = series.subject.map((figures) => figures[figure] ?? NaN);
    const theirs = series.floor.map((figures) => figures[figure] ?? NaN);
    const comparable = theirs.length > 0 && !theirs.some(Number.isNaN);
    return {
      figure,
      what,
      unit,
      subject: summarise(ours),
      ...(comparable && {
        floor: summarise(theirs),
        ratio: summarise(
          ours.map((value, round) => value / (theirs[round] ?? NaN)),
        ),
      }),
    };
  });
}

function growthOf(
  { growth }: BenchCase,
  sizes: readonly SizeResult[],
): GrowthResult | undefined {
  if (growth === undefined || sizes.length < 2) {
    return undefined;
  }
  const { figure, over, amount } = growth;
  const points = sizes.flatMap(({ size, figures }) =>
    figures
      .filter((it) => it.figure === figure)
      .map(({ subject }): [number, number] => [amount(size), subject.median]),
  );
  return { figure, over, rate: growthRate(points) };
}

function targetsOf(
  bench: BenchCase,
  sizes: readonly SizeResult[],
): TargetResult[] {
  const results = bench.targets.map(({ what, atMost, atLeast, measured }) => {
    const value = measured(sizes);
    const met =
      value <= (atMost ?? Infinity) && value >= (atLeast ?? -Infinity);
    return { what, atMost, atLeast, measured: value, met };
  });
  const growth = growthOf(bench, sizes);
  if (growth !== undefined) {
    const { figure, over, rate } = growth;
    results.push({
      what: `growth of "${bench.figures[figure]?.what}" with ${over} (log-log slope)`,
      atMost: LINEAR,
      atLeast: undefined,
      measured: rate,
      met: rate <= LINEAR,
    });
  }
  return results;
}
