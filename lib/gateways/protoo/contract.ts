import { z } from 'zod';

import { displayNameSchema, idSchema } from '../../core/validation.ts';
import { repeatable } from '../../core/repeatable.ts';
import { appDataSchema, messageDataSchema } from '../../core/boundedJson.ts';
import {
  kindSchema,
  rtpCapabilitiesSchema,
  rtpParametersSchema,
  serverIdSchema,
  trackAppDataSchema,
} from '../../media/schemas.ts';
import {
  channelNameSchema,
  dtlsParametersSchema,
  iceCandidateSchema,
  iceParametersSchema,
  sctpParametersSchema,
  sctpStreamParametersSchema,
} from '../../media/transportSchemas.ts';
import {
  joinedSchema,
  nothing,
  deviceSchema,
  ofConsumer,
  ofConsumers,
  ofProducer,
  ofDataConsumer,
  ofDataProducer,
  layer,
  consumerScoreSchema,
  iceServersSchema,
  statsReply,
} from './shapes.ts';

/** Every request of the contract. */
export const requests = repeatable({
  getRouterRtpCapabilities: {
    summary:
      'Returns the codecs that the room can receive. Load them into the Device before joining.',
    requires: 'user',
    data: nothing,
    reply: z.object({ rtpCapabilities: rtpCapabilitiesSchema }),
  },
  ping: {
    summary:
      'Returns an empty reply, for clients that do not see WebSocket pings. A client that receives no reply has lost the connection.',
    requires: 'user',
    data: nothing,
    reply: nothing,
  },
  joinRoom: {
    summary:
      'Joins the room. Everything that happens after the snapshot in the reply is sent as a notification.',
    requires: 'user',
    startsEvents: true,
    data: z.object({
      roomId: idSchema.describe('Must equal the one in the URL.'),
      peerId: idSchema.describe('Must equal the one in the URL.'),
      displayName: displayNameSchema
        .optional()
        .describe(
          'The peerId by default. A name in the token takes precedence.',
        ),
      device: deviceSchema.optional(),
      rtpCapabilities: rtpCapabilitiesSchema
        .optional()
        .describe(
          'The codecs that the client can receive. They may be sent with consume instead.',
        ),
      resumeToken: z
        .string()
        .max(128)
        .optional()
        .describe(
          'The token of the last join, to continue where the connection broke.',
        ),
      after: z
        .int()
        .min(0)
        .optional()
        .describe(
          'Required with resumeToken: the `seq` of the last notification received, 0 if none was.',
        ),
      received: z
        .int()
        .min(0)
        .optional()
        .describe(
          'The number of notifications received since the peer first joined, over all its connections. For clients that do not send `after`.',
        ),
    }),
    reply: joinedSchema,
  },
  getIceServers: {
    summary:
      'Returns the iceServers of joinRoom again, with credentials of full lifetime.',
    requires: 'member',
    data: nothing,
    reply: z.object({ iceServers: iceServersSchema }),
  },
  createWebRtcTransport: {
    summary: 'Opens a transport, for sending or for receiving.',
    requires: 'member',
    data: z.object({
      direction: z
        .enum(['send', 'recv'])
        .describe('The direction from the point of view of the client.'),
      forceTcp: z
        .boolean()
        .optional()
        .describe('Offer no UDP candidates, for networks that drop UDP.'),
      enableSctp: z
        .boolean()
        .optional()
        .describe(
          'Allow data channels beside the tracks. They cannot be added later. False by default, because they cost memory on both sides.',
        ),
    }),
    reply: z.object({
      transportId: serverIdSchema,
      iceParameters: iceParametersSchema,
      iceCandidates: z.array(iceCandidateSchema),
      dtlsParameters: dtlsParametersSchema,
      sctpParameters: sctpParametersSchema
        .optional()
        .describe('Present with enableSctp.'),
    }),
  },
  connectWebRtcTransport: {
    summary:
      'Connects a transport, with the parameters of its "connect" event.',
    requires: 'member',
    data: z.object({
      transportId: serverIdSchema,
      dtlsParameters: dtlsParametersSchema,
    }),
    reply: nothing,
  },
  restartIce: {
    summary:
      'Returns new ICE credentials for a transport, for example after the network has changed.',
    requires: 'member',
    data: z.object({ transportId: serverIdSchema }),
    reply: z.object({ iceParameters: iceParametersSchema }),
  },
  closeWebRtcTransport: {
    summary:
      'Closes a transport with all its producers and consumers. leaveRoom closes all transports anyway.',
    requires: 'member',
    data: z.object({ transportId: serverIdSchema }),
    reply: nothing,
  },
  produce: {
    summary: 'Sends a track. The other members receive newProducer.',
    requires: 'member',
    data: z.object({
      transportId: serverIdSchema
        .optional()
        .describe("By default the peer's only send transport."),
      kind: kindSchema,
      rtpParameters: rtpParametersSchema,
      paused: z.boolean().optional(),
      appData: trackAppDataSchema,
    }),
    reply: ofProducer,
  },
  consume: {
    summary:
      'Receives a producer. The consumer starts paused: set it up, then send resume.',
    requires: 'member',
    data: z.object({
      transportId: serverIdSchema
        .optional()
        .describe("By default the peer's only receive transport."),
      producerId: serverIdSchema,
      rtpCapabilities: rtpCapabilitiesSchema
        .optional()
        .describe('By default those of joinRoom.'),
    }),
    reply: z.object({
      consumerId: serverIdSchema,
      producerId: serverIdSchema,
      peerId: idSchema.describe('The owner of the producer.'),
      kind: kindSchema,
      rtpParameters: rtpParametersSchema,
      type: z.enum(['simple', 'simulcast', 'svc', 'pipe']),
      paused: z.boolean().describe('Always true.'),
      producerPaused: z.boolean(),
      score: consumerScoreSchema.describe(
        'The score at the start. Changes are sent as consumerScore.',
      ),
      appData: appDataSchema,
    }),
  },
  pause: {
    summary: 'Pauses a consumer, or several.',
    requires: 'member',
    counted: 'consumerIds',
    data: ofConsumers,
    reply: nothing,
  },
  resume: {
    summary: 'Resumes a consumer, or several, each starting with a key frame.',
    requires: 'member',
    counted: 'consumerIds',
    data: ofConsumers,
    reply: nothing,
  },
  closeConsumer: {
    summary: 'Closes a consumer, or several.',
    requires: 'member',
    counted: 'consumerIds',
    data: ofConsumers,
    reply: nothing,
  },
  setConsumerPreferredLayers: {
    summary:
      'Sets the highest layers to receive of a simulcast or SVC track. The server sends these or lower ones.',
    requires: 'member',
    data: z.object({
      consumerId: serverIdSchema,
      spatialLayer: layer.max(15).describe('0 is the lowest resolution.'),
      temporalLayer: layer
        .max(15)
        .optional()
        .describe('0 is the lowest frame rate. The highest by default.'),
    }),
    reply: nothing,
  },
  setConsumerPriority: {
    summary:
      'Sets which consumers get their layers first when bandwidth is scarce.',
    requires: 'member',
    data: z.object({
      consumerId: serverIdSchema,
      priority: z
        .int()
        .min(1)
        .max(255)
        .describe('The highest is served first. Initially 1.'),
    }),
    reply: nothing,
  },
  requestConsumerKeyFrame: {
    summary:
      'Requests a key frame, for example after decoding errors. Video only.',
    requires: 'member',
    data: ofConsumer,
    reply: nothing,
  },
  pauseProducer: {
    summary: 'Pauses a producer of the client, for all its receivers.',
    requires: 'member',
    data: ofProducer,
    reply: nothing,
  },
  resumeProducer: {
    summary: 'Resumes a producer of the client.',
    requires: 'member',
    data: ofProducer,
    reply: nothing,
  },
  closeProducer: {
    summary: 'Closes a producer of the client.',
    requires: 'member',
    data: ofProducer,
    reply: nothing,
  },
  produceData: {
    summary:
      'Sends over a data channel. The other members receive newDataProducer.',
    requires: 'member',
    data: z.object({
      transportId: serverIdSchema
        .optional()
        .describe("By default the peer's only send transport."),
      sctpStreamParameters: sctpStreamParametersSchema.describe(
        'The consumers receive it with the same order and retransmission.',
      ),
      label: channelNameSchema.optional(),
      protocol: channelNameSchema.optional(),
      appData: appDataSchema.optional(),
    }),
    reply: ofDataProducer,
  },
  consumeData: {
    summary:
      'Receives the messages that a data producer sends from now on, on a stream of its own.',
    requires: 'member',
    data: z.object({
      transportId: serverIdSchema
        .optional()
        .describe("By default the peer's only receive transport."),
      dataProducerId: serverIdSchema,
    }),
    reply: z.object({
      dataConsumerId: serverIdSchema,
      dataProducerId: serverIdSchema,
      peerId: idSchema.describe('The owner of the data producer.'),
      sctpStreamParameters: sctpStreamParametersSchema,
      label: channelNameSchema,
      protocol: channelNameSchema,
      appData: appDataSchema,
    }),
  },
  closeDataProducer: {
    summary: 'Closes a data producer of the client.',
    requires: 'member',
    data: ofDataProducer,
    reply: nothing,
  },
  closeDataConsumer: {
    summary: 'Closes a data consumer.',
    requires: 'member',
    data: ofDataConsumer,
    reply: nothing,
  },
  getTransportStats: {
    summary:
      'Returns statistics of a transport of the client: its traffic and its network path.',
    requires: 'member',
    data: z.object({ transportId: serverIdSchema }),
    reply: statsReply,
  },
  getProducerStats: {
    summary:
      'Returns what the server receives of a producer of the client, one entry for each stream.',
    requires: 'member',
    data: ofProducer,
    reply: statsReply,
  },
  getConsumerStats: {
    summary:
      'Returns what the server sends for a consumer (outbound-rtp), and what it receives of the stream selected for it (inbound-rtp).',
    requires: 'member',
    data: ofConsumer,
    reply: statsReply,
  },
  getDataProducerStats: {
    summary:
      'Returns what the server receives of a data producer of the client.',
    requires: 'member',
    data: ofDataProducer,
    reply: statsReply,
  },
  getDataConsumerStats: {
    summary: 'Returns what the server sends for a data consumer.',
    requires: 'member',
    data: ofDataConsumer,
    reply: statsReply,
  },
  sendMessage: {
    summary:
      'Sends a message to other members, who receive it as message: either all of them or, if the request fails, none. In a room with a record, a message to all that has a text `data.content` is kept by the record, and arrives as it was kept.',
    requires: 'member',
    data: z.object({
      to: z
        .array(idSchema)
        .min(1)
        .max(100)
        .optional()
        .describe('The recipients; all other members by default.'),
      data: messageDataSchema,
    }),
    reply: nothing,
  },
  leaveRoom: {
    summary:
      'Leaves the room. The connection is closed unless it joins again in time.',
    requires: 'member',
    data: nothing,
    reply: nothing,
  },
});
