import process from 'node:process';
import { parseArgs } from 'node:util';

import { setLogLevel } from '../lib/core/logger.ts';
import { Found, Fuzzer } from './fuzz/Fuzzer.ts';
import { TARGETS } from './fuzz/targets.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    input: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const seed = Number(values.seed);
const names = positionals.length > 0 ? positionals : Object.keys(TARGETS);
if (
  !(seconds > 0) ||
  !Number.isInteger(seed) ||
  names.some((name) => !Object.hasOwn(TARGETS, name)) ||
  (values.input !== undefined && names.length !== 1)
) {
  console.error(
    `usage: npm run fuzz -- [--seconds N] [--seed N] [--keep] [target…], or --input JSON target\ntargets: ${Object.keys(TARGETS).join(', ')}`,
  );
  process.exit(2);
}

setLogLevel('error');
for (const name of names) {
  const target = TARGETS[name];
  if (target !== undefined && values.input !== undefined) {
    await target(JSON.parse(values.input) as string);
    console.log(`${name} holds`);
  } else if (target !== undefined) {
    const fuzzer = new Fuzzer(name, target);
    try {
      await fuzzer.run(seed, seconds);
    } catch (error) {
      if (!(error instanceof Found)) {
        throw error;
      }
      console.error(`${error.message}\nseed ${seed}`);
      process.exitCode = 1;
    }
    console.log(
      `${name}: ${fuzzer.tried} inputs, ${fuzzer.useful.length} took new branches, seed ${seed}`,
    );
    if (values.keep) {
      fuzzer.save();
    }
  }
}
