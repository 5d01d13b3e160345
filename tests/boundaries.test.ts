import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { importsIn, importsOf } from './support/imports.ts';
import type { Import } from './support/imports.ts';

/** Anything outside `tests/` that depends on a test. */
function dependsOnTests({ target }: Import): boolean {
  return target.startsWith('tests/');
}

/** Anything of the server in the page, its types included. */
function dependsOnTheServer({ target }: Import): boolean {
  return /^(?:lib|tools|scripts)\//.test(target);
}

describe('imports between the top folders', () => {
  test('nothing outside tests/ imports tests/', () => {
    const imports = importsOf('*.ts', '{lib,tools,scripts,client/src}/**/*.ts');
    assert.ok(imports.length > 0);
    assert.deepEqual(imports.filter(dependsOnTests), []);
  });

  test('the page imports nothing of the server', () => {
    const imports = importsOf('client/src/**/*.ts');
    assert.ok(imports.length > 0);
    assert.deepEqual(imports.filter(dependsOnTheServer), []);
  });

  for (const [statement, rule] of [
    ["import { x } from '../../tests/support/x.ts';", dependsOnTests],
    ["await import('../../tests/support/x.ts');", dependsOnTests],
    ["import { x } from '../../lib/core/errors.ts';", dependsOnTheServer],
    ["import type { x } from '../../lib/core/errors.ts';", dependsOnTheServer],
    [
      "export { x } from '../../lib/gateways/protoo/contract.ts';",
      dependsOnTheServer,
    ],
    ["import '../../lib/gateways/protoo/contract.ts';", dependsOnTheServer],
  ] as const) {
    test(`client/src/x.ts could not say ${JSON.stringify(statement)}`, () => {
      const [imported, ...others] = importsIn('client/src/x.ts', statement);
      assert.ok(imported !== undefined && others.length === 0);
      assert.ok(rule(imported));
    });
  }
});
