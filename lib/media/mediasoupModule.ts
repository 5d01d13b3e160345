import { createRequire } from 'node:module';
import path from 'node:path';

/** The exports of a module of mediasoup, which its other modules read at each call. */
type Exports = Record<string, unknown>;

/**
 * Replaces a function that the modules of mediasoup call by the name of its export.
 *
 * @param file - The module.
 * @param replacement - Makes the function that takes its place.
 * @throws {Error} If this version of mediasoup has no such function.
 */
export function replaceInMediasoup<
  Function extends (argument: never) => unknown,
>(
  file: string,
  name: string,
  replacement: (original: Function) => Function,
): void {
  const require = createRequire(import.meta.url);
  const folder = path.dirname(require.resolve('mediasoup'));
  const exported = require(path.join(folder, file)) as Exports;
  const original = exported[name];
  if (typeof original !== 'function') {
    throw new Error(`mediasoup/${file}: expected a function ${name}, got none`);
  }
  exported[name] = replacement(original as Function);
}
