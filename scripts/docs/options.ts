import { ENVIRONMENT } from '../../lib/config/load.ts';
import { configSchema } from '../../lib/config/schema.ts';
import { limitsOf } from './fields.ts';
import { toJsonSchema } from './jsonSchema.ts';
import type { JsonSchema } from './jsonSchema.ts';
import { table } from './markdown.ts';

/** Defaults that differ between machines, in words. */
const DEFAULTS_IN_WORDS = new Map([['workers.count', 'one a CPU core']]);

/** One option of the config. */
interface Option {
  /** `rtc.port`, say. */
  path: string;
  /** The environment variable that overrides it. */
  variable: string | undefined;
  schema: JsonSchema;
}

const variables = new Map(
  Object.entries(ENVIRONMENT).map(([variable, path]) => [
    path.join('.'),
    variable,
  ]),
);

/** A table of all options, or of those of one section. */
export function optionsSection(section?: string): string {
  return table(
    ['Option', 'Default', 'Environment', 'Meaning'],
    optionsOf(toJsonSchema(configSchema))
      .filter(({ path }) => !section || path.startsWith(`${section}.`))
      .map(({ path, variable, schema }) => [
        `\`${path}\``,
        DEFAULTS_IN_WORDS.get(path) ?? defaultInMarkdown(schema),
        variable === undefined ? '' : `\`${variable}\``,
        [schema.description, valuesOf(schema)].filter(Boolean).join(' '),
      ]),
  );
}

/** The source of config.example.ts. */
export function configExample(): string {
  return [
    '// Every option with its default. Copy this file to config.ts and keep what',
    '// you want to change: what is left out, or undefined, has its default.',
    '// Environment variables win over the file.',
    '//',
    '// Written by "npm run docs" from the options.ts of each module.',
    "import type { ConfigInput } from './lib/config/schema.ts';",
    '',
    `export default ${objectLiteral(toJsonSchema(configSchema), '', '')} satisfies ConfigInput;`,
  ].join('\n');
}

function optionsOf(schema: JsonSchema, prefix = ''): Option[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const path = prefix + name;
    return child.properties === undefined
      ? [{ path, variable: variables.get(path), schema: child }]
      : optionsOf(child, `${path}.`);
  });
}

function objectLiteral(
  schema: JsonSchema,
  prefix: string,
  indent: string,
): string {
  const inner = `${indent}  `;
  const entries = Object.entries(schema.properties ?? {}).map(
    ([name, child]) => {
      const path = prefix + name;
      const isSection = child.properties !== undefined;
      const comment = [
        child.description ?? '',
        isSection ? '' : optionComment(path, child),
      ];
      const value = isSection
        ? objectLiteral(child, `${path}.`, inner)
        : defaultInSource(path, child);
      return `${comment.map((text) => commentLines(text, inner)).join('')}${inner}${name}: ${value},`;
    },
  );
  return `{\n${entries.join('\n\n')}\n${indent}}`;
}

/** The values that an option takes, in words. */
function optionComment(path: string, schema: JsonSchema): string {
  const inWords = DEFAULTS_IN_WORDS.get(path);
  const variable = variables.get(path);
  return [
    valuesOf(schema),
    inWords && `Default: ${inWords}.`,
    // Some descriptions name it themselves.
    variable && !schema.description?.includes(variable)
      ? `Environment: ${variable}.`
      : undefined,
  ]
    .filter(Boolean)
    .join(' ');
}

function valuesOf(schema: JsonSchema): string {
  const choices = schema.enum?.map((choice) => JSON.stringify(choice));
  const values = choices?.join(', ') ?? limitsOf(schema);
  return values && `Values: ${values}.`;
}

function defaultInMarkdown(schema: JsonSchema): string {
  return schema.default === undefined
    ? 'none'
    : `\`${JSON.stringify(schema.default)}\``;
}

function defaultInSource(path: string, schema: JsonSchema): string {
  if (schema.default === undefined || DEFAULTS_IN_WORDS.has(path)) {
    return 'undefined';
  }
  return typeof schema.default === 'number'
    ? grouped(schema.default)
    : JSON.stringify(schema.default);
}

/** Long numbers as the sources have them, 40_000. */
function grouped(value: number): string {
  return value < 10_000
    ? String(value)
    : value.toLocaleString('en-US').replaceAll(',', '_');
}

/** A comment of whole words in lines of 80 columns; none for no text. */
function commentLines(text: string, indent: string): string {
  if (text === '') {
    return '';
  }
  const lines: string[] = [];
  let line = `${indent}//`;
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > 80) {
      lines.push(line);
      line = `${indent}//`;
    }
    line += ` ${word}`;
  }
  return [...lines, line, ''].join('\n');
}
