import { deepEqual } from 'node:assert/strict';

import { figureOf } from './BenchCase.ts';
import type {
  BenchCase,
  Effort,
  FigureResult,
  Growth,
  Outcome,
  Round,
  SizeResult,
  Subject,
  Target,
} from './BenchCase.ts';
import { growthRate, summarise } from './statistics.ts';

/** Tells whether a bound was kept. */
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
  baseline: string;
  sizeName: string;
  rounds: number;
  /** Rounds before them, which do not count. */
  warmUps: number;
  sizes: SizeResult[];
  targets: TargetResult[];
}

/** The slope above which growth with the work is not linear. */
const LINEAR = 1.1;

/** The slope above which a figure per item counts as growing. */
const CONSTANT = 0.1;

/** The duration of continuous work in one round. */
const SECONDS: Record<Effort, number> = { full: 5, quick: 2, smoke: 0.3 };

/** One size's rounds so far. */
interface Series {
  size: number;
  subject: Outcome['figures'][];
  baseline: Outcome['figures'][];
}

/**
 * Measures a case and its baseline in turns, so that what else goes on in the
 * machine meets both.
 *
 * @param wanted - How many rounds count, unless the case wants more or fewer,
 *   apart from those before that warm both up; a test needs no warming.
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
    baseline: [],
  }));
  const { roundsTimes = 1, roundsAtMost = Infinity } = bench;
  const warmUps = effort === 'smoke' ? 0 : (bench.warmUps ?? 1);
  const rounds = Math.min(wanted * roundsTimes, roundsAtMost);
  const subject = await bench.open();
  try {
    const baseline = await bench.openBaseline?.();
    try {
      for (let round = 1 - warmUps; round <= rounds; round += 1) {
        for (const series of all) {
          onRound(round, series.size);
          await runBoth(bench, effort, series, round, subject, baseline);
        }
      }
    } finally {
      await baseline?.close();
    }
  } finally {
    await subject.close();
  }
  return resultOf(bench, { rounds, warmUps }, all);
}

/** Rounds before 1 warm up. Who goes first changes from round to round. */
async function runBoth(
  bench: BenchCase,
  effort: Effort,
  series: Series,
  round: number,
  subject: Subject,
  baseline: Subject | undefined,
): Promise<void> {
  const run = { size: series.size, seconds: SECONDS[effort] };
  const turns = [
    [subject, series.subject],
    [baseline, series.baseline],
  ] as const;
  for (const [who, kept] of round % 2 === 0 ? turns : turns.toReversed()) {
    if (who !== undefined) {
      const figures = await work(bench, who, run);
      if (round > 0) {
        kept.push(figures);
      }
    }
  }
}

/** One round of a case or a baseline, which has to have done all of its work. */
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
  { rounds, warmUps }: Pick<CaseResult, 'rounds' | 'warmUps'>,
  all: readonly Series[],
): CaseResult {
  const { letter, name, summary, baseline, sizeName } = bench;
  const sizes = all.map((series) => ({
    size: series.size,
    label: bench.label?.(series.size) ?? String(series.size),
    figures: figuresOf(bench, series),
  }));
  return {
    letter,
    name,
    summary,
    baseline,
    sizeName,
    rounds,
    warmUps,
    sizes,
    targets: targetsOf(bench, sizes),
  };
}

function figuresOf(bench: BenchCase, series: Series): FigureResult[] {
  const measured = Object.entries(bench.figures).filter(([figure]) =>
    series.subject.some((figures) => figure in figures),
  );
  return measured.map(([figure, { what, unit }]) => {
    const ours = series.subject.map((figures) => figures[figure] ?? NaN);
    const theirs = series.baseline.map((figures) => figures[figure] ?? NaN);
    const comparable = theirs.length > 0 && !theirs.some(Number.isNaN);
    return {
      figure,
      what,
      unit,
      subject: summarise(ours),
      ...(comparable && {
        baseline: summarise(theirs),
        ratio: summarise(
          ours.map((value, round) => value / (theirs[round] ?? NaN)),
        ),
      }),
    };
  });
}

function targetsOf(
  bench: BenchCase,
  sizes: readonly SizeResult[],
): TargetResult[] {
  const { growth } = bench;
  const targets =
    growth === undefined || sizes.length < 2
      ? bench.targets
      : [...bench.targets, boundOn(bench, growth)];
  return targets.flatMap(({ what, atMost, atLeast, measured, ...about }) => {
    const meant = sizes.filter(
      ({ size }) => about.sizes?.includes(size) ?? true,
    );
    if (meant.length === 0) {
      return [];
    }
    const value = measured(meant);
    const met =
      value <= (atMost ?? Infinity) && value >= (atLeast ?? -Infinity);
    return [{ what, atMost, atLeast, measured: value, met }];
  });
}

/** The slope that a figure may have against the work behind it. */
function boundOn(
  bench: BenchCase,
  { figure, over, amount, each }: Growth,
): Target {
  return {
    what: `growth of "${bench.figures[figure]?.what}" with ${over} (log-log slope)`,
    atMost: each === true ? CONSTANT : LINEAR,
    measured: (sizes) =>
      growthRate(
        sizes.map((size) => [
          amount(size.size),
          figureOf(size, figure).subject.median,
        ]),
      ),
  };
}
