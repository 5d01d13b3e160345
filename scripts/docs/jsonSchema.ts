import { z } from 'zod';

import type { EventTable, RequestTable } from '../../lib/core/contract.ts';

/** As much of JSON Schema as the pages show. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  format?: string;
  pattern?: string;
  /** The expectations of checks that are written in code. */
  rules?: string[];
  $defs?: Record<string, JsonSchema>;
}

/**
 * A schema as JSON Schema, seen from who writes the value. Schemas that carry
 * an id become definitions, and every check that has a message of its own
 * leaves what it expects in `rules`.
 */
export function toJsonSchema(schema: z.core.$ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const shown = jsonSchema as JsonSchema;
      const def = definitionOf(zodSchema);
      if (def.out !== undefined) {
        // What a value is in the end says more than the first look at it.
        Object.assign(shown, toJsonSchema(def.out), {
          description: shown.description,
        });
      }
      const rules = new Set([...(shown.rules ?? []), ...rulesOf(zodSchema)]);
      if (rules.size > 0) {
        shown.rules = Array.from(rules);
      }
    },
  }) as JsonSchema;
}

/** The schemas of all data in tables of requests and of events. */
export function schemasIn(
  requests: readonly RequestTable[],
  events: readonly EventTable[],
): z.ZodType[] {
  return [
    ...requests
      .flatMap((it) => Object.values(it))
      .flatMap(({ data, reply }) => [data, reply]),
    ...events.flatMap((it) => Object.values(it)).map(({ data }) => data),
  ];
}

/** The shapes with a name that schemas refer to, each once, sorted by name. */
export function namedShapes(
  schemas: readonly z.ZodType[],
): [id: string, shape: JsonSchema][] {
  const shapes = new Map(
    schemas.flatMap((schema) =>
      Object.entries(toJsonSchema(schema).$defs ?? {}),
    ),
  );
  return Array.from(shapes).toSorted(([one], [other]) =>
    one < other ? -1 : 1,
  );
}

/** `expected an IP address` is the message, `an IP address` the rule. */
function rulesOf(schema: z.core.$ZodType): string[] {
  const { in: first, error, checks = [] } = definitionOf(schema);
  const own = [error, ...checks.map((check) => definitionOf(check).error)]
    .map((message) => message?.({}))
    .filter((message) => typeof message === 'string')
    .map((message) => message.replace(/^expected /, ''));
  return first === undefined ? own : [...rulesOf(first), ...own];
}

/** The parts of a schema or check that the pages describe. */
interface Definition {
  /** The message of its own; those here are the same for every issue. */
  error?: (issue: object) => unknown;
  checks?: z.core.$ZodCheck[];
  /** The stages of a schema that is piped. */
  in?: z.core.$ZodType;
  out?: z.core.$ZodType;
}

function definitionOf(made: z.core.$ZodType | z.core.$ZodCheck): Definition {
  // Zod keeps it under this name, for tools like this one.
  // oxlint-disable-next-line eslint/no-underscore-dangle
  return made._zod.def as Definition;
}
