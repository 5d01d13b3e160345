import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { CLOSE_CODES, ERRORS, LIMITS } from '@atrium/protocol';
import { ERROR_CODES } from '@atrium/protocol/json';
import type { Events, Requests as JsonRequests } from '@atrium/protocol/json';
import type { Notifications, Requests } from '@atrium/protocol/protoo';
import type {
  Events as SessionEvents,
  Requests as SessionRequests,
} from '@atrium/protocol/sessions';
import type { z } from 'zod';

import type {
  events,
  requests as jsonRequests,
} from '../../lib/gateways/json/contract.ts';
import { JSON_ERRORS } from '../../lib/gateways/json/errors.ts';
import type {
  events as sessionEvents,
  requests as sessionRequests,
} from '../../lib/gateways/meetings/contract.ts';
import type { requests } from '../../lib/gateways/protoo/contract.ts';
import type { notifications } from '../../lib/gateways/protoo/notifications.ts';
import { parseConfig } from '../../lib/config/load.ts';
import { closeCodeFor } from '../../lib/signalling/closeCodes.ts';
import { sessionErrors } from '../../lib/signalling/errors.ts';

/** The requests of a contract, as a client writes and reads them. */
type Asked<
  Table extends Record<string, { data: z.ZodType; reply: z.ZodType }>,
> = {
  [Name in keyof Table]: {
    data: z.input<Table[Name]['data']>;
    reply: z.output<Table[Name]['reply']>;
  };
};

/** The events of a contract, as a client reads them. */
type Told<Table extends Record<string, { data: z.ZodType }>> = {
  [Name in keyof Table]: z.output<Table[Name]['data']>;
};

/** A type in which a URI is any text: the contracts type some more closely. */
type AnyUri<T> = T extends readonly (infer Item)[]
  ? AnyUri<Item>[]
  : T extends object
    ? { [Key in keyof T]: Key extends 'uri' ? string : AnyUri<T[Key]> }
    : T;

/** Refuses, while the tests are compiled, types that are not the same. */
function same<One, Other>(
  ..._proof: [AnyUri<One>, AnyUri<Other>] extends [AnyUri<Other>, AnyUri<One>]
    ? []
    : [never]
): void {
  // The types are the test.
}

describe('the package of the protocol', () => {
  test('has the errors, close codes and limits of the server', () => {
    for (const [name, { status }] of Object.entries(sessionErrors)) {
      assert.equal(ERRORS[name as keyof typeof ERRORS], status);
    }
    assert.deepEqual(ERROR_CODES, JSON_ERRORS);
    assert.equal(CLOSE_CODES[closeCodeFor('restart')[0]], 1012);
    const { limits, signalling } = parseConfig();
    for (const [section, options] of Object.entries({ limits, signalling })) {
      for (const [name, value] of Object.entries(options)) {
        assert.equal(
          (LIMITS as Record<string, number>)[`${section}.${name}`],
          value,
        );
      }
    }
  });

  test('types the wires as the server validates them', () => {
    same<Requests, Asked<typeof requests>>();
    same<Notifications, Told<typeof notifications>>();
    same<JsonRequests, Asked<typeof jsonRequests>>();
    same<Events, Told<typeof events>>();
    same<SessionRequests, Asked<typeof sessionRequests>>();
    same<SessionEvents, Told<typeof sessionEvents>>();
    // @ts-expect-error A type is not the same as one of its parts.
    same<Requests, Pick<Requests, 'ping'>>();
    // @ts-expect-error A field of another type makes another type.
    same<{ ping: { data: number } }, Pick<Requests, 'ping'>>();
  });
});
