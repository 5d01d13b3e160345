import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';

import { PROJECT_ROOT } from '../lib/core/projectRoot.ts';

const STATEMENT =
  /^(import|export)\b([^'";]*?)\bfrom\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]/gm;

/** An import of a file of the project. */
interface Import {
  file: string;
  /** Erased before the code runs. */
  isType: boolean;
  /** The imported file, by its path from the project's root. */
  target: string;
}

function importsIn(file: string, source: string): Import[] {
  return Array.from(
    source.matchAll(STATEMENT),
    ([, keyword, clause = '', ...names]) => ({
      file,
      isType: keyword !== undefined && clause.trimStart().startsWith('type '),
      name: names.find((it) => it !== undefined) ?? '',
    }),
  )
    .filter(({ name }) => name.startsWith('.'))
    .map(({ name, ...rest }) => ({
      ...rest,
      target: path.posix.join(path.posix.dirname(file), name),
    }));
}

/** Anything outside `tests/` that depends on a test. */
function dependsOnTests({ target }: Import): boolean {
  return target.startsWith('tests/');
}

/** Anything of the server in the page except the types of the wire. */
function bundlesTheServer({ isType, target }: Import): boolean {
  return (
    !target.startsWith('client/') &&
    !(isType && target === 'lib/gateways/protoo/wire.ts')
  );
}

function importsOf(...patterns: string[]): Import[] {
  return globSync(patterns, { cwd: PROJECT_ROOT })
    .map((file) => file.replaceAll(path.sep, '/'))
    .flatMap((file) =>
      importsIn(file, readFileSync(path.join(PROJECT_ROOT, file), 'utf8')),
    );
}

describe('imports between the top folders', () => {
  test('nothing outside tests/ imports tests/', () => {
    const imports = importsOf('*.ts', '{lib,tools,scripts,client/src}/**/*.ts');
    assert.ok(imports.length > 0);
    assert.deepEqual(imports.filter(dependsOnTests), []);
  });

  test('the page imports nothing of the server but the types of the wire', () => {
    const imports = importsOf('client/src/**/*.ts');
    assert.ok(imports.length > 0);
    assert.deepEqual(imports.filter(bundlesTheServer), []);
  });

  for (const [statement, rule] of [
    ["import { x } from '../../tests/support/x.ts';", dependsOnTests],
    ["await import('../../tests/support/x.ts');", dependsOnTests],
    ["import { x } from '../../lib/core/errors.ts';", bundlesTheServer],
    ["import type { x } from '../../lib/core/errors.ts';", bundlesTheServer],
    [
      "export { x } from '../../lib/gateways/protoo/wire.ts';",
      bundlesTheServer,
    ],
    ["import '../../lib/gateways/protoo/wire.ts';", bundlesTheServer],
  ] as const) {
    test(`client/src/x.ts could not say ${JSON.stringify(statement)}`, () => {
      const [imported, ...others] = importsIn('client/src/x.ts', statement);
      assert.ok(imported !== undefined && others.length === 0);
      assert.ok(rule(imported));
    });
  }
});
