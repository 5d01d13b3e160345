import { z } from 'zod';

import { displayNameSchema, idSchema } from '../../core/validation.ts';
import type { EventTable, RequestSpec } from '../../core/contract.ts';
import { anyAppDataSchema, appDataSchema } from '../../core/boundedJson.ts';
import {
  kindSchema,
  rtpCapabilitiesSchema,
  rtpParametersSchema,
  serverIdSchema,
} from '../../media/schemas.ts';
import {
  dtlsParametersSchema,
  iceCandidateSchema,
  iceParametersSchema,
} from '../../media/transportSchemas.ts';

/** Capabilities with the (empty) field `rtcp` of this contract. */
const routerCapabilitiesSchema = rtpCapabilitiesSchema
  .extend({
    rtcp: z.object({}).describe('Always empty.'),
  })
  .meta({
    id: 'RouterRtpCapabilities',
    description: 'The codecs that the room can receive.',
  });

const success = z.object({ success: z.literal(true) });
const inRoom = { roomId: idSchema };

const participantSchema = z
  .object({
    id: idSchema.describe(
      'The `connectionId` that the client received with `connected`. Events name it as `participantId`.',
    ),
    userId: z
      .string()
      .describe(
        'The `user_id` of the token. A user with two connections is two participants.',
      ),
    displayName: z.string(),
    isAudioEnabled: z
      .boolean()
      .describe('True if a microphone is sent and not paused.'),
    isVideoEnabled: z
      .boolean()
      .describe('True if a camera is sent and not paused.'),
    isScreenSharing: z
      .boolean()
      .describe('True if a screen is sent and not paused.'),
    joinedAt: z.string().describe('ISO 8601.'),
  })
  .meta({ id: 'ParticipantInfo', description: 'A participant of the room.' });

const userSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    fullName: z.string(),
    role: z.string(),
  })
  .meta({ id: 'User', description: 'The user of the token.' });

/** One request of the contract. */
export interface JsonRequestSpec extends RequestSpec {
  /** The type of the first reply on a connection, where it has one of its own. */
  firstReply?: 'connected';
  /** Opens a room of its own, which may be at another node of the cluster. */
  opensRoom?: true;
  /** Makes requests that arrive after this one wait until it is answered. */
  holdsOthers?: true;
}

