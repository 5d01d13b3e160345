import { z } from 'zod';

import { openObject } from '../../core/boundedJson.ts';
import type { EventTable, RequestTable } from '../../core/contract.ts';
import {
  displayNameSchema,
  idSchema,
  passwordSchema,
} from '../../core/validation.ts';
import { iceServersSchema } from '../../media/transportSchemas.ts';

const toOne = {
  to: idSchema
    .optional()
    .describe(
      'The peer that alone receives it; all others with a socket by default.',
    ),
};

const fromOne = { from: idSchema.describe('The peer that sent it.') };

const person = {
  name: z.string().describe('Empty if the peer has not said.'),
  sfu: z
    .boolean()
    .describe(
      'True if the peer sends and receives through the media server, in the room of the session.',
    ),
};

const peer = z
  .object({ peerId: idSchema, ...person })
  .meta({ id: 'SessionPeer', description: 'A person in the session.' });

const nothing = z.object({});

/** Every message that a client may send. */
export const requests = {
  connect: {
    summary: 'Joins the session.',
    requires: 'public',
    data: z.object({
      name: displayNameSchema
        .optional()
        .describe('Ignored where a token or the ticket says the name.'),
      peerId: idSchema
        .optional()
        .describe(
          'The id for the others: by default that of the ticket, or a new one.',
        ),
      password: passwordSchema
        .optional()
        .describe(
          'Needed without a ticket, if the session has a password and no token of its host came with the handshake.',
        ),
    }),
    reply: nothing,
  },
  offer: {
    summary: 'Offers a connection between two browsers. May have any fields.',
    requires: 'member',
    data: openObject(toOne),
    reply: nothing,
  },
  answer: {
    summary: 'Answers an offer. May have any fields.',
    requires: 'member',
    data: openObject(toOne),
    reply: nothing,
  },
  'ice-candidate': {
    summary:
      'Names an address at which the browser can be reached. May have any fields.',
    requires: 'member',
    data: openObject(toOne),
    reply: nothing,
  },
  disconnect: {
    summary:
      'Leaves the session. The connection stays open for another `connect`, for as long as a new one.',
    requires: 'member',
    data: nothing,
    reply: nothing,
  },
} satisfies RequestTable;

/** Every message that the server sends. */
export const events = {
  connected: {
    summary: 'The client has joined. Comes before all other events.',
    data: z.object({
      peerId: idSchema.describe('The id of the client.'),
      title: z.string(),
      peers: z.array(peer).describe('All others who are in the session.'),
      iceServers: iceServersSchema
        .optional()
        .describe(
          'The ICE servers for connections to the peers, valid for `ice.ttl`, if some are configured.',
        ),
    }),
  },
  connect: {
    summary:
      'A peer has joined; or, where the client knows the peer already, its name or `sfu` has changed.',
    data: z.object({ ...fromOne, ...person }),
  },
  offer: {
    summary: 'An offer of a peer, with all its fields but `to`.',
    data: z.looseObject(fromOne),
  },
  answer: {
    summary: 'An answer of a peer, with all its fields but `to`.',
    data: z.looseObject(fromOne),
  },
  'ice-candidate': {
    summary: 'A candidate of a peer, with all its fields but `to`.',
    data: z.looseObject(fromOne),
  },
  disconnect: {
    summary:
      'A peer has left, or its socket has closed; connections to it are over. Of a peer that is still in the room of the session, a `connect` follows.',
    data: z.object(fromOne),
  },
  error: {
    summary: 'A message of the client was refused, and had no effect.',
    data: z.object({
      code: z
        .string()
        .describe('The name of the failure, which never changes.'),
      message: z
        .string()
        .describe('What was wrong, where, and what would be right.'),
    }),
  },
} satisfies EventTable;

/** A message to a client: its type with its fields. */
export type SessionEvent = {
  [Name in keyof typeof events]: {
    name: Name;
    data: z.input<(typeof events)[Name]['data']>;
  };
}[keyof typeof events];
