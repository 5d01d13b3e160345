import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { Random } from '../fixtures/Random.ts';
import { Coverage } from './Coverage.ts';
import { mutate } from './mutate.ts';
import type { Target } from './targets.ts';

/** An input for which a target does not hold. */
export class Found extends Error {
  readonly input: string;

  constructor(name: string, input: string, cause: unknown) {
    const quoted = JSON.stringify(input);
    super(
      `${name} does not hold: ${String(cause)}\nreplay: npm run fuzz -- ${name} --input '${quoted.replaceAll("'", String.raw`\u0027`)}'`,
      { cause },
    );
    this.input = input;
  }
}

/** A look at the coverage takes about as long as so many inputs. */
const BATCH = 64;

/**
 * Tries a target with inputs that differ a little from those known to take
 * different branches, and learns those that take new ones.
 */
export class Fuzzer {
  readonly #name: string;
  readonly #target: Target;
  readonly #corpus: string[];
  /** Inputs that were tried. */
  tried = 0;
  /** Inputs that took new branches, the corpus included. */
  readonly useful: string[] = [];

  constructor(name: string, target: Target) {
    this.#name = name;
    this.#target = target;
    this.#corpus = readCorpus(name);
  }

  /**
   * Tries the corpus, the shortest first, and then mutations of it.
   *
   * @throws {Found} The first input for which the target does not hold.
   */
  async run(seed: number, seconds: number): Promise<void> {
    const random = new Random(seed);
    using coverage = new Coverage();
    for (const input of this.#corpus.toSorted((a, b) => a.length - b.length)) {
      await this.#learn(input, coverage);
    }
    const end = performance.now() + seconds * 1_000;
    while (performance.now() < end) {
      const batch = Array.from({ length: BATCH }, () =>
        mutate(this.useful, random),
      );
      for (const input of batch) {
        await this.#hold(input);
      }
      if (coverage.isNew()) {
        for (const input of batch) {
          await this.#learn(input, coverage);
        }
      }
    }
  }

  /** Keeps in the repository what was useful and is short. */
  save(): void {
    const kept = [...new Set([...this.#corpus, ...this.useful])]
      .filter((input) => input.length <= MAX_KEPT_LENGTH)
      .slice(0, MAX_KEPT);
    writeFileSync(fileOf(this.#name), `${JSON.stringify(kept, null, 2)}\n`);
  }

  async #learn(input: string, coverage: Coverage): Promise<void> {
    await this.#hold(input);
    if (coverage.learn()) {
      this.useful.push(input);
    }
  }

  async #hold(input: string): Promise<void> {
    this.tried += 1;
    try {
      await this.#target(input);
    } catch (cause) {
      throw new Found(this.#name, input, cause);
    }
  }
}

const MAX_KEPT = 150;
const MAX_KEPT_LENGTH = 600;

function fileOf(name: string): string {
  return path.join(import.meta.dirname, 'corpus', `${name}.json`);
}

/** Inputs that once took new branches, or with which to begin. */
function readCorpus(name: string): string[] {
  return JSON.parse(readFileSync(fileOf(name), 'utf8')) as string[];
}
