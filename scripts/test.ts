/**
 * Runs the tests and ends with the counts alone on a line. The files of a folder
 * or of several share a process, because loading the server costs more than most
 * of their tests; those of the folders of {@link SLOW} and {@link RETRIED}, and
 * those that await something at their top, have one each.
 *
 * Usage: node scripts/test.ts [--fast] [--retry] [--grep PATTERN] [FILE | FOLDER | GLOB]...
 *   --fast  leave out the folders of {@link SLOW}: browsers, packages and images,
 *           and suites that load a server for long; the report ends with how many
 *           files that were.
 *           Some tests try a sample of their cases, see scripts/samples.ts.
 *   --retry run a file of the folders of {@link RETRIED} that failed once more,
 *           alone, after all others. Its second outcome counts; the report names
 *           each that passed only then.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { run } from 'node:test';
import type { EventData } from 'node:test';
import { spec as SpecReporter } from 'node:test/reporters';
import type { TestEvent } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { makeSelfSigned } from '../lib/http/selfSigned.ts';
import { inTurn, ownBatches, sharedBatches } from './batches.ts';
import type { Batch } from './batches.ts';
import { endLeftovers } from './leftovers.ts';
import { describeSamples } from './samples.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Loaded into each process before its test files, in this order. */
const PRELOADED = [
  new URL('../tests/asyncIds.ts', import.meta.url),
  new URL('../tests/leaks.ts', import.meta.url),
  new URL('../tests/suppressed.ts', import.meta.url),
  new URL('../tests/mockedTimers.ts', import.meta.url),
].flatMap(({ href }) => ['--import', href]);
const POSTGRES = join('tests', 'support', 'postgres.ts');
const PREPARE = join('tests', 'support', 'prepare.ts');
const BATCH_TIMEOUT_MS = 15 * 60_000;

const COUNTS =
  /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/;

/**
 * Folders that --fast leaves out: browsers (e2e), minutes of load (soak, chaos,
 * fuzz), whole runs of the bench and the load tool (tools), packages and images
 * that are built, installed and used (packaging, deployment), and several servers
 * of which some die (cluster).
 */
const SLOW = [
  'e2e',
  'soak',
  'chaos',
  'fuzz',
  'tools',
  'packaging',
  'deployment',
  'cluster',
].map((folder) => join('tests', folder, sep));

/**
 * Folders of which --retry gives a file a second run: browsers, processes, and
 * real parts under random faults.
 */
const RETRIED = [
  'e2e',
  'chaos',
  'soak',
  'fuzz',
  'process',
  'deployment',
  'cluster',
].map((folder) => join('tests', folder, sep));

/** The counts of one run of a batch. */
interface Outcome {
  passed: number;
  failed: number;
  /** The tests that were skipped, with the reasons. */
  readonly skipped: string[];
}

type Ended = EventData.TestPass | EventData.TestFail;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    fast: { type: 'boolean', default: false },
    retry: { type: 'boolean', default: false },
    grep: { type: 'string' },
  },
});

/** Processes that run at once. Those of the fast suite mostly wait. */
const LANES = Math.min(availableParallelism(), 4) * (values.fast ? 2 : 1);

/** The outcome of each batch's last run. */
const outcomes = new Map<Batch, Outcome>();

const reporter = new SpecReporter();
reporter.pipe(process.stdout, { end: false });

process.chdir(ROOT);
const temporary = temporaryFolder();
// Made once, instead of by the processes of all test files and their servers.
process.env['NODE_COMPILE_CACHE'] = join(temporary, 'compiled');
process.env['TEST_CERTS'] = temporary;
if (values.fast) {
  process.env['TEST_FAST'] = '1';
}
const found = findFiles(positionals);
const files = found.filter((file) => !values.fast || !isIn(SLOW, file));
const inBrowsers = files.filter((file) => file.startsWith(`tests${sep}e2e`));
const others = files.filter((file) => !inBrowsers.includes(file));
await makeSelfSigned(join(temporary, 'cert.pem'), join(temporary, 'key.pem'));
const endPostgres = files.some(usesDatabases)
  ? await startPostgres()
  : undefined;
