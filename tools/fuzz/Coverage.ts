import { Session } from 'node:inspector';
import type { Profiler } from 'node:inspector';
import { pathToFileURL } from 'node:url';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';

/** The sources whose branches count. */
const MEASURED = [
  pathToFileURL(`${PROJECT_ROOT}/lib/`).href,
  pathToFileURL(`${PROJECT_ROOT}/node_modules/zod/`).href,
];

/** A part of a source, from one offset up to another. */
type Part = readonly [start: number, end: number];

/** The code that was run, by V8's own counters. */
export class Coverage implements Disposable {
  readonly #session = new Session();
  /** The parts that were never run, of each function that was. */
  readonly #missed = new Map<string, readonly Part[]>();

  constructor() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', {
      callCount: true,
      detailed: true,
    });
  }

  /**
   * Tells whether code has run since the last look that had never run before.
   */
  isNew(): boolean {
    return this.#look().size > 0;
  }

  /** As {@link isNew}, and takes that code for known from now on. */
  learn(): boolean {
    const found = this.#look();
    for (const [name, missed] of found) {
      this.#missed.set(name, missed);
    }
    return found.size > 0;
  }

  [Symbol.dispose](): void {
    this.#session.post('Profiler.stopPreciseCoverage');
    this.#session.disconnect();
  }

  /** The functions in which something new was run, and what is still missed. */
  #look(): Map<string, readonly Part[]> {
    const found = new Map<string, readonly Part[]>();
    for (const { scriptId, url, functions } of this.#take()) {
      if (!MEASURED.some((start) => url.startsWith(start))) {
        continue;
      }
      for (const { ranges } of functions) {
        const [whole] = ranges;
        if (whole !== undefined && whole.count > 0) {
          const name = `${scriptId}:${whole.startOffset}:${whole.endOffset}`;
          const missed = ranges
            .filter(({ count }) => count === 0)
            .map(({ startOffset, endOffset }): Part => [
              startOffset,
              endOffset,
            ]);
          const known = this.#missed.get(name);
          const left = known === undefined ? missed : common(known, missed);
          if (known === undefined || length(left) < length(known)) {
            found.set(name, left);
          }
        }
      }
    }
    return found;
  }

  /** The answer comes at once, because the session is with this very thread. */
  #take(): Profiler.ScriptCoverage[] {
    let scripts: Profiler.ScriptCoverage[] | undefined;
    this.#session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      scripts = error === null ? result : undefined;
    });
    if (scripts === undefined) {
      throw new Error('V8 does not say what was run');
    }
    return scripts;
  }
}

/** The intersection of both lists. */
function common(some: readonly Part[], others: readonly Part[]): Part[] {
  return some.flatMap(([from, to]) =>
    others
      .map(([start, end]): Part => [Math.max(from, start), Math.min(to, end)])
      .filter(([start, end]) => start < end),
  );
}

function length(parts: readonly Part[]): number {
  return parts.reduce((sum, [start, end]) => sum + end - start, 0);
}
