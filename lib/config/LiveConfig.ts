import { isDeepStrictEqual } from 'node:util';

import type { Config } from './load.ts';

/** What may change while the server runs: whole sections, or some options. */
const CHANGEABLE: {
  readonly [Section in keyof Config]?:
    'all' | readonly (keyof Config[Section])[];
} = {
  access: 'all',
  auth: ['keys', 'enforceExpiry'],
  ice: 'all',
  log: 'all',
  limits: 'all',
  rooms: 'all',
  shutdown: 'all',
};

/**
 * A configuration that can be replaced under those who use it. They keep
 * {@link view} and read what they need when they need it.
 */
export class LiveConfig {
  /** Always shows what counts now. */
  readonly view: Config;
  #current: Config;

  constructor(config: Config) {
    this.#current = config;
    const sections = Object.keys(config) as (keyof Config)[];
    this.view = Object.defineProperties(
      {},
      Object.fromEntries(
        sections.map((section) => [
          section,
          { enumerable: true, get: () => this.#current[section] },
        ]),
      ),
    ) as Config;
  }

  /**
   * Takes over what may change.
   *
   * @returns The sections in which something else differs, too, and waits for
   *   a restart.
   */
  update(next: Config): string[] {
    const sections = Object.keys(next) as (keyof Config)[];
    this.#current = Object.freeze(
      Object.fromEntries(
        sections.map((section) => [
          section,
          merged(this.#current[section], next[section], CHANGEABLE[section]),
        ]),
      ),
    ) as Config;
    return sections.filter(
      (section) => !isDeepStrictEqual(this.#current[section], next[section]),
    );
  }
}

function merged(
  current: Config[keyof Config],
  next: Config[keyof Config],
  changeable: 'all' | readonly string[] = [],
): unknown {
  if (changeable === 'all') {
    return next;
  }
  const options = Object.entries(next as object).filter(([option]) =>
    changeable.includes(option),
  );
  return options.length === 0
    ? current
    : Object.freeze({
        ...(current as object),
        ...Object.fromEntries(options),
      });
}
