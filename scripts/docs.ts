// Writes what follows from the tables in the sources: the protocol page, the
// tables of options and codes, config.example.ts, and packages/protocol.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { PROJECT_ROOT } from '../lib/core/projectRoot.ts';
import { pages } from './docs/pages.ts';

for (const { file, text } of await pages()) {
  await mkdir(path.join(PROJECT_ROOT, path.dirname(file)), { recursive: true });
  await writeFile(path.join(PROJECT_ROOT, file), text);
  console.log(`docs: ${file}`);
}