// The cluster of a run around this one has been prepared by it.
await prepare(endPostgres ? process.env['TEST_POSTGRES'] : undefined);
const alone = others.filter(
  (file) => isIn([...SLOW, ...RETRIED], file) || awaitsAtTop(file),
);
const together = others.filter((file) => !alone.includes(file));
await runAll(
  inTurn([...ownBatches(alone), ...sharedBatches(together, temporary)]),
  LANES,
);
// A browser wants the machine for itself.
await runAll(ownBatches(inBrowsers), 1);
const flaky = values.retry ? await retryFailed() : [];
await endPostgres?.();

const reported = new Promise((done) => reporter.once('end', done));
reporter.end();
await reported;

const all = Array.from(outcomes.values());
const passed = all.reduce((sum, outcome) => sum + outcome.passed, 0);
const failed = all.reduce((sum, outcome) => sum + outcome.failed, 0);
const skipped = all.flatMap((outcome) => outcome.skipped);
if (skipped.length > 0) {
  console.log(`\nSKIPPED:\n${skipped.map((line) => `  ${line}`).join('\n')}`);
}
if (files.length < found.length) {
  console.log(
    `\nLeft out by --fast: ${found.length - files.length} files in ${SLOW.join(', ')}`,
  );
}
if (values.fast) {
  console.log('\nSamples, because of --fast:');
  for (const sample of describeSamples()) {
    console.log(`  ${sample}`);
  }
}
for (const { name } of flaky) {
  console.log(`\nFLAKY: ${name} failed at first and passed alone`);
}
if (passed + failed === 0) {
  console.log('\nNo test was run.');
}
console.log(`\n${passed} passed, ${failed} failed, ${skipped.length} skipped`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

/** Resolves names from the command line to test files, all by default. */
function findFiles(names: string[]): string[] {
  const patterns = names.length > 0 ? names : ['tests'];
  const matching = patterns.flatMap((name) => {
    const matches = [name, `${name}/**/*.test.ts`].flatMap((pattern) =>
      globSync(pattern).filter((file) => file.endsWith('.test.ts')),
    );
    if (matches.length === 0) {
      console.error(`No test file (*.test.ts) is called or lies in ${name}.`);
      process.exit(2);
    }
    return matches.map((file) => relative(ROOT, resolve(file)));
  });
  return [...new Set(matching)].toSorted();
}

/** Tells whether a file lies in one of some folders. */
function isIn(folders: readonly string[], file: string): boolean {
  return folders.some((folder) => file.startsWith(folder));
}

/** A folder that is removed when this process exits. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-tests-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Compiles the server, and creates the databases that servers begin with. */
async function prepare(cluster = ''): Promise<void> {
  const file = join(temporary, 'migrated.db');
  const child = spawn(process.execPath, [PREPARE, file, cluster], {
    stdio: 'inherit',
  });
  const [status] = await once(child, 'close');
  if (status !== 0) {
    throw new Error('the databases of the tests cannot be created');
  }
  process.env['TEST_DATABASE'] = file;
}

/** Tells whether a file's tests create databases on every engine. */
function usesDatabases(file: string): boolean {
  return readFileSync(file, 'utf8').includes('support/stores.ts');
}

/**
 * Tells whether a file awaits something before its tests are known: those of the
 * files before it may end meanwhile, and the run with them.
 */
function awaitsAtTop(file: string): boolean {
  return /^(?:(?:const|let) [^;]*?=\s*)?await /m.test(
    readFileSync(file, 'utf8'),
  );
}

/**
 * Starts a PostgreSQL cluster, if there is one to start, whose URL the test files
 * find in their environment. Its process ends with this one in any case, because
 * its input does.
 *
 * @returns Ends the cluster.
 */
async function startPostgres(): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, [POSTGRES], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const [line] = await Promise.race([once(child.stdout, 'data'), closed]);
  if (line instanceof Buffer) {
    process.env['TEST_POSTGRES'] = String(line).trim();
  }
  return async () => {
    child.stdin.end();
    await closed;
  };
}

