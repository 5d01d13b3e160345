import type { z } from 'zod';

/** Tells if a value has the form of a schema. */
type Form = (value: unknown) => boolean;

/**
 * Makes the function that tells if a value has the form of a schema: the types
 * of the schema, and every field that it requires. Further fields, and what the
 * schema says of lengths, ranges and formats, do not matter.
 *
 * @throws {TypeError} When the schema has a part whose form is not known.
 */
export function formOf(schema: z.core.$ZodType): Form {
  // zod's name for what its core offers to libraries that build upon it.
  // oxlint-disable-next-line eslint/no-underscore-dangle
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return formOfShape(def.shape);
    case 'record': {
      const form = formOf(def.valueType);
      return (value) => isObject(value) && Object.values(value).every(form);
    }
    case 'array': {
      const form = formOf(def.element);
      return (value) => Array.isArray(value) && value.every(form);
    }
    case 'union': {
      const forms = def.options.map(formOf);
      return (value) => forms.some((form) => form(value));
    }
    case 'optional': {
      const form = formOf(def.innerType);
      return (value) => value === undefined || form(value);
    }
    case 'nullable': {
      const form = formOf(def.innerType);
      return (value) => value === null || form(value);
    }
    case 'pipe':
      return formOf(def.out);
    case 'enum':
      return isOneOf(Object.values(def.entries));
    case 'literal':
      return isOneOf(def.values);
    case 'boolean':
    case 'number':
    case 'string':
      return (value) => typeof value === def.type;
    case 'any':
    case 'custom':
    case 'unknown':
      return () => true;
    default:
      throw new TypeError(`a schema of type ${def.type} has no known form`);
  }
}

function formOfShape(shape: Readonly<Record<string, z.core.$ZodType>>): Form {
  const fields = Object.entries(shape).map(
    ([name, schema]) => [name, formOf(schema)] as const,
  );
  return (value) =>
    isObject(value) && fields.every(([name, form]) => form(value[name]));
}

function isOneOf(values: readonly unknown[]): Form {
  return (value) => values.includes(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
