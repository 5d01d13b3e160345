import assert from 'node:assert/strict';
import { test } from 'node:test';

import { setLogLevel } from '../../lib/core/logger.ts';
import { Fuzzer } from '../../tools/fuzz/Fuzzer.ts';
import { TARGETS } from '../../tools/fuzz/targets.ts';

/** Time for all targets together, s; `npm run fuzz` takes longer. */
const SECONDS = 60;

const SEED = 1;

// Refusals provoked by the fuzzer would flood the log.
setLogLevel('error');

for (const [name, target] of Object.entries(TARGETS)) {
  test(`${name} survives random input`, async (t) => {
    const fuzzer = new Fuzzer(name, target);
    await fuzzer.run(SEED, SECONDS / Object.keys(TARGETS).length);
    t.diagnostic(`${fuzzer.tried} inputs, ${fuzzer.useful.length} useful`);
    assert.ok(fuzzer.useful.length > 0, 'no input takes any branch');
  });
}
