import type { z } from 'zod';

import type { EventTable, RequestTable } from '../../lib/core/contract.ts';
import { mapValues } from '../../lib/core/mapValues.ts';
import { schemasIn, toJsonSchema } from './jsonSchema.ts';
import { braces, docComment, namedTypes, typeScriptOf } from './typescript.ts';

/** A module of the package: what runs, and what it is typed as. */
export interface Module {
  /** Its path in the package, without an extension. */
  name: string;
  js: string;
  types: string;
}

/** A constant of a module. */
export interface Constant {
  name: string;
  comment: string;
  value: Readonly<Record<string, string | number>>;
  /** The meaning of each entry, as far as one is worth a comment. */
  meanings?: Readonly<Record<string, string>>;
  /** The type of all entries; by default each has its own value. */
  type?: string;
}

/** The tables of a contract, and what the package calls its events. */
export interface Wire {
  name: string;
  requests: RequestTable;
  events: EventTable;
  eventsAre: 'Notifications' | 'Events';
  constants: readonly Constant[];
}

/** The module of a wire, which follows from the tables of its contract. */
export function wireModule(wire: Wire): Module {
  const { requests, events, eventsAre } = wire;
  const constants: Constant[] = [
    {
      name: 'REQUESTS',
      comment:
        'The requests, with what is required of the sender: nothing, a token, or membership.',
      value: mapValues(requests, ({ requires }) => requires),
    },
    ...wire.constants,
  ];
  const members = braces(
    Object.entries(requests).map(([name, { summary, data, reply }]) => ({
      name,
      comment: summary,
      type: braces([
        { name: 'data', comment: '', type: inlined(data) },
        { name: 'reply', comment: '', type: inlined(reply) },
      ]),
    })),
  );
  const happenings = braces(
    Object.entries(events).map(([name, { summary, data }]) => ({
      name,
      comment: summary,
      type: inlined(data),
    })),
  );
  return constantsModule(wire.name, constants, [
    ...namedTypes(schemasIn([requests], [events])),
    `${docComment('Every request by its name.')}export interface Requests ${members}`,
    `${docComment(`The data of every ${eventsAre === 'Events' ? 'event' : 'notification'} by its name.`)}export interface ${eventsAre} ${happenings}`,
  ]);
}

/** A module of constants, and of types beside them. */
export function constantsModule(
  name: string,
  constants: readonly Constant[],
  types: readonly string[] = [],
): Module {
  return {
    name,
    js: constants
      .map((it) => `export const ${it.name} = ${JSON.stringify(it.value)};\n`)
      .join('\n'),
    types: [...types, ...constants.map(constantType)].join('\n\n'),
  };
}

function constantType({
  name,
  comment,
  value,
  meanings,
  type,
}: Constant): string {
  const members = Object.entries(value).map(([key, of]) => ({
    name: key,
    comment: meanings?.[key] ?? '',
    type: type ?? JSON.stringify(of),
  }));
  return `${docComment(comment)}export const ${name}: Readonly<${braces(members)}>;`;
}

/** The type of a message, which refers to shapes by their names. */
function inlined(schema: z.ZodObject): string {
  return typeScriptOf(toJsonSchema(schema));
}
