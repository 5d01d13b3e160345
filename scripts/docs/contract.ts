import type { z } from 'zod';

import type {
  EventTable,
  RequestSpec,
  RequestTable,
} from '../../lib/core/contract.ts';
import {
  fieldsOf,
  limitsOf,
  longChoices,
  meaningOf,
  typeOf,
} from './fields.ts';
import { namedShapes, schemasIn, toJsonSchema } from './jsonSchema.ts';
import type { JsonSchema } from './jsonSchema.ts';
import { blocks, table } from './markdown.ts';

/** Each kind of sender that a request may have, as the pages put it. */
const AUDIENCES = {
  public: 'May be sent without a token.',
  user: 'May be sent before joining.',
  member: 'For members of the room.',
} satisfies Record<RequestSpec['requires'], string>;

/** Those of the calls API, where nothing is joined to be known. */
export const CALL_AUDIENCES: typeof AUDIENCES = {
  public: 'May be sent before the client has authenticated.',
  user: 'For everybody who has authenticated.',
  member: 'For participants of the call.',
};

/** Those of the media-server API, all of whose clients are participants. */
export const MEDIA_AUDIENCES: typeof AUDIENCES = {
  ...CALL_AUDIENCES,
  member: 'For clients that have authenticated.',
};

/** Those of the sockets of sessions. */
export const MEETING_AUDIENCES: typeof AUDIENCES = {
  public: 'The first message of a client.',
  user: AUDIENCES.user,
  member: 'For people in the session.',
};

/** Every request of a contract: who may ask, what goes in, what comes out. */
export function requestsSection(
  requests: RequestTable,
  audiences: Record<RequestSpec['requires'], string> = AUDIENCES,
): string {
  return blocks(
    ...Object.entries(requests).map(([name, spec]) =>
      blocks(
        `### ${name}`,
        spec.summary,
        audiences[spec.requires],
        titledFields('Data', 'Required', spec.data),
        titledFields('Reply', 'Always there', spec.reply),
      ),
    ),
  );
}

/** Every notification of a contract with its data. */
export function notificationsSection(notifications: EventTable): string {
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
  requests: readonly RequestTable[],
  notifications: readonly EventTable[],
): string {
  return blocks(
    ...namedShapes(schemasIn(requests, notifications)).map(([id, schema]) =>
      blocks(`### ${id}`, typeBody(schema)),
    ),
  );
}

function typeBody(schema: JsonSchema): string {
  const { description = '', oneOf: choices = [] } = schema;
  if (choices.length > 0) {
    return blocks(
      description,
      ...choices.map((choice, index) =>
        blocks(
          index === 0 ? 'Either:' : 'Or:',
          fieldsTable(choice, 'Required'),
        ),
      ),
    );
  }
  return schema.properties === undefined
    ? `${typeOf(schema)}: ${limitsOf(schema)}.`
    : blocks(description, fieldsTable(schema, 'Required'));
}

function titledFields(
  title: string,
  required: string,
  schema: z.ZodObject,
): string {
  const whole = toJsonSchema(schema);
  if (whole.$ref !== undefined) {
    return `${title}: ${typeOf(whole)}`;
  }
  const fields = fieldsTable(whole, required);
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
