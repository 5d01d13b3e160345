import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';

const STATEMENT =
  /^(import|export)\b([^'";]*?)\bfrom\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]/gm;

/** One import of a source file. */
export interface Import {
  file: string;
  /** Erased before the code runs. */
  isType: boolean;
  /** The imported file by its path from the project's root, or a package. */
  target: string;
}

/** The imports in a source, in all their forms. */
export function importsIn(file: string, source: string): Import[] {
  return Array.from(
    source.matchAll(STATEMENT),
    ([, keyword, clause = '', ...names]) => {
      const name = names.find((it) => it !== undefined) ?? '';
      return {
        file,
        isType: keyword !== undefined && clause.trimStart().startsWith('type '),
        target: name.startsWith('.')
          ? path.posix.join(path.posix.dirname(file), name)
          : name,
      };
    },
  );
}

/** The source files that fit patterns, by their paths from the project's root. */
export function sourcesIn(...patterns: string[]): string[] {
  return globSync(patterns, { cwd: PROJECT_ROOT })
    .map((file) => file.replaceAll(path.sep, '/'))
    .toSorted();
}

/** All imports of the source files that fit patterns. */
export function importsOf(...patterns: string[]): Import[] {
  return sourcesIn(...patterns).flatMap((file) =>
    importsIn(file, readFileSync(path.join(PROJECT_ROOT, file), 'utf8')),
  );
}
