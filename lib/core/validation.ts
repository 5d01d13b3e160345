import { inspect } from 'node:util';

import { z } from 'zod';

import { cleanName, isSeen, isSeenWhole, visible } from './text.ts';

/**
 * An id that a client chooses: of a room, a peer or a user. Ids that look the
 * same are the same, so composed and decomposed letters are one (NFC).
 */
export const idSchema = z
  .string()
  .normalize('NFC')
  .min(1)
  .max(128)
  .refine(isSeenWhole, {
    message: 'expected no spaces and no invisible or control characters',
  })
  .meta({
    id: 'Id',
    description:
      '1 to 128 characters, no spaces and no invisible ones; compared in Unicode normalization form C.',
  });

const NO_CONTROL_CHARACTERS = /^[^\p{Cc}]*$/u;

/**
 * Text that is shown to others, or that their browsers write into the SDP: a
 * line end there would let a client say things in the name of the server.
 */
export function plainText(maxLength: number) {
  return z.string().max(maxLength).regex(NO_CONTROL_CHARACTERS, {
    message: 'expected no control characters',
  });
}

/** The longest name of a person. */
export const MAX_NAME_LENGTH = 128;

/**
 * The name of a person or a thing, without what cannot be seen; shown as text,
 * never as markup.
 */
export function nameSchema(maxLength: number) {
  return z
    .string()
    .overwrite(cleanName)
    .max(maxLength)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, {
      message: 'expected no control characters',
    })
    .refine(isSeen, { message: 'expected a visible character' });
}

/** The name of a person. */
export const displayNameSchema = nameSchema(MAX_NAME_LENGTH);

/** A password, which only costs time to hash if it is longer. */
export const passwordSchema = z
  .string()
  .max(1_024)
  .refine((text) => text.isWellFormed(), {
    message: 'expected no halves of characters',
  });

/** Tells if a value is a text that {@link plainText} accepts. */
export function isPlainText(value: unknown, maxLength: number): boolean {
  return (
    typeof value === 'string' &&
    value.length <= maxLength &&
    NO_CONTROL_CHARACTERS.test(value)
  );
}

const MAX_SHOWN_LENGTH = 60;

/** Most problems that are put into words: an answer must not be longer than its request. */
const MAX_PROBLEMS = 5;

/** More problems of one input are not reported to any client. */
const MAX_ISSUES = 50;

/** The message of zod where a schema has none. */
const NO_MESSAGE = 'Invalid input';

/** Fields whose values are never shown, not even when they are wrong. */
const NEVER_SHOWN: ReadonlySet<PropertyKey> = new Set([
  'secret',
  'credential',
  // A secret may be there by mistake.
  'hash',
  // A private key may be there by mistake.
  'publicKey',
]);

/** An input as its schema reads it, or its problems in words. */
export type Checked<Data> =
  | { ok: true; data: Data }
  | {
      ok: false;
      /** The first problems in words. */
      problem: string;
      /** The first problems as zod found them, for callers that need the fields. */
      readonly issues: readonly z.core.$ZodIssue[];
    };

/**
 * Checks an input of a client against a schema. Only the first problems are put
 * into words: zod's own `safeParse` writes a message for each, and thousands fit
 * into one request.
 *
 * @param root - The name that paths start with; empty for none.
 */
export function check<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  root: string,
): Checked<z.output<Schema>> {
  const context = { async: false };
  // zod's name for what its core offers to libraries that build upon it.
  // oxlint-disable-next-line eslint/no-underscore-dangle
  const result = schema._zod.run({ value: input, issues: [] }, context);
  if (result instanceof Promise) {
    throw new TypeError(`${root}: expected a schema that does not wait`);
  }
  const { issues } = result;
  if (issues.length === 0) {
    return { ok: true, data: result.value as z.output<Schema> };
  }
  const first = (most: number): z.core.$ZodIssue[] =>
    issues
      .slice(0, most)
      .map((issue) => z.core.util.finalizeIssue(issue, context, z.config()));
  const shown = { issues: first(MAX_PROBLEMS) };
  const problems = explain(shown, input, root).join('; ');
  const more = issues.length - MAX_PROBLEMS;
  return {
    ok: false,
    problem: more > 0 ? `${problems}; and ${more} more` : problems,
    get issues() {
      return first(MAX_ISSUES);
    },
  };
}

