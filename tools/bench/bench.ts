/**
 * Measures what Atrium costs on this machine, each case side by side with the
 * least work that leads to the same.
 *
 * A target that is missed is shown and is no failure, for another machine may
 * miss it; a case that does not run to its end is one.
 *
 * Usage: npm run bench -- [--rounds N] [--sizes N,N] [--quick]
 *                         [--profile cpu|heap] [--write-docs] [CASE]...
 *        npm run bench -- --against URL --protocol NAME [--pid PID] beside
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';

import { format, resolveConfig } from 'prettier';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import { compareWith } from './against/OtherServer.ts';
import { protocols } from './against/protocols.ts';
import type { Protocol } from './against/protocols.ts';
import type { BenchCase, Effort } from './BenchCase.ts';
import { cases } from './cases.ts';
import { describeMachine } from './machine.ts';
import { measure } from './measure.ts';
import { profileInto } from './processes/Child.ts';
import { caseToMarkdown, toMarkdown } from './report.ts';
import type { Report } from './report.ts';

const RESULTS = `${PROJECT_ROOT}/tools/bench/results`;
const PAGE = `${PROJECT_ROOT}/docs/performance.md`;
const RESULTS_IN_PAGE = /(<!-- results -->\n)[^]*(\n<!-- end of results -->)/;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    sizes: { type: 'string' },
    quick: { type: 'boolean', default: false },
    profile: { type: 'string' },
    'write-docs': { type: 'boolean', default: false },
    against: { type: 'string' },
    protocol: { type: 'string', default: 'mediasoup-demo' },
    pid: { type: 'string' },
  },
});
const effort: Effort = values.quick ? 'quick' : 'full';
const rounds = Number(values.rounds ?? (values.quick ? 3 : 5));
if (!Number.isInteger(rounds) || rounds < 1) {
  refuse(`--rounds: expected a whole number from 1, got ${values.rounds}`);
}
const sizes = values.sizes?.split(',').map(Number);
if (sizes?.some((size) => !Number.isInteger(size) || size < 1)) {
  refuse(
    `--sizes: expected whole numbers from 1 with commas in between, got ${values.sizes}`,
  );
}
const { profile } = values;
if (profile === 'cpu' || profile === 'heap') {
  profileInto(`${RESULTS}/profiles`, profile);
} else if (profile !== undefined) {
  refuse(`--profile: expected cpu or heap, got ${profile}`);
}
const { against, protocol, pid } = values;
if (!Object.hasOwn(protocols, protocol)) {
  refuse(
    `--protocol: expected one of ${Object.keys(protocols).join(', ')}, got ${protocol}`,
  );
}
if (against !== undefined) {
  compareWith({
    url: URL.canParse(against)
      ? against
      : refuse(`--against: expected a URL, got ${against}`),
    protocol: protocol as Protocol,
    pid: pid === undefined ? undefined : Number(pid),
  });
}
const chosen = choose(positionals);

const report: Report = {
  machine: describeMachine(),
  method:
    'Each case alternated with its baseline; figures are medians of all rounds, ratios compare the two in one round.',
  cases: [],
  skipped: [],
};
for (const bench of chosen) {
  await run(asTold(bench));
}
await write();

async function run(bench: BenchCase): Promise<void> {
  const { letter, name } = bench;
  const why = bench.unavailable?.();
  if (why !== undefined) {
    console.log(`(${letter}) ${name} is not run: ${why}\n`);
    report.skipped.push({ name, why });
    return;
  }
  try {
    const result = await measure(bench, effort, rounds, (round, size) => {
      console.error(`(${letter}) ${name}, ${size}: round ${round}`);
    });
    report.cases.push(result);
    console.log(`${await pretty(caseToMarkdown(result))}\n`);
  } catch (error) {
    console.error(`(${letter}) ${name} FAILED:`, error);
    process.exitCode = 1;
  }
}

/** A case with the sizes and the number of rounds that were asked for. */
function asTold(bench: BenchCase): BenchCase {
  return {
    ...bench,
    ...(sizes !== undefined && {
      sizes: { ...bench.sizes, [effort]: sizes },
    }),
    ...(values.rounds !== undefined && { roundsAtMost: Infinity }),
  };
}

async function write(): Promise<void> {
  const markdown = await pretty(toMarkdown(report));
  mkdirSync(RESULTS, { recursive: true });
  const file = `${RESULTS}/${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  writeFileSync(`${file}.json`, `${JSON.stringify(report, undefined, 2)}\n`);
  writeFileSync(`${file}.md`, markdown);
  console.log(`wrote ${file}.json and .md`);
  if (values['write-docs']) {
    const page = readFileSync(PAGE, 'utf8');
    writeFileSync(
      PAGE,
      page.replace(
        RESULTS_IN_PAGE,
        (_, start: string, end: string) => `${start}\n${markdown}${end}`,
      ),
    );
    console.log(`wrote ${PAGE}`);
  }
}

async function pretty(markdown: string): Promise<string> {
  const options = await resolveConfig(PAGE);
  return format(markdown, { ...options, parser: 'markdown' });
}

/** Cases by letter or name, all of them unless some are named. */
function choose(names: readonly string[]): readonly BenchCase[] {
  if (names.length === 0) {
    return cases;
  }
  return names.map((name) => {
    const found = cases.find((it) => it.letter === name || it.name === name);
    return (
      found ??
      refuse(
        `there is no case ${name}; there are ${cases.map((it) => `${it.letter} (${it.name})`).join(', ')}`,
      )
    );
  });
}

function refuse(why: string): never {
  console.error(`bench: ${why}`);
  process.exit(2);
}
