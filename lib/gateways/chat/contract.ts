import { z } from 'zod';

import type { EventTable, RequestTable } from '../../core/contract.ts';
import { messageShape } from './shapes.ts';

const offer = z
  .object({ type: z.literal('offer'), sdp: z.string() })
  .meta({ id: 'Offer', description: 'A description of a session, offered.' });

const answer = z
  .object({ type: z.enum(['answer', 'pranswer']), sdp: z.string() })
  .meta({ id: 'Answer', description: 'The answer to an offer.' });

const candidate = z
  .object({
    candidate: z.string().describe('Empty after the last one.'),
    sdpMLineIndex: z.int().nullish(),
    sdpMid: z.string().nullish(),
    usernameFragment: z.string().nullish(),
  })
  .meta({
    id: 'IceCandidate',
    description: 'As `RTCIceCandidate.toJSON()` has it.',
  });

const toOne = {
  target_id: z
    .int()
    .positive()
    .optional()
    .describe(
      'The user whose sockets alone receive it; all others in the room by default.',
    ),
};

const fromOne = { sender_id: z.int().describe('The user who sent it.') };

const nothing = z.object({});

/** The name of the message without a type. */
export const CONTENT = 'content';

/** Every message that a client may send: one without a type, and four signals. */
export const requests = {
  [CONTENT]: {
    summary:
      'A message to everyone in the room, the sender included. It is kept first. It has no `type`.',
    requires: 'member',
    data: z.object({
      content: z
        .string()
        .describe('1 to 4,000 characters that are not all spaces.'),
    }),
    reply: nothing,
  },
  'webrtc-offer': {
    summary: 'Offers a connection between two browsers.',
    requires: 'member',
    data: z.object({ offer, ...toOne }),
    reply: nothing,
  },
  'webrtc-answer': {
    summary: 'Answers an offer.',
    requires: 'member',
    data: z.object({ answer, ...toOne }),
    reply: nothing,
  },
  'webrtc-ice-candidate': {
    summary: 'Names an address at which the browser can be reached.',
    requires: 'member',
    data: z.object({ candidate, ...toOne }),
    reply: nothing,
  },
  'webrtc-hangup': {
    summary: 'Ends the call.',
    requires: 'member',
    data: z.object(toOne),
    reply: nothing,
  },
} satisfies RequestTable;

/** Every message that the server sends. */
export const events = {
  [CONTENT]: {
    summary:
      'A message, as it was kept. Messages arrive in the order of their ids. It has no `type`.',
    data: messageShape,
  },
  'webrtc-offer': {
    summary: 'An offer of another socket in the room.',
    data: z.object({ ...fromOne, offer }),
  },
  'webrtc-answer': {
    summary: 'An answer of another socket in the room.',
    data: z.object({ ...fromOne, answer }),
  },
  'webrtc-ice-candidate': {
    summary: 'A candidate of another socket in the room.',
    data: z.object({ ...fromOne, candidate }),
  },
  'webrtc-hangup': {
    summary: 'The user of another socket in the room has hung up.',
    data: z.object(fromOne),
  },
} satisfies EventTable;

/** A message to a client: its name with its fields. */
export type ChatEvent = {
  [Name in keyof typeof events]: {
    name: Name;
    data: z.input<(typeof events)[Name]['data']>;
  };
}[keyof typeof events];