async function runAll(batches: Batch[], lanes: number): Promise<void> {
  const waiting = [...batches];
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (let batch = waiting.shift(); batch; batch = waiting.shift()) {
        await runBatch(batch);
      }
    }),
  );
}

/**
 * Runs the failed files of {@link RETRIED} again, one after the other.
 *
 * @returns Those that passed now.
 */
async function retryFailed(): Promise<Batch[]> {
  const again = Array.from(outcomes)
    .filter(([, outcome]) => outcome.failed > 0)
    .map(([batch]) => batch)
    .filter(({ name }) => isIn(RETRIED, name));
  for (const batch of again) {
    reporter.write(note(`RETRY: ${batch.name} failed and runs again, alone`));
    await runBatch(batch);
  }
  return again.filter((batch) => outcomes.get(batch)?.failed === 0);
}

/** Runs one process and reports on it as a whole, once it is done. */
async function runBatch(batch: Batch): Promise<void> {
  const { name, entry } = batch;
  const outcome: Outcome = { passed: 0, failed: 0, skipped: [] };
  outcomes.set(batch, outcome);
  const started = Date.now();
  const events = run({
    files: [entry],
    isolation: 'process',
    execArgv: PRELOADED,
    signal: AbortSignal.timeout(BATCH_TIMEOUT_MS),
    ...(values.grep !== undefined && { testNamePatterns: [values.grep] }),
  });
  const report = [];
  const seen = new Set<string>();
  for await (const event of events) {
    if (!isCountOfFile(event)) {
      report.push(event);
    }
    if (event.type === 'test:pass' || event.type === 'test:fail') {
      count(batch, outcome, event.type, event.data);
      if (event.data.name !== entry) {
        seen.add(relative(ROOT, event.data.file ?? ''));
      }
    }
  }
  if (values.grep === undefined && outcome.failed === 0) {
    const empty = withoutTests(batch, seen);
    outcome.failed += empty.length;
    for (const file of empty) {
      report.push(note(`${file} holds no test`));
    }
  }
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  reporter.write(note(`${name} (${seconds} s)`));
  for (const event of report) {
    reporter.write(event);
  }
  for (const left of await endLeftovers(`${process.pid}:${entry}`)) {
    outcome.failed += 1;
    reporter.write(note(`LEAK: ${name} ended but left a process: ${left}`));
  }
}

/**
 * The files of a batch that hold no test.
 *
 * @param seen - The files whose code declared the tests that ran. One that has
 *   a process of its own may leave that to a file that it imports.
 */
function withoutTests({ files }: Batch, seen: ReadonlySet<string>): string[] {
  if (files.length === 1 && seen.size > 0) {
    return [];
  }
  // Those for PostgreSQL alone hold none where there is none.
  return files.filter((file) => !seen.has(file) && !usesDatabases(file));
}

/** Tells whether an event is part of Node's summary of one file. */
function isCountOfFile({ type, data }: TestEvent): boolean {
  return (
    type === 'test:summary' ||
    (type === 'test:diagnostic' && COUNTS.test(data.message))
  );
}

function count(
  batch: Batch,
  outcome: Outcome,
  type: string,
  data: Ended,
): void {
  const { name, details, skip, todo } = data;
  const isFile = name === batch.entry;
  if (skip !== undefined || todo !== undefined) {
    const reason = [skip, todo].find((text) => typeof text === 'string');
    outcome.skipped.push(
      `${batch.name}: ${name}${reason ? ` (${reason})` : ''}`,
    );
  } else if (type === 'test:pass') {
    // Node reports a file that holds no test as one that passed.
    if (!isFile && details.type !== 'suite') {
      outcome.passed += 1;
    }
  } else if (!isFailureOfChildren(data)) {
    outcome.failed += 1;
  }
}

/**
 * Tells whether a suite failed only because a test in it did, which is counted.
 */
function isFailureOfChildren({ details }: Ended): boolean {
  const { error } = details as EventData.TestFail['details'];
  return 'failureType' in error && error.failureType === 'subtestsFailed';
}

function note(message: string) {
  return { type: 'test:diagnostic', data: { nesting: 0, message } };
}
