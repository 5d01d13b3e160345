import { blocks, table } from '../../scripts/docs/markdown.ts';
import type { FigureResult, Summary } from './BenchCase.ts';
import type { Machine } from './machine.ts';
import type { CaseResult, TargetResult } from './measure.ts';

/** All that came of one run. */
export interface Report {
  machine: Machine;
  /** The origin of the figures, in a sentence. */
  method: string;
  cases: CaseResult[];
  /** Cases that this host cannot run, and why. */
  skipped: { name: string; why: string }[];
}

/** The report as a page of Markdown. */
export function toMarkdown(report: Report): string {
  const { machine, method, cases, skipped } = report;
  return blocks(
    `Measured on ${machine.date} on ${machine.cores} cores of ${machine.cpu}, ${machine.memory} GiB, ${machine.system}, with Atrium ${machine.atrium}, Node ${machine.node} and mediasoup ${machine.mediasoup}. ${machine.load.toFixed(1)} processes were runnable on average in the minute before. ${method}`,
    ...cases.map(caseToMarkdown),
    skipped.map(({ name, why }) => `Not run: ${name}, ${why}`).join('\n'),
  );
}

/** One case: what it is, its figures, its targets. */
export function caseToMarkdown(result: CaseResult): string {
  const { letter, name, summary, baseline, sizeName, sizes, targets } = result;
  const { rounds, warmUps } = result;
  return blocks(
    `### (${letter}) ${name}`,
    baseline === '' ? summary : `${summary} Baseline: ${baseline}`,
    `Rounds: ${rounds}, after ${warmUps} warm-up rounds.`,
    table(
      [sizeName, '', 'median', 'min–max', 'baseline', 'min–max', 'ratio'],
      sizes.flatMap(({ label, figures }) =>
        figures.map((figure) => [label, ...cellsOf(figure)]),
      ),
    ),
    targets.map((target) => `- ${targetToText(target)}`).join('\n'),
  );
}

function cellsOf({ what, unit, subject, baseline, ratio }: FigureResult) {
  return [
    unit === '' ? what : `${what} (${unit})`,
    show(subject.median),
    spread(subject),
    baseline === undefined ? '' : show(baseline.median),
    baseline === undefined ? '' : spread(baseline),
    // Zero has no ratio to zero.
    ratio === undefined || Number.isNaN(ratio.median)
      ? ''
      : ratio.median.toFixed(2),
  ];
}

function targetToText({ what, atMost, atLeast, measured, met }: TargetResult) {
  const bound =
    atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`;
  return `${met ? 'met' : '**missed**'}: ${what}: ${show(measured)}, target: ${bound}`;
}

function spread({ min, max }: Summary): string {
  return `${show(min)}–${show(max)}`;
}

/** Three significant digits, which is the precision of such figures. */
function show(value: number): string {
  return Math.abs(value) >= 100
    ? String(Math.round(value))
    : String(Number(value.toPrecision(3)));
}
