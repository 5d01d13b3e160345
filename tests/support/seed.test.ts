import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';

import { chooseSeed } from './seed.ts';

describe('the seed of a test with random input', () => {
  const { CI, TEST_SEED } = process.env;

  beforeEach(() => {
    delete process.env['CI'];
    delete process.env['TEST_SEED'];
  });

  afterEach(() => {
    for (const [name, value] of Object.entries({ CI, TEST_SEED })) {
      if (value === undefined) {
        delete process.env[name];
      } else {
        process.env[name] = value;
      }
    }
  });

  test('is the same for every run in CI', (t) => {
    process.env['CI'] = 'true';
    const seeds = [0, 1_234_567].map((now) => {
      t.mock.timers.enable({ apis: ['Date'], now });
      const seed = chooseSeed(t);
      t.mock.timers.reset();
      return seed;
    });
    assert.equal(seeds[0], seeds[1]);
  });

  test('is a new one for each run elsewhere', (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: 1_234_567 });
    assert.equal(chooseSeed(t), 234_567);
  });

  test('is TEST_SEED, in CI as well', (t) => {
    process.env['CI'] = 'true';
    process.env['TEST_SEED'] = '42';
    assert.equal(chooseSeed(t), 42);
  });

  test('has to be a whole number', (t) => {
    process.env['TEST_SEED'] = 'soon';
    assert.throws(() => chooseSeed(t), /^RangeError: TEST_SEED: .*"soon"$/);
  });
});
