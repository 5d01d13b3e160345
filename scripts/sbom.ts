/**
 * Writes a bill of materials, as CycloneDX in JSON, of every package in the lock
 * file. Packages that only serve to build and test are marked as such.
 *
 * Usage: node scripts/sbom.ts [FILE]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import pkg from '../package.json' with { type: 'json' };
import { npmJson, PROJECT_ROOT } from './npm.ts';

const file = path.resolve(
  process.argv[2] ??
    path.join(PROJECT_ROOT, 'dist', `${pkg.name}-${pkg.version}.cdx.json`),
);

const bom = npmJson([
  'sbom',
  '--sbom-format=cyclonedx',
  '--sbom-type=application',
  '--package-lock-only',
]);
// npm calls it after the folder of the checkout.
const { component } = bom['metadata'] as { component: { name: string } };
component.name = pkg.name;

mkdirSync(path.dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(bom, null, 2)}\n`);
console.log(`sbom: wrote ${file}`);
