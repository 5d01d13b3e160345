import type { JsonSchema } from './jsonSchema.ts';

/** An enumeration longer than this has a list of its own below its table. */
const MAX_INLINE_CHOICES = 6;

/** One row of a table of fields. */
export interface Field {
  /** `codecs[].mimeType` for a field of an object in a list. */
  path: string;
  required: boolean;
  schema: JsonSchema;
}

/** The fields of an object, those of nested objects after their parent. */
export function fieldsOf(schema: JsonSchema, prefix = ''): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const path = prefix + name;
    const required = schema.required?.includes(name) ?? false;
    const object = child.anyOf?.find((it) => it.properties) ?? child;
    const nested = child.items
      ? fieldsOf(child.items, `${path}[].`)
      : fieldsOf(object, `${path}.`);
    return [{ path, required, schema: child }, ...nested];
  });
}

/** The choices of a field where they are too many for a table. */
export function longChoices({ schema }: Field): unknown[] {
  const choices = schema.enum ?? [];
  return choices.length > MAX_INLINE_CHOICES ? choices : [];
}

/** The type of a value, in Markdown. */
export function typeOf(schema: JsonSchema): string {
  if (schema.$ref !== undefined) {
    const id = schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
    return `[${id}](#${id.toLowerCase()})`;
  }
  if (schema.items !== undefined) {
    return `${typeOf(schema.items)}[]`;
  }
  if (schema.enum !== undefined && schema.enum.length <= MAX_INLINE_CHOICES) {
    return schema.enum
      .map((choice) => `\`${JSON.stringify(choice)}\``)
      .join(' | ');
  }
  if (schema.const !== undefined) {
    return `\`${JSON.stringify(schema.const)}\``;
  }
  if (schema.anyOf !== undefined) {
    return schema.anyOf.map(typeOf).join(' | ');
  }
  return [schema.type ?? 'any'].flat().join(' | ');
}

/** The purpose and the bounds of a value, in Markdown. */
export function meaningOf(schema: JsonSchema): string {
  const limits = schema.$ref === undefined ? limitsOf(schema) : '';
  return [schema.description, limits && sentence(limits)]
    .filter(Boolean)
    .join(' ');
}

/** The bounds of a value in words; empty where there are none. */
export function limitsOf(schema: JsonSchema): string {
  const of = schema.additionalProperties;
  return [
    range(lengthWorthSaying(schema), schema.maxLength, 'character'),
    range(schema.minItems, schema.maxItems, 'entry', 'entries'),
    range(safe(schema.minimum), safe(schema.maximum)),
    ...(schema.rules ?? patternOf(schema)),
    typeof of === 'object' && of.rules ? `each ${of.rules.join(', ')}` : '',
  ]
    .filter(Boolean)
    .join(', ');
}

/** The pattern of a text; a format says all that its own would. */
function patternOf({ format, pattern }: JsonSchema): string[] {
  return pattern === undefined || format === 'date-time'
    ? []
    : [`\`${pattern}\``];
}

/** That a text is not empty goes without saying where nothing else is said. */
function lengthWorthSaying({
  minLength,
  maxLength,
}: JsonSchema): number | undefined {
  return minLength === 1 && maxLength === undefined ? undefined : minLength;
}

function range(
  least: number | undefined,
  most: number | undefined,
  one?: string,
  many = one && `${one}s`,
): string {
  const unit = (count: number): string =>
    many === undefined ? '' : ` ${count === 1 ? one : many}`;
  if (least !== undefined && most !== undefined) {
    return `${least} to ${most}${unit(most)}`;
  }
  if (least !== undefined) {
    return `at least ${least}${unit(least)}`;
  }
  return most === undefined ? '' : `at most ${most}${unit(most)}`;
}

/** zod bounds every integer by what a double can count, which tells nothing. */
function safe(bound: number | undefined): number | undefined {
  return Number.isSafeInteger(bound) &&
    Math.abs(bound as number) === Number.MAX_SAFE_INTEGER
    ? undefined
    : bound;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