/** Every request of the contract. */
export const requests = {
  authenticate: {
    summary:
      'Sends a token: the first one, or a new one before the old one expires. The first accepted token of a connection is answered with `connected`, any later one with `authenticateResponse`.',
    requires: 'public',
    firstReply: 'connected',
    holdsOthers: true,
    data: z.object({
      token: z
        .string()
        .nullish()
        .describe('Missing, null or empty: `AUTH_TOKEN_MISSING`.'),
    }),
    reply: z.object({
      connectionId: z
        .string()
        .describe(
          "Also the client's own participant id: others know it by this. With the token of a session, its `sub`.",
        ),
      user: userSchema,
    }),
  },
  createRoom: {
    summary:
      'Creates a room, which stays open for a while without participants. The server chooses its id, which others need to join it; the name is only repeated in the reply.',
    requires: 'user',
    opensRoom: true,
    data: z.object({
      name: displayNameSchema,
      description: z.string().max(1_024).optional(),
      maxParticipants: z
        .int()
        .min(1)
        .optional()
        .describe('By default the most that the server allows.'),
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
      'Joins an existing room: one that was created by `createRoom` and is still open, that has members of any contract, or whose id is reserved and has a record. A `producerCreated` follows for each track that is already sent in it.',
    requires: 'user',
    startsEvents: true,
    holdsOthers: true,
    data: z.object({
      ...inRoom,
      displayName: displayNameSchema
        .optional()
        .describe('By default the full name in the token.'),
    }),
    reply: z.object({
      ...inRoom,
      participants: z
        .array(participantSchema)
        .describe('The participants before the client.'),
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
    summary:
      'Returns the codecs that the room can receive. May be sent before joining.',
    requires: 'user',
    data: z.object(inRoom),
    reply: z.object({ rtpCapabilities: routerCapabilitiesSchema }),
  },
  createWebRtcTransport: {
    summary: 'Opens a transport, for sending or for receiving.',
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
    summary:
      'Connects a transport, with the parameters of its "connect" event.',
    requires: 'member',
    data: z.object({
      ...inRoom,
      transportId: serverIdSchema,
      dtlsParameters: dtlsParametersSchema,
    }),
    reply: success,
  },
  restartIce: {
    summary:
      'Returns new ICE credentials for a transport, for example after the network has changed.',
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
        'Any JSON of at most 4096 characters. In an object, `source` names the source of the track: "mic" or "screen-audio", "camera" or "screen". A participant may send one track of each, unless the server is configured otherwise. With any other `source` the track counts as a microphone or camera. The other participants receive an object: `{ "value": … }` if it is not one, and an empty object for null and for data nested more than 16 deep.',
      ),
    }),
    reply: z.object({
      producerId: serverIdSchema,
      kind: kindSchema,
      rtpParameters: rtpParametersSchema,
    }),
  },
  unpublish: {
    summary: 'Stops sending a track of the client.',
    requires: 'member',
    data: z.object({ ...inRoom, producerId: serverIdSchema }),
    reply: success,
  },
  subscribe: {
    summary:
      'Receives a track over the newest receive transport. The consumer starts paused: set it up, then send `resume`.',
    requires: 'member',
    data: z.object({
      ...inRoom,
      producerId: serverIdSchema,
      rtpCapabilities: rtpCapabilitiesSchema,
      appData: anyAppDataSchema.describe(
        'Any JSON of at most 4096 characters. Accepted but not used.',
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
    summary: 'Pauses a consumer.',
    requires: 'member',
    data: z.object({ ...inRoom, consumerId: serverIdSchema }),
    reply: success,
  },
  resume: {
    summary: 'Resumes a consumer, starting with a key frame.',
    requires: 'member',
    data: z.object({ ...inRoom, consumerId: serverIdSchema }),
    reply: success,
  },
  setPreferredLayers: {
    summary: 'Sets the highest layers to receive of a simulcast or SVC track.',
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

/** Every event of the contract; `participantId` names the participant concerned. */
export const events = {
  participantJoined: {
    summary: 'A participant has joined. Sent before any of their tracks.',
    data: z.object({ ...concerns, participant: participantSchema }),
  },
  participantLeft: {
    summary:
      'A participant has left. Sent after `producerClosed` for each of their tracks.',
    data: z.object({
      ...concerns,
      reason: z.enum([
        'left',
        'disconnected',
        'replaced',
        'expired',
        'removed',
      ]),
    }),
  },
  producerCreated: {
    summary: 'A participant has started to send a track.',
    data: z.object({
      ...ofProducer.shape,
      kind: kindSchema,
      paused: z.boolean(),
      appData: appDataSchema,
    }),
  },
  producerClosed: { summary: 'A track has ended.', data: ofProducer },
  producerPaused: {
    summary:
      'A participant has paused a track: muted the microphone, or switched off the camera.',
    data: ofProducer,
  },
  producerResumed: {
    summary: 'A participant has resumed a track.',
    data: ofProducer,
  },
  message: {
    summary:
      'A participant of another contract has sent a message. In a room with a record, one that the record keeps has the data `{id, content, created_at}`, with ids in the order of the messages; its `participantId` is the user if the participant that sent it has left.',
    data: z.object({
      ...concerns,
      data: z.unknown().describe('The data as it was sent.'),
    }),
  },
  serverMessage: {
    summary:
      'The operator of the server has sent a message, by the server API.',
    data: z.object({
      roomId: idSchema,
      data: z.unknown().describe('Any JSON, as it was sent.'),
    }),
  },
  connectionQuality: {
    summary:
      "The quality of a participant's connection for media has changed; it may be the client's own. By the losses that the server counts in both directions.",
    data: z.object({
      ...concerns,
      quality: z
        .enum(['good', 'weak', 'lost'])
        .describe(
          '`weak` if sound or pictures suffer, `lost` if nothing gets through.',
        ),
    }),
  },
  consumerCreated: {
    summary: 'Another participant has subscribed to a track.',
    data: ofConsumer,
  },
  consumerClosed: {
    summary:
      'A consumer has closed: its track has ended, or its participant has unsubscribed.',
    data: ofConsumer,
  },
  consumerPaused: {
    summary: 'A consumer or its track has been paused.',
    data: ofConsumer,
  },
  consumerResumed: {
    summary: 'A consumer or its track has been resumed.',
    data: ofConsumer,
  },
  consumerLayersChanged: {
    summary: 'A consumer receives other layers.',
    data: z.object({
      ...ofConsumer.shape,
      spatialLayer: z.int().nullable().describe('null if nothing is received.'),
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

/** A participant, in the form of the contract. */
export type ParticipantInfo = z.input<typeof participantSchema>;

/** The user of a token, in the form of the contract. */
export type User = z.input<typeof userSchema>;
