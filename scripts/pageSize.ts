/**
 * Prints how much JavaScript the pages load before anything can be done with
 * them, and how much the meeting page has in all.
 *
 * Usage: node scripts/pageSize.ts
 */
import { readdirSync, readFileSync } from 'node:fs';
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
  return sum(files.map((file) => gzippedBytes(path.join(folder, file))));
}

/** The chunks of translations; a user loads those of one language. */
const TRANSLATIONS = ['page', 'failures', 'calls'];

/**
 * The size of all JavaScript that a page may load, gzipped: with all that is
 * imported later, in the language with the longest texts.
 */
export function allScriptBytes(page: string, folder = DIST): number {
  const assets = path.join(folder, 'assets');
  const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'));
  const reached = new Set<string>();
  const reach = (source: string): void => {
    const text = readFileSync(source, 'utf8');
    for (const name of scripts) {
      if (!reached.has(name) && text.includes(name)) {
        reached.add(name);
        reach(path.join(assets, name));
      }
    }
  };
  reach(path.join(folder, page));
  const sizes = Array.from(reached, (name) => ({
    chunk: name.slice(0, name.indexOf('-')),
    bytes: gzippedBytes(path.join(assets, name)),
  }));
  const common = sizes.filter(({ chunk }) => !TRANSLATIONS.includes(chunk));
  const longest = TRANSLATIONS.map((name) =>
    Math.max(
      0,
      ...sizes.filter(({ chunk }) => chunk === name).map((it) => it.bytes),
    ),
  );
  return sum([...common.map((it) => it.bytes), ...longest]);
}

function gzippedBytes(file: string): number {
  return gzipSync(readFileSync(file), { level: 9 }).length;
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
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
  const all = (allScriptBytes('index.html') / 1_000).toFixed(1);
  console.log(
    `client: the meeting page has ${all} kB of JavaScript in all, gzipped`,
  );
}
