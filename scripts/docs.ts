// Writes what follows from the tables in the sources: the protocol page, the
// tables of options and codes, config.example.ts, and packages/protocol.
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { PROJECT_ROOT } from '../lib/core/projectRoot.ts';
import { pages } from './docs/pages.ts';

const all = await pages();
for (const { file, text } of all) {
  const target = path.join(PROJECT_ROOT, file);
  await mkdir(path.dirname(target), { recursive: true });
  // A page is replaced at once, so that it is whole however this run ends.
  await writeFile(`${target}.new`, text);
  await rename(`${target}.new`, target);
}
// The reader of the output may be gone before its end.
for (const { file } of all) {
  console.log(`docs: ${file}`);
}
