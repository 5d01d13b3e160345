import { z } from 'zod';

import type { EventTable } from '../core/contract.ts';

const time = z.iso.datetime().describe('UTC.');

const inRoom = {
  roomId: z.string(),
  sessionId: z
    .string()
    .describe(
      'The id of the time for which the room is open: another one once it has closed and opened again.',
    ),
};

const peer = z
  .object({
    peerId: z.string(),
    userId: z
      .string()
      .describe('The user behind it, as its token says; else the peerId.'),
    displayName: z.string(),
    role: z.string(),
    contract: z.string().describe('The contract that its client speaks.'),
    joinedAt: time,
  })
  .describe('The peer.');

const track = z.object({
  trackId: z.string().describe('The producerId of other contracts.'),
  kind: z.enum(['audio', 'video']),
  source: z.string().describe('`mic`, `camera`, `screen` or `screen-audio`.'),
});

const leaveReason = z
  .string()
  .describe(
    '`left`, `disconnected`, `replaced`, `expired`, `removed`; or that of room.finished, if the room has ended.',
  );

const call = {
  callId: z.string(),
  conversationId: z.string(),
  callType: z.enum(['audio', 'video']),
  initiator: z.object({ userId: z.string(), displayName: z.string() }),
};

const participant = z.object({
  participantId: z.string(),
  userId: z.string().optional().describe('Left out for a guest.'),
  displayName: z.string(),
});

/**
 * Every event, with the schema of its `data`. Types, the checks of what is sent and
 * the table in the docs follow from it.
 */
export const WEBHOOK_EVENTS = {
  'room.started': {
    summary: 'A room has opened.',
    data: z.object({ ...inRoom, startedAt: time }),
  },
  'room.finished': {
    summary: 'A room has closed. It is the last event of its session.',
    data: z.object({
      ...inRoom,
      reason: z
        .string()
        .describe(
          '`empty`, `closed`, `deleted`, `workerDied`, `shutdown`, `restart`, or `moved` to another server of the cluster.',
        ),
    }),
  },
  'peer.joined': {
    summary: 'A peer has entered a room.',
    data: z.object({ ...inRoom, peer }),
  },
  'peer.left': {
    summary: 'A peer has left a room, or the room has closed under it.',
    data: z.object({ ...inRoom, peer, reason: leaveReason }),
  },
  'peer.removed': {
    summary:
      'A moderator or the server API has removed a peer. `peer.left` follows.',
    data: z.object({ ...inRoom, peer }),
  },
  'peer.waiting': {
    summary: 'A client waits in the lobby of a room.',
    data: z.object({
      ...inRoom,
      waiting: z.object({
        peerId: z.string(),
        displayName: z.string(),
        waitingSince: time,
      }),
    }),
  },
  'track.published': {
    summary: 'A peer has begun to send a track.',
    data: z.object({ ...inRoom, peerId: z.string(), track }),
  },
  'track.unpublished': {
    summary: 'A track has ended.',
    data: z.object({ ...inRoom, peerId: z.string(), track }),
  },
  'call.initiated': {
    summary: 'A call rings.',
    data: z.object({ ...call, expiresAt: time }),
  },
  'call.started': {
    summary: 'A call was accepted for the first time.',
    data: z.object({ ...call, startedAt: time }),
  },
  'call.joined': {
    summary: 'A participant has joined a call, the initiator included.',
    data: z.object({ ...call, participant }),
  },
  'call.left': {
    summary: 'A participant has left a call, or the call has ended for them.',
    data: z.object({
      ...call,
      participant,
      kicked: z.boolean().describe('True if they may not come back.'),
    }),
  },
  'call.ended': {
    summary: 'A call has ended, whether or not it was accepted.',
    data: z.object({
      ...call,
      reason: z.string().describe('`normal`, `timeout`, `error` or `forced`.'),
      startedAt: time.optional().describe('Left out if it was not accepted.'),
      endedAt: time,
    }),
  },
  'chat.message': {
    summary: 'A message was stored in a lasting room.',
    data: z.object({
      roomId: z.string().describe('The live room of the lasting one.'),
      chatRoomId: z.int().describe('The lasting room.'),
      message: z.object({
        messageId: z.int(),
        author: z.object({ userId: z.int(), displayName: z.string() }),
        content: z.string(),
        createdAt: time,
      }),
    }),
  },
} as const satisfies EventTable;

/** The name of an event. */
export type WebhookEventType = keyof typeof WEBHOOK_EVENTS;

/** The names of all events. */
export const WEBHOOK_EVENT_TYPES = Object.keys(
  WEBHOOK_EVENTS,
) as WebhookEventType[];

/** The data of an event. */
export type WebhookData<Type extends WebhookEventType> = z.output<
  (typeof WEBHOOK_EVENTS)[Type]['data']
>;
