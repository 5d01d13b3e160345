import { z } from 'zod';

import { sessionErrors } from '../../lib/signalling/errors.ts';
import {
  ACCESS_ERRORS,
  errorSchema,
  resources,
} from '../../lib/http/resources.ts';
import type { ResourceSpec } from '../../lib/http/resources.ts';
import pkg from '../../package.json' with { type: 'json' };

type JsonSchema = z.core.JSONSchema.BaseSchema;

const AUDIENCES = {
  everybody: 'Served wherever the server listens.',
  operators:
    'Served at a port of their own (`ops.port`); without one, only while the server listens on a loopback address and no proxy is named in `access.trustProxy`.',
} as const satisfies Record<ResourceSpec['audience'], string>;

/**
 * The HTTP resources as an OpenAPI document.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html
 */
export function openApi(): string {
  const components: Record<string, JsonSchema> = {};
  const paths = Object.fromEntries(
    Object.entries<ResourceSpec>(resources).map(([name, spec]) => [
      spec.path,
      { get: operation(name, spec, components) },
    ]),
  );
  const document = {
    openapi: '3.1.1',
    info: {
      title: 'Atrium over HTTP',
      version: pkg.version,
      summary: 'Health, metrics and rooms of an Atrium server.',
      license: { name: pkg.license, identifier: pkg.license },
    },
    tags: Object.entries(AUDIENCES).map(([name, description]) => ({
      name,
      description,
    })),
    paths,
    components: { schemas: components },
  };
  return JSON.stringify(document).replaceAll(
    '"#/$defs/',
    '"#/components/schemas/',
  );
}

function operation(
  operationId: string,
  { summary, audience, parameters, query, replies, errors }: ResourceSpec,
  components: Record<string, JsonSchema>,
): object {
  const responses: Record<number, object> = {};
  for (const [status, { meaning, body, mediaType }] of Object.entries(
    replies,
  )) {
    responses[Number(status)] = {
      description: meaning,
      content: {
        [mediaType ?? 'application/json']: { schema: shape(body, components) },
      },
    };
  }
  const codes = [...ACCESS_ERRORS, ...errors];
  for (const status of new Set(
    codes.map((code) => sessionErrors[code].status),
  )) {
    responses[status] = {
      description: codes
        .filter((code) => sessionErrors[code].status === status)
        .map((code) => `${code}: ${sessionErrors[code].meaning}`)
        .join(' '),
      content: {
        'application/json': { schema: shape(errorSchema, components) },
      },
    };
  }
  return {
    operationId,
    summary,
    tags: [audience],
    parameters: [
      ...Object.entries(parameters.shape).map(([name, schema]) => ({
        name,
        in: 'path',
        required: true,
        schema: shape(schema, components),
      })),
      ...Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
        name,
        in: 'query',
        schema: shape(schema, components),
      })),
    ],
    responses,
  };
}

/** A schema; what in it has a name goes to the components. */
function shape(
  schema: z.core.$ZodType,
  components: Record<string, JsonSchema>,
): JsonSchema {
  const { $defs, ...shown } = z.toJSONSchema(schema, {
    override({ jsonSchema }) {
      // What a format says need not be said again, nor how far numbers go.
      if (jsonSchema.format !== undefined) {
        delete jsonSchema.pattern;
      }
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) {
        delete jsonSchema.maximum;
      }
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) {
        delete jsonSchema.minimum;
      }
    },
  });
  delete shown.$schema;
  Object.assign(components, $defs);
  return shown;
}
