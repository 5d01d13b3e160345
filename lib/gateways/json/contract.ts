import { z } from 'zod';

import { displayNameSchema, idSchema } from '../../core/validation.ts';
import type { EventTable, RequestSpec } from '../../core/contract.ts';
import {
  anyAppDataSchema,
  appDataSchema,
  dtlsParametersSchema,
  iceCandidateSchema,
  iceParametersSchema,
  kindSchema,
  rtpCapabilitiesSchema,
  rtpParametersSchema,
  serverIdSchema,
} from '../../media/schemas.ts';

/** Capabilities with the (empty) field `rtcp` of this contract. */
const routerCapabilitiesSchema = rtpCapabilitiesSchema
  .extend({
    rtcp: z.object({}).describe('Always empty.'),
  })
  .meta({
    id: 'RouterRtpCapabilities',
    description: 'What the room can receive.',
  });

const success = z.object({ success: z.literal(true) });
const inRoom = { roomId: idSchema };

const participantSchema = z
  .object({
    id: idSchema.describe(
      'The participant: the `connectionId` that the client got with `connected`. The same in every event as `participantId`.',
    ),
    userId: z
      .string()
      .describe(
        'The user: `user_id` of the token. A user who is connected twice is two participants.',
      ),
    displayName: z.string(),
    isAudioEnabled: z.boolean().describe('Sends a microphone, not paused.'),
    isVideoEnabled: z.boolean().describe('Sends a camera, not paused.'),
    isScreenSharing: z.boolean().describe('Sends a screen, not paused.'),
    joinedAt: z.string().describe('ISO 8601.'),
  })
  .meta({ id: 'ParticipantInfo', description: 'Somebody in the room.' });

const userSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    fullName: z.string(),
    role: z.string(),
  })
  .meta({ id: 'User', description: 'Whom the token stands for.' });

/** One request of the contract. */
export interface JsonRequestSpec extends RequestSpec {
  /** The type of the first reply on a connection, where it has one of its own. */
  firstReply?: 'connected';
  /** Makes requests that arrive after this one wait until it is answered. */
  holdsOthers?: true;
}

/** Every request of the contract. */
export const requests = {
  authenticate: {
    summary:
      'Presents a token: the first, or a new one before it expires. The first that is accepted on a connection is answered by `connected`, any later one by `authenticateResponse`.',
    requires: 'public',
    firstReply: 'connected',
    holdsOthers: true,
    data: z.object({
      token: z
        .string()
        .nullish()
        .describe('Missing, null or empty: `AUTH_TOKEN_MISSING`.'),
    }),
    reply: z.object({ connectionId: z.string(), user: userSchema }),
  },
  createRoom: {
    summary: 'Makes a room, which stays for a while without anybody in it.',
    requires: 'user',
    data: z.object({
      name: displayNameSchema,
      description: z.string().max(1_024).optional(),
      maxParticipants: z
        .int()
        .min(1)
        .optional()
        .describe('What the server allows at most unless given.'),
    }),
    reply: z.object({
      roomId: idSchema,
      name: z.string(),
      description: z.string().optional(),
      maxParticipants: z.int(),
    }),
  },
  joinRoom: {
    summary:
      'Enters a room that exists. A `producerCreated` follows for each track that is sent in it already.',
    requires: 'user',
    startsEvents: true,
    data: z.object({
      ...inRoom,
      displayName: displayNameSchema
        .optional()
        .describe('The full name in the token unless given.'),
    }),
    reply: z.object({
      ...inRoom,
      participants: z
        .array(participantSchema)
        .describe('The others who are in the room already.'),
      routerRtpCapabilities: routerCapabilitiesSchema,
    }),
  },
  leaveRoom: {
    summary: 'Leaves the room.',
    requires: 'member',
    data: z.object(inRoom),
    reply: success,
  },
  getRouterRtpCapabilities: {
    summary: 'What the room can receive; may be asked before joining.',
    requires: 'user',
    data: z.object(inRoom),
    reply: z.object({ rtpCapabilities: routerCapabilitiesSchema }),
  },
  createWebRtcTransport: {
    summary: 'Opens a transport for what is sent, or for what is received.',
    requires: 'member',
    data: z.object({ ...inRoom, direction: z.enum(['send', 'recv']) }),
    reply: z.object({
      transportId: serverIdSchema,
      iceParameters: iceParametersSchema,
      iceCandidates: z.array(iceCandidateSchema),
      dtlsParameters: dtlsParametersSchema,
    }),
  },
  connectWebRtcTransport: {
    summary: 'Hands over what the "connect" event of the transport brings.',
    requires: 'member',
    data: z.object({
      ...inRoom,
      transportId: serverIdSchema,
      dtlsParameters: dtlsParametersSchema,
    }),
    reply: success,
  },
  restartIce: {
    summary: 'New ICE credentials for a transport whose network changed.',
    requires: 'member',
    data: z.object({ ...inRoom, transportId: serverIdSchema }),
    reply: z.object({ iceParameters: iceParametersSchema }),
  },
  publish: {
    summary: 'Sends a track over the newest send transport.',
    requires: 'member',
    data: z.object({
      ...inRoom,
      kind: kindSchema,
      rtpParameters: rtpParametersSchema,
      appData: anyAppDataSchema.describe(
        'Any JSON of at most 4096 characters. In an object, `source` names what is sent: "mic" or "screen-audio", "camera" or "screen"; one track of each, unless the server is configured otherwise. Any other `source` is unknown, and the track counts as a microphone or camera. The others are shown an object: `{ "value": … }` for what is none, and an empty one for null and for what is nested more than 16 deep.',
      ),
    }),
    reply: z.object({
      producerId: serverIdSchema,
      kind: kindSchema,
      rtpParameters: rtpParametersSchema,
    }),
  },
  unpublish: {
    summary: "Ends one of one's own tracks.",
    requires: 'member',
    data: z.object({ ...inRoom, producerId: serverIdSchema }),
    reply: success,
  },
  subscribe: {
    summary:
      'Receives a track over the newest receive transport. It starts paused: set it up, then resume.',
    requires: 'member',
    data: z.object({
      ...inRoom,
      producerId: serverIdSchema,
      rtpCapabilities: rtpCapabilitiesSchema,
      appData: anyAppDataSchema.describe(
        'Any JSON of at most 4096 characters. Accepted and not used.',
      ),
    }),
    reply: z.object({
      consumerId: serverIdSchema,
      producerId: serverIdSchema,
      kind: kindSchema,
      rtpParameters: rtpParametersSchema,
      paused: z.boolean().describe('Always true.'),
    }),
  },
  unsubscribe: {
    summary: 'Stops receiving a track.',
    requires: 'member',
    data: z.object({ ...inRoom, consumerId: serverIdSchema }),
    reply: success,
  },
  pause: {
    summary: 'Stops the flow of a consumer.',
    requires: 'member',
    data: z.object({ ...inRoom, consumerId: serverIdSchema }),
    reply: success,
  },
  resume: {
    summary: 'Starts the flow of a consumer, with a key frame.',
    requires: 'member',
    data: z.object({ ...inRoom, consumerId: serverIdSchema }),
    reply: success,
  },
  setPreferredLayers: {
    summary: 'Chooses among the layers of a simulcast or SVC track.',
    requires: 'member',
    data: z.object({
      ...inRoom,
      consumerId: serverIdSchema,
      spatialLayer: z.int().min(0).max(15),
      temporalLayer: z.int().min(0).max(15).optional(),
    }),
    reply: success,
  },
} satisfies Record<string, JsonRequestSpec>;

