import { mapValues } from '../../lib/core/mapValues.ts';
import * as calls from '../../lib/gateways/calls/contract.ts';
import * as json from '../../lib/gateways/json/contract.ts';
import * as meetings from '../../lib/gateways/meetings/contract.ts';
import { JSON_ERRORS } from '../../lib/gateways/json/errors.ts';
import { requests } from '../../lib/gateways/protoo/contract.ts';
import { notifications } from '../../lib/gateways/protoo/notifications.ts';
import { limitsSection } from '../../lib/limits/options.ts';
import {
  CLIENT_CLOSE_CODES,
  CLOSE_CODES,
} from '../../lib/signalling/closeCodes.ts';
import { meetingErrors } from '../../lib/meetings/errors.ts';
import { sessionErrors } from '../../lib/signalling/errors.ts';
import { signallingSection } from '../../lib/signalling/options.ts';
import { toJsonSchema } from './jsonSchema.ts';
import { constantsModule, wireModule } from './wireModule.ts';
import type { Module } from './wireModule.ts';

const SECTIONS = { signalling: signallingSection, limits: limitsSection };

/** The modules of packages/protocol that follow from tables in the sources. */
export function protocolModules(): Module[] {
  return [
    tables(),
    wireModule({
      name: 'protoo',
      requests,
      events: notifications,
      eventsAre: 'Notifications',
      constants: [],
    }),
    wireModule({
      name: 'json',
      requests: json.requests,
      events: json.events,
      eventsAre: 'Events',
      constants: [
        {
          name: 'ERROR_CODES',
          comment: 'The code that this contract has for each error.',
          value: JSON_ERRORS,
        },
      ],
    }),
    wireModule({
      name: 'calls',
      requests: calls.requests,
      events: calls.events,
      eventsAre: 'Events',
      constants: [],
    }),
    wireModule({
      name: 'sessions',
      requests: meetings.requests,
      events: meetings.events,
      eventsAre: 'Events',
      constants: [
        {
          name: 'SESSION_ERRORS',
          comment:
            'The status of each error that sessions alone have, by its name.',
          value: mapValues(meetingErrors, ({ status }) => status),
          meanings: mapValues(meetingErrors, ({ meaning }) => meaning),
        },
      ],
    }),
  ];
}

/** The tables that the wires share. */
function tables(): Module {
  const limits = Object.entries(SECTIONS).flatMap(([section, schema]) =>
    Object.entries(toJsonSchema(schema).properties ?? {}).map(
      ([name, option]) => [`${section}.${name}`, option] as const,
    ),
  );
  const module = constantsModule('index', [
    {
      name: 'ERRORS',
      comment:
        'The status of each error by its name: the errorCode over protoo, and the status over HTTP.',
      value: mapValues(sessionErrors, ({ status }) => status),
      meanings: mapValues(sessionErrors, ({ meaning }) => meaning),
    },
    {
      name: 'CLOSE_CODES',
      comment: 'The codes with which a server closes a WebSocket.',
      value: mapValues(CLOSE_CODES, ({ code }) => code),
      meanings: mapValues(CLOSE_CODES, ({ meaning }) => meaning),
    },
    {
      name: 'CLIENT_CLOSE_CODES',
      comment:
        'The codes with which a client closes a WebSocket to say more than goodbye.',
      value: mapValues(CLIENT_CLOSE_CODES, ({ code }) => code),
      meanings: mapValues(CLIENT_CLOSE_CODES, ({ meaning }) => meaning),
    },
    {
      name: 'LIMITS',
      comment:
        'The limits of a server that is not configured otherwise, by the names of its options.',
      value: Object.fromEntries(
        limits.map(([name, option]) => [name, option.default as number]),
      ),
      meanings: Object.fromEntries(
        limits.map(([name, option]) => [name, option.description ?? '']),
      ),
      type: 'number',
    },
  ]);
  return {
    ...module,
    types: [
      module.types,
      '/** The name of an error. */\nexport type ErrorName = keyof typeof ERRORS;',
      '/** The name of a reason to close a connection. */\nexport type CloseName = keyof typeof CLOSE_CODES;',
    ].join('\n\n'),
  };
}
