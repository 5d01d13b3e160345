import { z } from 'zod';

import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';

import { AppError } from '../../lib/core/errors.ts';
import type { ErrorSpec } from '../../lib/core/errors.ts';
import { routeContract as adminContract } from '../../lib/gateways/admin/routes.ts';
import { routeContract as callsContract } from '../../lib/gateways/calls/routes.ts';
import { routeContract as chatContract } from '../../lib/gateways/chat/routes.ts';
import { routeContract as mediaContract } from '../../lib/gateways/media/routes.ts';
import { routeContract as meetingsContract } from '../../lib/gateways/meetings/routes.ts';
import { routeContract as protooContract } from '../../lib/gateways/protoo/routes.ts';
import { routeContract as usersContract } from '../../lib/gateways/users/routes.ts';
import { impliedErrors } from '../../lib/http/impliedErrors.ts';
import type {
  ReplySpec,
  RouteContract,
  RouteSpec,
} from '../../lib/http/RouteSpec.ts';
import { systemContract } from '../../lib/http/system/contract.ts';
import pkg from '../../package.json' with { type: 'json' };

type JsonSchema = z.core.JSONSchema.BaseSchema;

const AUDIENCES = {
  everybody: 'Served wherever the server listens.',
  operators:
    'Served at a port of their own (`ops.port`); without one, only while the server listens on a loopback address and no proxy is named in `access.trustProxy`.',
} as const satisfies Record<RouteSpec['audience'], string>;

/** The contracts over HTTP that a server mounts. */
export const contracts: readonly RouteContract[] = [
  systemContract,
  protooContract,
  chatContract,
  callsContract,
  mediaContract,
  meetingsContract,
  usersContract,
  adminContract,
];

/**
 * All routes of the contracts as an OpenAPI document.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html
 */
export function openApi(documented = contracts): string {
  const components: Record<string, JsonSchema> = {};
  const paths: Record<string, Record<string, object>> = {};
  for (const contract of documented) {
    for (const [name, spec] of Object.entries(contract.routes)) {
      const operations = (paths[spec.path] ??= {});
      operations[spec.method.toLowerCase()] = {
        operationId: name,
        ...operation(spec, contract, components),
      };
    }
  }
  const document = {
    openapi: '3.1.1',
    info: {
      title: 'Atrium over HTTP',
      version: pkg.version,
      summary:
        'Health, metrics, rooms, accounts, chat, calls, sessions and the server API of an Atrium server.',
      license: { name: pkg.license, identifier: pkg.license },
    },
    tags: Object.entries(AUDIENCES).map(([name, description]) => ({
      name,
      description,
    })),
    paths,
    components: {
      schemas: components,
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
  return JSON.stringify(document).replaceAll(
    '"#/$defs/',
    '"#/components/schemas/',
  );
}

function operation(
  spec: RouteSpec,
  contract: RouteContract,
  components: Record<string, JsonSchema>,
): object {
  const { summary, audience, scope, body, mediaType } = spec;
  const inputs = [
    ['path', spec.parameters],
    ['query', spec.query],
    ['header', spec.headers],
  ] as const;
  return {
    summary,
    tags: [audience],
    ...(spec.requires === 'user' && {
      security: [{ token: scope === undefined ? [] : [scope] }],
    }),
    parameters: inputs.flatMap(([place, schemas]) =>
      Object.entries(schemas?.shape ?? {}).map(([name, schema]) => ({
        name,
        in: place,
        required: place === 'path' || !isOptional(schema),
        schema: shape(schema, components, 'input'),
      })),
    ),
    ...(body && {
      requestBody: requestBody(body, mediaType, components),
    }),
    responses: {
      ...failures(spec, contract, components),
      ...Object.fromEntries(
        Object.entries(spec.replies).map(([status, reply]) => [
          status,
          response(reply, components),
        ]),
      ),
    },
  };
}

function requestBody(
  body: z.core.$ZodType,
  mediaType = 'application/json',
  components: Record<string, JsonSchema>,
): object {
  const schema = shape(body, components, 'input');
  return {
    // A contract may report a missing body by its missing fields.
    required:
      !isOptional(body) ||
      (schema.required !== undefined && !(body instanceof z.ZodOptional)),
    content: { [mediaType]: { schema } },
  };
}

function response(
  { meaning, body, mediaType, headers, events }: ReplySpec,
  components: Record<string, JsonSchema>,
): object {
  return {
    description: meaning,
    ...(headers && {
      headers: Object.fromEntries(
        Object.entries(headers.shape).map(([name, schema]) => [
          name,
          {
            required: !isOptional(schema),
            schema: shape(schema, components),
          },
        ]),
      ),
    }),
    ...(body && {
      content: {
        [mediaType ?? 'application/json']: { schema: shape(body, components) },
      },
    }),
    ...(events && {
      content: {
        'text/event-stream': {
          schema: { type: 'string', description: 'Server-sent events.' },
          // Of version 3.2, which has words for streams.
          'x-itemSchema': shape(events, components),
        },
      },
    }),
  };
}

/** The errors of a route, by the statuses that its contract gives them. */
function failures(
  spec: RouteSpec,
  { error, encodeError }: RouteContract,
  components: Record<string, JsonSchema>,
): object {
  const request = new IncomingMessage(new Socket());
  const statusOf = (failure: ErrorSpec): number =>
    encodeError?.(new AppError(failure, failure.meaning), request).status ??
    failure.status;
  const all = new Set([...impliedErrors(spec), ...spec.errors]);
  return Object.fromEntries(
    Array.from(Map.groupBy(all, statusOf), ([status, members]) => [
      status,
      {
        description: members
          .map(({ code, meaning }) => `${code}: ${meaning}`)
          .join(' '),
        content: { 'application/json': { schema: shape(error, components) } },
      },
    ]),
  );
}

function isOptional(schema: z.core.$ZodType): boolean {
  return z.safeParse(schema, undefined).success;
}

/** A schema as JSON Schema; its named parts go to the components. */
function shape(
  schema: z.core.$ZodType,
  components: Record<string, JsonSchema>,
  io: 'input' | 'output' = 'output',
): JsonSchema {
  const { $defs, ...shown } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
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
