import { routeContract } from '../../lib/gateways/admin/routes.ts';
import type { RouteContract, RouteSpec } from '../../lib/http/RouteSpec.ts';
import { toJsonSchema } from './jsonSchema.ts';
import { braces, docComment, namedTypes, typeScriptOf } from './typescript.ts';
import type { Member } from './typescript.ts';

/** The inputs and replies of the server API in TypeScript, for its client package. */
export function apiModule({ routes }: RouteContract = routeContract): string {
  const specs = Object.entries<RouteSpec>(routes);
  const members = specs.map(([name, spec]) => ({
    name,
    comment: spec.summary,
    type: braces([
      { name: 'input', comment: '', type: inputOf(spec) },
      { name: 'reply', comment: '', type: replyOf(spec) },
    ]),
  }));
  const table = specs.map(
    ([name, { method, path }]) => `  ${name}: ['${method}', '${path}'],`,
  );
  return [
    ...namedTypes(specs.flatMap(([, spec]) => schemasOf(spec))),
    `${docComment('Every operation by its name.')}export interface Operations ${braces(members)}`,
    `${docComment('The method and the path of every operation.')}export const OPERATIONS = {\n${table.join('\n')}\n} as const satisfies Record<keyof Operations, readonly [string, string]>;`,
  ].join('\n\n');
}

function inputOf({ parameters, query, body }: RouteSpec): string {
  const parts = Object.entries({ parameters, query, body }).flatMap(
    ([name, schema]): Member[] => {
      if (schema === undefined) {
        return [];
      }
      const shown = toJsonSchema(schema);
      const optional = name === 'query' && (shown.required ?? []).length === 0;
      return [{ name, comment: '', type: typeScriptOf(shown), optional }];
    },
  );
  return parts.length === 0 ? 'Record<string, never>' : braces(parts);
}

function replyOf({ replies }: RouteSpec): string {
  const types = Object.values(replies).map(({ body, events, headers }) => {
    const shown = body ?? events;
    const type =
      shown === undefined ? 'undefined' : typeScriptOf(toJsonSchema(shown));
    return headers?.shape['ETag'] === undefined
      ? type
      : `${type} & { etag: string }`;
  });
  return Array.from(new Set(types)).join(' | ');
}

function schemasOf({ parameters, query, body, replies }: RouteSpec) {
  return [
    ...[parameters, query, body].flatMap((it) => it ?? []),
    ...Object.values(replies).flatMap((it) => it.body ?? it.events ?? []),
  ];
}
