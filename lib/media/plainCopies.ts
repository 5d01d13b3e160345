import { createRequire } from 'node:module';
import path from 'node:path';

/** The functions of mediasoup that its other modules call by name. */
interface Utils {
  clone: (value: unknown) => unknown;
}

/**
 * Has mediasoup copy parameters and capabilities with a function for plain data. It
 * uses `structuredClone`, which serialises a value and parses it again: several times
 * for each consumer, at a third of the time of a join.
 *
 * @throws {Error} If this version of mediasoup copies in another way.
 */
export function copyPlainly(): void {
  const require = createRequire(import.meta.url);
  const folder = path.dirname(require.resolve('mediasoup'));
  const utils = require(path.join(folder, 'utils.js')) as Partial<Utils>;
  if (utils.clone === undefined) {
    throw new Error('mediasoup/utils: expected a function clone, got none');
  }
  utils.clone = plainCopy;
}

/** A deep copy of a value that consists of arrays and plain objects. */
export function plainCopy<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map(plainCopy) as Value;
  }
  const copy = { ...value };
  for (const key in copy) {
    const part = copy[key];
    if (typeof part === 'object' && part !== null) {
      copy[key] = plainCopy(part);
    }
  }
  return copy;
}