/**
 * Describes the problems of an input, one sentence per issue:
 * `data.kind: expected "audio" or "video", got "vid"`.
 *
 * @param root - The name that paths start with; empty for none.
 */
export function explain(
  error: Pick<z.ZodError, 'issues'>,
  input: unknown,
  root: string,
): string[] {
  return error.issues.flatMap((issue) => explainIssue(issue, input, root));
}

function explainIssue(
  issue: z.core.$ZodIssue,
  input: unknown,
  root: string,
): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (key) => `${pathOf(root, [...issue.path, key])}: there is no such option`,
    );
  }
  const inside = insideUnion(issue);
  if (inside !== undefined) {
    return explain({ issues: inside }, input, root);
  }
  const got = issue.path.some((part) => NEVER_SHOWN.has(part))
    ? 'one that is not shown here'
    : show(valueAt(input, issue.path));
  return [`${pathOf(root, issue.path)}: ${expectation(issue)}, got ${got}`];
}

/**
 * The problems in the option of a union that the value was meant for: the first
 * whose type it has. None for a union with a message of its own.
 */
function insideUnion(issue: z.core.$ZodIssue): z.core.$ZodIssue[] | undefined {
  return issue.code === 'invalid_union' && issue.message === NO_MESSAGE
    ? issue.errors
        .find(
          (problems) =>
            problems.length > 0 &&
            problems.every(({ path }) => path.length > 0),
        )
        ?.map((problem) => ({
          ...problem,
          path: [...issue.path, ...problem.path],
        }))
    : undefined;
}

function pathOf(root: string, path: readonly PropertyKey[]): string {
  return (
    [root, ...path.map((part) => cut(String(part)))]
      .filter((part) => part !== '')
      .join('.') || 'input'
  );
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${TYPE_NAMES[issue.expected] ?? issue.expected}`;
    case 'invalid_key':
      return `its name: ${issue.issues.map(expectation).join(', ')}`;
    case 'invalid_format':
      return issue.format === 'url' ? 'expected a URL' : issue.message;
    case 'invalid_value':
      return `expected ${oneOf(issue.values)}`;
    case 'invalid_union':
      if ('options' in issue && issue.options !== undefined) {
        return `expected ${oneOf(issue.options)}`;
      }
      return issue.message === NO_MESSAGE ? anyOf(issue.errors) : issue.message;
    case 'too_small':
      return `expected ${bound(issue.origin)} at least ${issue.minimum}`;
    case 'too_big':
      return `expected ${bound(issue.origin)} at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}

/** The expectations of all options of a union. */
function anyOf(options: readonly (readonly z.core.$ZodIssue[])[]): string {
  const each = options
    .flatMap((problems) => problems.slice(0, 1))
    .map((problem) => expectation(problem).replace(/^expected /, ''));
  return `expected ${each.join(' or ')}`;
}

function oneOf(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join(' or ');
}

/** Types whose names in zod are not what JSON calls them. */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  int: 'integer',
  record: 'object',
};

/** The quantity that a bound of this kind of value limits. */
function bound(origin: string): string {
  switch (origin) {
    case 'string':
      return 'a length of';
    case 'array':
    case 'set':
    case 'map':
    case 'record':
      return 'a size of';
    default:
      return 'a value of';
  }
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) {
      return undefined;
    }
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function show(value: unknown): string {
  if (value === undefined) {
    return 'nothing';
  }
  if (Array.isArray(value)) {
    return `a list of ${value.length}`;
  }
  if (typeof value === 'object' && value !== null) {
    return 'an object';
  }
  const text =
    typeof value === 'string'
      ? JSON.stringify(value.slice(0, MAX_SHOWN_LENGTH + 1))
      : inspect(value);
  return visible(cut(text));
}

function cut(text: string): string {
  return text.length > MAX_SHOWN_LENGTH
    ? `${text.slice(0, MAX_SHOWN_LENGTH)}…`
    : text;
}