const concerns = { ...inRoom, participantId: idSchema };

const ofProducer = z.object({ ...concerns, producerId: serverIdSchema });

const ofConsumer = z.object({
  ...concerns,
  consumerId: serverIdSchema,
  producerId: serverIdSchema,
  kind: kindSchema,
});

/** Every event of the contract; `participantId` says whom it concerns. */
export const events = {
  participantJoined: {
    summary: 'Somebody entered; comes before anything that they send.',
    data: z.object({ ...concerns, participant: participantSchema }),
  },
  participantLeft: {
    summary: 'Somebody is out; comes after producerClosed for each track.',
    data: z.object({
      ...concerns,
      reason: z.enum(['left', 'disconnected', 'replaced', 'expired']),
    }),
  },
  producerCreated: {
    summary: 'Somebody sends a track.',
    data: z.object({
      ...ofProducer.shape,
      kind: kindSchema,
      paused: z.boolean(),
      appData: appDataSchema,
    }),
  },
  producerClosed: { summary: 'A track has ended.', data: ofProducer },
  consumerCreated: {
    summary: 'Somebody else subscribed to a track.',
    data: ofConsumer,
  },
  consumerClosed: {
    summary:
      'A consumer ended, because its track did or somebody unsubscribed.',
    data: ofConsumer,
  },
  consumerPaused: {
    summary: 'A consumer was paused, or its track was.',
    data: ofConsumer,
  },
  consumerResumed: {
    summary: 'A consumer was resumed, or its track was.',
    data: ofConsumer,
  },
  consumerLayersChanged: {
    summary: 'A consumer receives other layers now.',
    data: z.object({
      ...ofConsumer.shape,
      spatialLayer: z.int().nullable().describe('null: none at all.'),
      temporalLayer: z.int().nullable(),
    }),
  },
} satisfies EventTable;

/** An event as it goes out: its type with its data. */
export type JsonEvent = {
  [Type in keyof typeof events]: {
    type: Type;
    data: z.input<(typeof events)[Type]['data']>;
  };
}[keyof typeof events];

/** Somebody in the room, as the contract shows them. */
export type ParticipantInfo = z.input<typeof participantSchema>;

/** Whom a token stands for, as the contract shows them. */
export type User = z.input<typeof userSchema>;
