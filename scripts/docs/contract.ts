import type { z } from 'zod';

import type { RequestTable } from '../../lib/signalling/RequestDispatcher.ts';
import {
  fieldsOf,
  limitsOf,
  longChoices,
  meaningOf,
  typeOf,
} from './fields.ts';
import { toJsonSchema } from './jsonSchema.ts';
import type { JsonSchema } from './jsonSchema.ts';
import { blocks, table } from './markdown.ts';

/** The notifications or events of a contract by their names. */
type NotificationTable = Record<string, { summary: string; data: z.ZodObject }>;

/** Every request of a contract: who may ask, what goes in, what comes out. */
export function requestsSection(requests: RequestTable): string {
  return blocks(
    ...Object.entries(requests).map(([name, spec]) =>
      blocks(
        `### ${name}`,
        spec.summary,
        spec.members ? 'For members of the room.' : 'May come before joining.',
        titledFields('Data', 'Required', spec.data),
        titledFields('Reply', 'Always there', spec.reply),
      ),
    ),
  );
}

/** Every notification of a contract with its data. */
export function notificationsSection(notifications: NotificationTable): string {
  return blocks(
    ...Object.entries(notifications).map(([name, { summary, data }]) =>
      blocks(
        `### ${name}`,
        summary,
        titledFields('Data', 'Always there', data),
      ),
    ),
  );
}

/** The shapes with a name that the tables refer to, each once. */
export function typesSection(
  requests: RequestTable,
  notifications: NotificationTable,
): string {
  const schemas = [
    ...Object.values(requests).flatMap(({ data, reply }) => [data, reply]),
    ...Object.values(notifications).map(({ data }) => data),
  ];
  const types = new Map(
    schemas.flatMap((schema) =>
      Object.entries(toJsonSchema(schema).$defs ?? {}),
    ),
  );
  return blocks(
    ...Array.from(types)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([id, schema]) => blocks(`### ${id}`, typeBody(schema))),
  );
}

function typeBody(schema: JsonSchema): string {
  return schema.properties === undefined
    ? `${typeOf(schema)}: ${limitsOf(schema)}.`
    : blocks(schema.description ?? '', fieldsTable(schema, 'Required'));
}

function titledFields(
  title: string,
  required: string,
  schema: z.ZodObject,
): string {
  const fields = fieldsTable(toJsonSchema(schema), required);
  return fields === '' ? `${title}: \`{}\`` : blocks(`${title}:`, fields);
}

function fieldsTable(schema: JsonSchema, required: string): string {
  const fields = fieldsOf(schema);
  if (fields.length === 0) {
    return '';
  }
  return blocks(
    table(
      ['Field', 'Type', required, 'Meaning'],
      fields.map((field) => [
        `\`${field.path}\``,
        typeOf(field.schema),
        field.required ? 'yes' : 'no',
        meaningOf(field.schema),
      ]),
    ),
    ...fields.flatMap((field) => {
      const choices = longChoices(field);
      return choices.length === 0
        ? []
        : [
            `\`${field.path}\` is one of:`,
            choices.map((choice) => `- \`${String(choice)}\``).join('\n'),
          ];
    }),
  );
}
