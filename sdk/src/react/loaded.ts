import type * as ReactPackage from 'react';

import type * as Parts from './index.ts';

/** The parts, and what makes elements of them. */
export type Loaded = {
  createElement: typeof ReactPackage.createElement;
  parts: typeof Parts;
};

let loaded: Loaded | undefined;

/** The parts, if they are there: they came by their own entry, or were loaded. */
export function loadedParts(): Loaded | undefined {
  return loaded;
}

/** Takes the parts, and the React that they are bound to. */
export function provide(
  { createElement }: Pick<typeof ReactPackage, 'createElement'>,
  parts: typeof Parts,
): void {
  loaded = { createElement, parts };
}
