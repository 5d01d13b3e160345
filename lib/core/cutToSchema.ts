import type { z } from 'zod';

import type { EventSpec } from './contract.ts';
import { formOf } from './formOf.ts';

/** Copies the parts of a value that a schema names. */
type Cut = (value: unknown) => unknown;

/**
 * Makes the function that copies only the parts of a value that a schema names,
 * at every level, so that stray fields are left out. It checks nothing and
 * changes nothing else, at a fraction of the cost of parsing. Objects that are
 * open by their schema (records, loose objects) pass whole. Where a schema has
 * several options, the first counts whose form the value has; a value of none of
 * them is not let through, and the function throws a TypeError.
 *
 * @throws {TypeError} When the schema has a part that cannot be cut.
 */
export function cutToSchema(schema: z.ZodType): <Value>(value: Value) => Value {
  const cut = cutOf(schema);
  return (value) => (cut === undefined ? value : (cut(value) as typeof value));
}

/** Makes the functions that cut the data of each event of a contract. */
export function cutEvents<Table extends Record<keyof Table, EventSpec>>(
  table: Table,
): (name: keyof Table, data: object) => object {
  const cuts = new Map(
    Object.entries<EventSpec>(table).map(([name, { data }]) => [
      name,
      cutToSchema(data),
    ]),
  );
  return (name, data) => {
    const cut = cuts.get(String(name));
    if (cut === undefined) {
      throw new TypeError(`the contract has no event ${String(name)}`);
    }
    return cut(data);
  };
}

/** @returns undefined where nothing in the schema can be cut. */
function cutOf(schema: z.core.$ZodType): Cut | undefined {
  // zod's name for what its core offers to libraries that build upon it.
  // oxlint-disable-next-line eslint/no-underscore-dangle
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return isOpen(def) ? undefined : cutOfShape(def.shape);
    case 'array':
      return cutOfItems(def.element);
    case 'optional':
    case 'nullable':
      return cutOfValue(def.innerType);
    case 'union':
      return cutOfOptions(def.options);
    case 'pipe':
      return cutOf(def.out);
    case 'any':
    case 'boolean':
    case 'custom':
    case 'enum':
    case 'literal':
    case 'number':
    case 'record':
    case 'string':
    case 'unknown':
      return undefined;
    default:
      throw new TypeError(`a schema of type ${def.type} cannot be cut to`);
  }
}

/** Tells whether an object may have fields that its schema does not name. */
function isOpen({ catchall }: z.core.$ZodObjectDef): boolean {
  // oxlint-disable-next-line eslint/no-underscore-dangle
  return catchall !== undefined && catchall._zod.def.type !== 'never';
}

function cutOfShape(shape: Readonly<Record<string, z.core.$ZodType>>): Cut {
  const fields = Object.entries(shape).map(
    ([name, schema]) => [name, cutOf(schema)] as const,
  );
  return (value) => {
    if (typeof value !== 'object' || value === null) {
      return value;
    }
    const result: Record<string, unknown> = {};
    for (const [name, cut] of fields) {
      const field = (value as Record<string, unknown>)[name];
      if (field !== undefined) {
        result[name] = cut === undefined ? field : cut(field);
      }
    }
    return result;
  };
}

function cutOfItems(element: z.core.$ZodType): Cut | undefined {
  const cut = cutOf(element);
  return cut && ((value) => (Array.isArray(value) ? value.map(cut) : value));
}

function cutOfValue(schema: z.core.$ZodType): Cut | undefined {
  const cut = cutOf(schema);
  return (
    cut &&
    ((value) => (value === null || value === undefined ? value : cut(value)))
  );
}

function cutOfOptions(schemas: readonly z.core.$ZodType[]): Cut | undefined {
  const options = schemas.map((schema) => ({
    hasForm: formOf(schema),
    cut: cutOf(schema),
  }));
  if (options.every(({ cut }) => cut === undefined)) {
    return undefined;
  }
  return (value) => {
    const option = options.find(({ hasForm }) => hasForm(value));
    if (option === undefined) {
      throw new TypeError('the value has the form of no option of its schema');
    }
    return option.cut === undefined ? value : option.cut(value);
  };
}
