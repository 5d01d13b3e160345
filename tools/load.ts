/**
 * Fills rooms of a server with peers that send and receive media, and says how
 * they fared.
 *
 * Usage: npm run load -- --url URL [OPTION]...; --help names all options.
 */
import process from 'node:process';

import { Load } from './load/Load.ts';
import { readOptions, usage } from './load/options.ts';
import { UsageError } from './UsageError.ts';
import type { LoadOptions } from './load/options.ts';
import { progressLine, resultOf, table } from './load/report.ts';

/** Between two lines of progress, ms: on a terminal, where one replaces the other, and elsewhere. */
const INTERVALS = { terminal: 1_000, elsewhere: 5_000 };

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    console.log(usage());
  } else {
    await run(options);
  }
} catch (error) {
  if (!(error instanceof UsageError)) {
    throw error;
  }
  console.error(`${error.message}\nnpm run load -- --help names all options.`);
  process.exitCode = 2;
}

async function run(options: LoadOptions): Promise<void> {
  const load = await Load.start(options);
  // A second one ends the process on the spot.
  process.once('SIGINT', () => load.stop());
  process.once('SIGTERM', () => load.stop());
  const stopShowing = options.json ? () => undefined : show(load);
  const outcome = await load.finish();
  stopShowing();
  const result = resultOf(outcome, options.limits);
  if (options.json) {
    console.log(JSON.stringify(result, undefined, 2));
  } else {
    console.log(table(result));
    for (const failure of result.failures) {
      console.error(`FAILED: ${failure}`);
    }
  }
  process.exitCode = result.failures.length === 0 ? 0 : 1;
}

/** Shows the state of a load, until told to stop. */
function show(load: Load): () => void {
  const { isTTY } = process.stdout;
  let before = load.standing;
  const timer = setInterval(
    () => {
      const now = load.standing;
      const line = progressLine(now, before);
      process.stdout.write(isTTY ? `\r\u001B[K${line}` : `${line}\n`);
      before = now;
    },
    isTTY ? INTERVALS.terminal : INTERVALS.elsewhere,
  );
  return () => {
    clearInterval(timer);
    process.stdout.write(isTTY ? '\r\u001B[K' : '');
  };
}
