/** A place in JSON data, from the root to it. */
export type Path = readonly (string | number)[];

/** One thing to do wrong to valid data. */
export interface Mutation {
  path: Path;
  /** What is done at the path, in words. */
  what: string;
  /** What is there. */
  before: unknown;
  /** What comes in its place; undefined drops it. */
  after: unknown;
}

/** What is put in place of every node, by name. */
export const REPLACEMENTS: Readonly<Record<string, unknown>> = {
  null: null,
  true: true,
  false: false,
  zero: 0,
  one: 1,
  minus_one: -1,
  fraction: 1.5,
  two_to_the_31: 2 ** 31,
  two_to_the_32: 2 ** 32,
  two_to_the_64: 2 ** 64,
  too_big: Infinity,
  empty_string: '',
  word: 'wrong',
  number_as_string: '1',
  NaN_as_string: 'NaN',
  control_characters: 'a\u0000\n\u0085\u2028b',
  half_a_pair: '\ud800',
  long_string: 'x'.repeat(10_000),
  prototype_name: '__proto__',
  empty_array: [],
  array: [1, 'two', null],
  empty_object: {},
  object: { wrong: [] },
  polluted: JSON.parse('{"__proto__":{"wrong":1},"constructor":1}') as unknown,
};

/**
 * Every way of breaking one node of an example: each leaf and each inner node,
 * the root included, replaced by a value of every kind, and each field dropped.
 */
export function* mutationsOf(example: unknown): Generator<Mutation> {
  for (const { path, value: before } of nodesOf(example)) {
    for (const [what, after] of Object.entries(REPLACEMENTS)) {
      yield { path, what, before, after };
    }
    if (path.length > 0) {
      yield { path, what: 'dropped', before, after: undefined };
    }
  }
}

/** Every node of JSON data with its path, the root first. */
export function* nodesOf(
  value: unknown,
  path: Path = [],
): Generator<{ path: Path; value: unknown }> {
  yield { path, value };
  if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      const step = Array.isArray(value) ? Number(key) : key;
      yield* nodesOf(child, [...path, step]);
    }
  }
}

/** A copy with another value at a path; undefined drops what is there. */
export function replaced(
  value: unknown,
  [step, ...rest]: Path,
  after: unknown,
): unknown {
  if (step === undefined) {
    return after;
  }
  if (Array.isArray(value)) {
    return rest.length === 0 && after === undefined
      ? value.toSpliced(Number(step), 1)
      : value.with(Number(step), replaced(value[Number(step)], rest, after));
  }
  const { [step]: child, ...others } = value as Record<string, unknown>;
  return rest.length === 0 && after === undefined
    ? others
    : { ...others, [step]: replaced(child, rest, after) };
}

/** The kind of a JSON value, as somebody would say it. */
export function kindOf(value: unknown): string {
  if (value === null) {
    return 'null';
  }
  return Array.isArray(value) ? 'array' : typeof value;
}
