import type { Random } from '../fixtures/Random.ts';
import { toJson } from '../fixtures/json.ts';
import { nodesOf, replaced, REPLACEMENTS } from '../fixtures/mutations.ts';

/** Longer inputs are cut, so that they are tried often rather than big. */
const MAX_LENGTH = 20_000;

/** Pieces that parsers care about. */
const PIECES = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  ';',
  '=',
  '.',
  '-',
  ' ',
  '\t',
  '\r\n',
  '\0',
  '\u2028',
  '\ud800',
  '\udfff',
  '😀',
  'é',
  'ı',
  '\u202e',
  'null',
  'true',
  '1e999',
  '-0',
  '__proto__',
  'constructor',
  '%s',
  '%00',
  '::1',
  '127.0.0.1',
  '::ffff:1.2.3.4',
  '[::1]:443',
  '0x7f.1',
  '999',
];

/** An input that differs a little from one of those that are given. */
export function mutate(corpus: readonly string[], random: Random): string {
  let text = pick(corpus, random);
  for (let steps = random.below(4); steps >= 0; steps -= 1) {
    const json = random.below(4) === 0 ? undefined : parse(text);
    text =
      json === undefined
        ? mutateText(text, corpus, random)
        : mutateJson(json, corpus, random);
  }
  return text.slice(0, MAX_LENGTH);
}

function mutateText(
  text: string,
  corpus: readonly string[],
  random: Random,
): string {
  const at = random.below(text.length + 1);
  const length = random.below(Math.min(text.length - at, 16) + 1);
  const [start, cut, end] = [
    text.slice(0, at),
    text.slice(at, at + length),
    text.slice(at + length),
  ];
  switch (random.below(6)) {
    case 0:
      return start + end;
    case 1:
      return start + cut.repeat(1 + random.below(64)) + end;
    case 2:
      return start + pick(PIECES, random) + end;
    case 3:
      return start + String.fromCodePoint(random.below(0x300)) + end;
    case 4:
      return start + cut + pick(PIECES, random).repeat(random.below(300)) + end;
    default: {
      const other = pick(corpus, random);
      return start + other.slice(random.below(other.length + 1));
    }
  }
}

function mutateJson(
  json: unknown,
  corpus: readonly string[],
  random: Random,
): string {
  const nodes = Array.from(nodesOf(json));
  const { path, value } = pick(nodes, random);
  switch (random.below(5)) {
    case 0:
      return toJson(replaced(json, path, undefined) ?? null);
    case 1: {
      const replacements = Object.values(REPLACEMENTS);
      return toJson(replaced(json, path, pick(replacements, random)));
    }
    case 2: {
      const other = parse(pick(corpus, random)) ?? null;
      const { value: grafted } = pick(Array.from(nodesOf(other)), random);
      return toJson(replaced(json, path, grafted));
    }
    case 3: {
      const copies = Array.from({ length: random.below(140) }, () => value);
      return toJson(replaced(json, path, copies)).slice(0, MAX_LENGTH);
    }
    default: {
      const changed =
        typeof value === 'string'
          ? mutateText(value, corpus, random)
          : { [pick(PIECES, random)]: value };
      return toJson(replaced(json, path, changed));
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function pick<T>(list: readonly T[], random: Random): T {
  const picked = list[random.below(list.length)];
  if (picked === undefined) {
    throw new RangeError('there is nothing to pick from');
  }
  return picked;
}
