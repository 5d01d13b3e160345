import { writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Files and folders that take longest, the longest first. They begin before all
 * others, so that none of them is left to run alone at the end.
 */
const LONGEST = [
  'gateways/protoo',
  'gateways/calls',
  'gateways/hostile',
  'gateways',
  'process/services.test.ts',
  'process/service.test.ts',
  'process',
  'rooms',
  'media',
].map((name) => join('tests', name));

/** Folders whose files share a process with no others. */
const OWN: ReadonlySet<string> = new Set(
  ['gateways/hostile', 'gateways/protoo'].map((name) => join('tests', name)),
);

/** Separates the folders in the name of a batch. */
const BETWEEN_FOLDERS = ', ';

/** The fewest files that a process runs where folders share one. */
const SHARING = 36;

/** Test files that run in one process. */
export interface Batch {
  /** The file, or the folders of several. */
  readonly name: string;
  /** The file that the process runs, by its absolute path. */
  readonly entry: string;
  /** The test files. */
  readonly files: readonly string[];
}

/** Gives each file a process of its own. */
export function ownBatches(files: readonly string[]): Batch[] {
  return files.map((file) => ({
    name: file,
    entry: resolve(file),
    files: [file],
  }));
}

/**
 * Lets the files of a folder share a process, and small folders as well.
 *
 * @param temporary - A folder for files that run several.
 */
export function sharedBatches(
  files: readonly string[],
  temporary: string,
): Batch[] {
  const folders = Map.groupBy(files, (file) => dirname(file));
  const batches: Batch[] = [];
  let names: string[] = [];
  let waiting: string[] = [];
  const begin = (name: string, together: readonly string[]): void => {
    if (together.length === 1) {
      batches.push(...ownBatches(together));
      return;
    }
    const entry = join(temporary, `${batches.length}.test.mjs`);
    writeEntry(entry, together);
    batches.push({ name, entry, files: together });
  };
  for (const [folder, inside] of folders) {
    if (OWN.has(folder)) {
      begin(folder, inside);
      continue;
    }
    names.push(folder);
    waiting.push(...inside);
    if (waiting.length >= SHARING) {
      begin(names.join(BETWEEN_FOLDERS), waiting);
      names = [];
      waiting = [];
    }
  }
  if (waiting.length > 0) {
    begin(names.join(BETWEEN_FOLDERS), waiting);
  }
  return batches;
}

/** Writes a file that runs several, none of which awaits anything at its top. */
function writeEntry(entry: string, files: readonly string[]): void {
  const urls = files.map((file) => pathToFileURL(resolve(file)).href);
  writeFileSync(entry, urls.map((url) => `import '${url}';\n`).join(''));
}

/** Sorts batches in the order in which they begin. */
export function inTurn(batches: readonly Batch[]): Batch[] {
  return batches.toSorted(
    (one, other) => turnOf(one.name) - turnOf(other.name),
  );
}

/** The place of a batch in the order in which they begin. */
function turnOf(name: string): number {
  const places = name
    .split(BETWEEN_FOLDERS)
    .map((part) =>
      LONGEST.findIndex(
        (long) => part === long || part.startsWith(join(long, sep)),
      ),
    );
  return Math.min(
    ...places.map((place) => (place === -1 ? LONGEST.length : place)),
  );
}
