import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';

import { PROJECT_ROOT } from '../lib/core/projectRoot.ts';
import sdk from '../sdk/package.json' with { type: 'json' };
import { importsIn, importsOf, sourcesIn } from './support/imports.ts';
import type { Import } from './support/imports.ts';

const CORE = 'sdk/src/core/';

/** The sources that need the optional peer of the package. */
const REACT_PARTS = 'sdk/src/react/';

/** Anything outside `tests/` that depends on a test. */
function dependsOnTests({ target }: Import): boolean {
  return target.startsWith('tests/');
}

/** Anything of the server in what browsers get, its types included. */
function dependsOnTheServer({ target }: Import): boolean {
  return /^(?:lib|tools|scripts)\//.test(target);
}

/** Anything of another package that does not go by the package's name. */
function reachesIntoAPackage({ file, target }: Import): boolean {
  return (
    /^(?:sdk|server-sdk|packages|client)\//.test(target) &&
    topOf(file) !== topOf(target)
  );
}

/** Anything that the package of the SDK does not bring with it, or ask for. */
function isNotBrought({ file, target }: Import): boolean {
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(target)?.[0] ?? '';
  const isBrought =
    name in sdk.dependencies ||
    (file.startsWith(REACT_PARTS) && name in sdk.peerDependencies);
  return topOf(file) !== topOf(target) && !isBrought;
}

/** Anything of the SDK in its core but the core. */
function leavesTheCore({ target }: Import): boolean {
  return target.startsWith('sdk/') && !target.startsWith(CORE);
}

function topOf(file: string): string {
  return file.slice(0, file.indexOf('/'));
}

describe('imports between the top folders', () => {
  const rules = [
    [
      'nothing outside tests/ imports tests/',
      [
        '*.ts',
        '{lib,tools,scripts,client/src,sdk/src,server-sdk/src,packages}/**/*.ts',
      ],
      dependsOnTests,
    ],
    [
      'pages and packages import nothing of the server',
      ['{client/src,sdk/src,server-sdk/src,packages}/**/*.ts'],
      dependsOnTheServer,
    ],
    [
      'packages import each other by their names',
      ['{client/src,sdk/src,server-sdk/src,packages}/**/*.ts'],
      reachesIntoAPackage,
    ],
    [
      'the SDK imports its dependencies and itself',
      ['sdk/src/**/*.ts'],
      isNotBrought,
    ],
    [
      'the core of the SDK imports nothing of what is built upon it',
      [`${CORE}**/*.ts`],
      leavesTheCore,
    ],
  ] as const;
  for (const [rule, patterns, breaks] of rules) {
    test(rule, () => {
      const imports = importsOf(...patterns);
      assert.ok(imports.length > 0);
      assert.deepEqual(imports.filter(breaks), []);
    });
  }

  test('the core of the SDK touches no page', () => {
    const sources = sourcesIn(`${CORE}**/*.ts`).filter((file) =>
      touchesAPage(readFileSync(path.join(PROJECT_ROOT, file), 'utf8')),
    );
    assert.deepEqual(sources, []);
    assert.ok(touchesAPage("document.querySelector('video')"));
    assert.ok(touchesAPage('attach(element: HTMLVideoElement): void'));
  });

  for (const [file, statement, breaks] of [
    [
      'client/src/x.ts',
      "import { x } from '../../tests/support/x.ts';",
      dependsOnTests,
    ],
    [
      'client/src/x.ts',
      "await import('../../tests/support/x.ts');",
      dependsOnTests,
    ],
    [
      'client/src/x.ts',
      "import { x } from '../../lib/core/errors.ts';",
      dependsOnTheServer,
    ],
    [
      'sdk/src/x.ts',
      "import type { x } from '../../lib/core/errors.ts';",
      dependsOnTheServer,
    ],
    [
      'client/src/x.ts',
      "export { x } from '../../lib/gateways/protoo/contract.ts';",
      dependsOnTheServer,
    ],
    [
      'client/src/x.ts',
      "import '../../lib/gateways/protoo/contract.ts';",
      dependsOnTheServer,
    ],
    [
      'client/src/x.ts',
      "import { x } from '../../sdk/src/core/x.ts';",
      reachesIntoAPackage,
    ],
    ['sdk/src/x.ts', "import { z } from 'zod';", isNotBrought],
    [
      'sdk/src/x.ts',
      "import { x } from '../../client/src/x.ts';",
      isNotBrought,
    ],
    [`${CORE}x.ts`, "import { x } from '../react/x.ts';", leavesTheCore],
  ] as const) {
    test(`${file} could not say ${JSON.stringify(statement)}`, () => {
      const [imported, ...others] = importsIn(file, statement);
      assert.ok(imported !== undefined && others.length === 0);
      assert.ok(breaks(imported));
    });
  }
});

/** Tells if a source uses elements of a page. */
function touchesAPage(source: string): boolean {
  return /\bdocument\.|\bHTML\w*Element\b/.test(source);
}
