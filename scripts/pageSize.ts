/**
 * Prints how much JavaScript the pages load before anything can be done with
 * them. What they fetch later is not counted.
 *
 * Usage: node scripts/pageSize.ts
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { PROJECT_ROOT } from './npm.ts';

/** The folder of the built pages. */
const DIST = path.join(PROJECT_ROOT, 'client', 'dist');

/** The folder of the built dashboard. */
export const DASHBOARD_DIST = path.join(PROJECT_ROOT, 'client/admin/dist');

/** The scripts that a page names itself: its own and those that it imports. */
const SCRIPTS =
  /<(?:script type="module"|link rel="modulepreload")[^>]* (?:src|href)="\.\/([^"]+)"/g;

/** The size of the first JavaScript of a page that has been built, gzipped. */
export function firstScriptBytes(page: string, folder = DIST): number {
  const html = readFileSync(path.join(folder, page), 'utf8');
  const files = Array.from(html.matchAll(SCRIPTS), ([, file = '']) => file);
  return files
    .map((file) =>
      gzipSync(readFileSync(path.join(folder, file)), { level: 9 }),
    )
    .reduce((sum, { length }) => sum + length, 0);
}

if (import.meta.main) {
  for (const [page, name, folder] of [
    ['index.html', 'the entrance', DIST],
    ['call.html', 'the page for calls', DIST],
    ['index.html', 'the dashboard', DASHBOARD_DIST],
  ] as const) {
    const size = (firstScriptBytes(page, folder) / 1_000).toFixed(1);
    console.log(
      `client: ${name} loads ${size} kB of JavaScript first, gzipped`,
    );
  }
}
