import { z } from 'zod';

import { displayNameSchema, idSchema } from '../../core/validation.ts';
import type { RequestTable } from '../../core/contract.ts';
import {
  appDataSchema,
  channelNameSchema,
  dtlsParametersSchema,
  iceCandidateSchema,
  iceParametersSchema,
  kindSchema,
  messageDataSchema,
  rtpCapabilitiesSchema,
  rtpParametersSchema,
  sctpParametersSchema,
  sctpStreamParametersSchema,
  serverIdSchema,
  trackAppDataSchema,
} from '../../media/schemas.ts';
import {
  nothing,
  deviceSchema,
  peerInfoSchema,
  ofConsumer,
  ofProducer,
  ofDataConsumer,
  ofDataProducer,
  layer,
  consumerScoreSchema,
  iceServersSchema,
  statsReply,
} from './shapes.ts';

/** Every request of the contract; the source of seed 001 and its additions. */
export const requests = {
  getRouterRtpCapabilities: {
    summary:
      'What the room can receive; load it into the Device before joining.',
    requires: 'user',
    data: nothing,
    reply: z.object({ rtpCapabilities: rtpCapabilitiesSchema }),
  },
  ping: {
    summary:
      'Nothing but an answer, for clients that are shown no WebSocket pings: who gets none has lost the connection.',
    requires: 'user',
    data: nothing,
    reply: nothing,
  },
  joinRoom: {
    summary:
      'Enters the room. Everything that happens after the snapshot in the reply comes as a notification.',
    requires: 'user',
    startsEvents: true,
    data: z.object({
      roomId: idSchema.describe('Has to equal the one in the URL.'),
      peerId: idSchema.describe('Has to equal the one in the URL.'),
      displayName: displayNameSchema
        .optional()
        .describe(
          'The peerId unless given. The name in the token, if there is one, counts more.',
        ),
      device: deviceSchema.optional(),
      rtpCapabilities: rtpCapabilitiesSchema
        .optional()
        .describe('What the client can receive; may come with consume.'),
      resumeToken: z
        .string()
        .max(128)
        .optional()
        .describe(
          'The one of the last join, to go on where the connection broke.',
        ),
      received: z
        .int()
        .min(0)
        .optional()
        .describe(
          'Goes with resumeToken: how many notifications have come since the peer joined first, over all its connections.',
        ),
    }),
    reply: z.object({
      roomId: idSchema,
      peerId: idSchema,
      rtpCapabilities: rtpCapabilitiesSchema.describe("The room's."),
      iceServers: iceServersSchema.describe(
        'For the transports of the client; none unless the operator has set some up.',
      ),
      peers: z
        .array(peerInfoSchema)
        .optional()
        .describe(
          'Who is there already. Not when resumed: then the notifications that did not arrive follow.',
        ),
      resumed: z
        .boolean()
        .describe(
          'Whether the peer of the broken connection goes on, with its transports, producers and consumers.',
        ),
      resumeToken: z
        .string()
        .optional()
        .describe(
          'For the next time; good once, and for a while after the connection broke.',
        ),
      producerIds: z
        .array(serverIdSchema)
        .optional()
        .describe(
          'When resumed: what the peer sends. Close what was never answered.',
        ),
      consumerIds: z
        .array(serverIdSchema)
        .optional()
        .describe('When resumed: what the peer receives.'),
      dataProducerIds: z
        .array(serverIdSchema)
        .optional()
        .describe('When resumed: the data channels that the peer sends over.'),
      dataConsumerIds: z
        .array(serverIdSchema)
        .optional()
        .describe('When resumed: those that it receives from.'),
    }),
  },
  getIceServers: {
    summary:
      'The iceServers of joinRoom again, with credentials that have their whole time before them.',
    requires: 'member',
    data: nothing,
    reply: z.object({ iceServers: iceServersSchema }),
  },
  createWebRtcTransport: {
    summary: 'Opens a transport for what is sent, or for what is received.',
    requires: 'member',
    data: z.object({
      direction: z.enum(['send', 'recv']).describe('As the client sees it.'),
      forceTcp: z
        .boolean()
        .optional()
        .describe('Offer no UDP, for networks that swallow it.'),
      enableSctp: z
        .boolean()
        .optional()
        .describe(
          'Let it carry data channels beside the tracks, which cannot be added later; no unless given, because it costs memory on both sides.',
        ),
    }),
    reply: z.object({
      transportId: serverIdSchema,
      iceParameters: iceParametersSchema,
      iceCandidates: z.array(iceCandidateSchema),
      dtlsParameters: dtlsParametersSchema,
      sctpParameters: sctpParametersSchema
        .optional()
        .describe('With enableSctp.'),
    }),
  },
  connectWebRtcTransport: {
    summary: 'Hands over what the "connect" event of the transport brings.',
    requires: 'member',
    data: z.object({
      transportId: serverIdSchema,
      dtlsParameters: dtlsParametersSchema,
    }),
    reply: nothing,
  },
  restartIce: {
    summary: 'New ICE credentials for a transport whose network changed.',
    requires: 'member',
    data: z.object({ transportId: serverIdSchema }),
    reply: z.object({ iceParameters: iceParametersSchema }),
  },
  closeWebRtcTransport: {
    summary:
      'Ends a transport, and every producer and consumer on it. All of them end with leaveRoom anyway.',
    requires: 'member',
    data: z.object({ transportId: serverIdSchema }),
    reply: nothing,
  },
  produce: {
    summary: 'Sends a track; everybody else hears of it by newProducer.',
    requires: 'member',
    data: z.object({
      transportId: serverIdSchema
        .optional()
        .describe("The peer's only send transport unless given."),
      kind: kindSchema,
      rtpParameters: rtpParametersSchema,
      paused: z.boolean().optional(),
      appData: trackAppDataSchema,
    }),
    reply: ofProducer,
  },
  consume: {
    summary:
      'Receives a producer. The consumer starts paused: set it up, then resume.',
    requires: 'member',
    data: z.object({
      transportId: serverIdSchema
        .optional()
        .describe("The peer's only receive transport unless given."),
      producerId: serverIdSchema,
      rtpCapabilities: rtpCapabilitiesSchema
        .optional()
        .describe('Those given to joinRoom unless given.'),
    }),
    reply: z.object({
      consumerId: serverIdSchema,
      producerId: serverIdSchema,
      peerId: idSchema.describe('Whose producer it is.'),
      kind: kindSchema,
      rtpParameters: rtpParametersSchema,
      type: z.enum(['simple', 'simulcast', 'svc', 'pipe']),
      paused: z.boolean().describe('Always true.'),
      producerPaused: z.boolean(),
      score: consumerScoreSchema.describe(
        'At the start; what changes comes as consumerScore.',
      ),
      appData: appDataSchema,
    }),
  },
  pause: {
    summary: 'Stops the flow of a consumer.',
    requires: 'member',
    data: ofConsumer,
    reply: nothing,
  },
  resume: {
    summary: 'Starts the flow of a consumer, with a key frame.',
    requires: 'member',
    data: ofConsumer,
    reply: nothing,
  },
  closeConsumer: {
    summary: 'Ends a consumer.',
    requires: 'member',
    data: ofConsumer,
    reply: nothing,
  },
  setConsumerPreferredLayers: {
    summary:
      'Chooses what to receive of a track that comes in several layers, simulcast or SVC. The server sends at most that.',
    requires: 'member',
    data: z.object({
      consumerId: serverIdSchema,
      spatialLayer: layer.max(15).describe('0 for the smallest picture.'),
      temporalLayer: layer
        .max(15)
        .optional()
        .describe('0 for the fewest frames; all of them unless given.'),
    }),
    reply: nothing,
  },
  setConsumerPriority: {
    summary:
      'Says which consumers get their layers first where the network does not take all.',
    requires: 'member',
    data: z.object({
      consumerId: serverIdSchema,
      priority: z
        .int()
        .min(1)
        .max(255)
        .describe('The highest comes first; 1 at the start.'),
    }),
    reply: nothing,
  },
  requestConsumerKeyFrame: {
    summary:
      'Asks for a picture that stands alone, after the decoder lost its way. Video only.',
    requires: 'member',
    data: ofConsumer,
    reply: nothing,
  },
  pauseProducer: {
    summary: "Mutes one of one's own producers for everybody.",
    requires: 'member',
    data: ofProducer,
    reply: nothing,
  },
  resumeProducer: {
    summary: "Unmutes one of one's own producers.",
    requires: 'member',
    data: ofProducer,
    reply: nothing,
  },
  closeProducer: {
    summary: "Ends one of one's own producers.",
    requires: 'member',
    data: ofProducer,
    reply: nothing,
  },
  produceData: {
    summary:
      'Sends over a data channel; everybody else hears of it by newDataProducer.',
    requires: 'member',
    data: z.object({
      transportId: serverIdSchema
        .optional()
        .describe("The peer's only send transport unless given."),
      sctpStreamParameters: sctpStreamParametersSchema.describe(
        'Those who receive it get it in the same order and with as much repetition.',
      ),
      label: channelNameSchema.optional(),
      protocol: channelNameSchema.optional(),
      appData: appDataSchema.optional(),
    }),
    reply: ofDataProducer,
  },
  consumeData: {
    summary:
      'Receives a data producer: what is sent from now on, on a stream of its own.',
    requires: 'member',
    data: z.object({
      transportId: serverIdSchema
        .optional()
        .describe("The peer's only receive transport unless given."),
      dataProducerId: serverIdSchema,
    }),
    reply: z.object({
      dataConsumerId: serverIdSchema,
      dataProducerId: serverIdSchema,
      peerId: idSchema.describe('Whose data producer it is.'),
      sctpStreamParameters: sctpStreamParametersSchema,
      label: channelNameSchema,
      protocol: channelNameSchema,
      appData: appDataSchema,
    }),
  },
  closeDataProducer: {
    summary: "Ends one of one's own data producers.",
    requires: 'member',
    data: ofDataProducer,
    reply: nothing,
  },
  closeDataConsumer: {
    summary: 'Ends a data consumer.',
    requires: 'member',
    data: ofDataConsumer,
    reply: nothing,
  },
  getTransportStats: {
    summary:
      "What flows over one of one's own transports, and over which network path.",
    requires: 'member',
    data: z.object({ transportId: serverIdSchema }),
    reply: statsReply,
  },
  getProducerStats: {
    summary:
      "What the server receives of one of one's own producers, one entry a stream.",
    requires: 'member',
    data: ofProducer,
    reply: statsReply,
  },
  getConsumerStats: {
    summary:
      'What the server sends for a consumer (outbound-rtp), and what it receives of the stream that is chosen for it (inbound-rtp).',
    requires: 'member',
    data: ofConsumer,
    reply: statsReply,
  },
  getDataProducerStats: {
    summary: "What the server receives of one of one's own data producers.",
    requires: 'member',
    data: ofDataProducer,
    reply: statsReply,
  },
  getDataConsumerStats: {
    summary: 'What the server sends for a data consumer.',
    requires: 'member',
    data: ofDataConsumer,
    reply: statsReply,
  },
  sendMessage: {
    summary:
      'Says something to others, who hear it as message. Either all of them do or, when the request fails, none.',
    requires: 'member',
    data: z.object({
      to: z
        .array(idSchema)
        .min(1)
        .max(100)
        .optional()
        .describe('Who is to hear it; everybody else unless given.'),
      data: messageDataSchema,
    }),
    reply: nothing,
  },
  leaveRoom: {
    summary:
      'Leaves the room. The connection may join again; otherwise it is closed.',
    requires: 'member',
    data: nothing,
    reply: nothing,
  },
} satisfies RequestTable;
