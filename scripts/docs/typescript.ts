import type { z } from 'zod';

import { limitsOf } from './fields.ts';
import { namedShapes } from './jsonSchema.ts';
import type { JsonSchema } from './jsonSchema.ts';

/** The widest line of a comment, and the indentation of a member. */
const WIDTH = 80;
const INDENT = 2;

/** A member of an interface or of an object type, below its comment. */
export interface Member {
  name: string;
  comment: string;
  type: string;
  optional?: boolean;
}

/**
 * The type of the values that fit a schema, in TypeScript.
 *
 * @throws {Error} When the schema is of a kind that no contract had before.
 */
export function typeScriptOf(schema: JsonSchema): string {
  const { $ref, type, items, properties, additionalProperties } = schema;
  const choices = schema.oneOf ?? schema.anyOf;
  if ($ref !== undefined) {
    return $ref.slice($ref.lastIndexOf('/') + 1);
  }
  if ('const' in schema) {
    return JSON.stringify(schema.const);
  }
  if (schema.enum !== undefined) {
    return schema.enum.map((choice) => JSON.stringify(choice)).join(' | ');
  }
  if (choices !== undefined) {
    return choices.map(typeScriptOf).join(' | ');
  }
  if (items !== undefined) {
    return `(${typeScriptOf(items)})[]`;
  }
  if (properties !== undefined) {
    return objectType(schema);
  }
  if (typeof additionalProperties === 'object') {
    return `Record<string, ${typeScriptOf(additionalProperties)}>`;
  }
  return type === undefined
    ? anyOf(schema)
    : [type].flat().map(primitive).join(' | ');
}

/** The members of an object, each with what its schema says of it. */
function membersOf(schema: JsonSchema): Member[] {
  return Object.entries(schema.properties ?? {}).map(([name, child]) => ({
    name,
    comment: commentOf(child),
    type: typeScriptOf(child),
    optional: !schema.required?.includes(name),
  }));
}

/** The description and the bounds of a value; empty where there are none. */
function commentOf(schema: JsonSchema): string {
  const limits = schema.$ref === undefined ? limitsOf(schema) : '';
  const sentence = limits && `${limits[0]?.toUpperCase()}${limits.slice(1)}.`;
  return [schema.description, sentence].filter(Boolean).join(' ');
}

/** The types of the shapes with a name that schemas refer to, each once. */
export function namedTypes(schemas: readonly z.ZodType[]): string[] {
  return namedShapes(schemas).map(([id, shape]) => {
    const comment = shape.description ?? commentOf(shape);
    // Not an interface, which could not be passed where any record may be.
    return `${docComment(comment)}export type ${id} = ${typeScriptOf(shape)};`;
  });
}

/** Members between braces, which prettier lays out. */
export function braces(members: readonly Member[], more = ''): string {
  const lines = members.map(({ name, comment, type, optional }) => {
    const mark = optional ? '?' : '';
    // Under exactOptionalPropertyTypes, undefined has to be said.
    const of = optional && type !== 'unknown' ? `${type} | undefined` : type;
    return `${docComment(comment, INDENT)}${nameOf(name)}${mark}: ${of};`;
  });
  return `{\n${[...lines, more].filter(Boolean).join('\n')}\n}`;
}

/** A doc comment in lines of 80 columns; none for no text. */
export function docComment(text: string, indent = 0): string {
  if (text === '') {
    return '';
  }
  const safe = text.replaceAll('*/', '* /');
  if (indent + safe.length + '/**  */'.length <= WIDTH) {
    return `/** ${safe} */\n`;
  }
  const lines: string[] = [];
  let line = '';
  for (const word of safe.split(/\s+/)) {
    if (line && indent + ' * '.length + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = '';
    }
    line = line ? `${line} ${word}` : word;
  }
  return ['/**', ...[...lines, line].map((it) => ` * ${it}`), ' */\n'].join(
    '\n',
  );
}

function nameOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function objectType(schema: JsonSchema): string {
  const members = membersOf(schema);
  const { additionalProperties } = schema;
  const more =
    typeof additionalProperties === 'object' || additionalProperties === true
      ? '[field: string]: unknown;'
      : '';
  return members.length === 0 && more === ''
    ? 'Record<string, never>'
    : braces(members, more);
}

function primitive(type: string): string {
  switch (type) {
    case 'integer':
      return 'number';
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
      return type;
    default:
      throw new Error(`a schema: expected a type of JSON, got "${type}"`);
  }
}

/** Any JSON, which a schema without a constraint accepts. */
function anyOf(schema: JsonSchema): string {
  const constraints = Object.keys(schema).filter(
    (key) => !['description', 'rules', '$schema', '$defs'].includes(key),
  );
  if (constraints.length > 0) {
    throw new Error(
      `a schema: expected a form that has a type in TypeScript, got ${constraints.join(', ')}`,
    );
  }
  return 'unknown';
}
