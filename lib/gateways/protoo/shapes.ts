import { z } from 'zod';

import {
  displayNameSchema,
  idSchema,
  plainText,
} from '../../core/validation.ts';
import { appDataSchema } from '../../core/boundedJson.ts';
import {
  rtpCapabilitiesSchema,
  kindSchema,
  serverIdSchema,
} from '../../media/schemas.ts';
import { channelNameSchema } from '../../media/transportSchemas.ts';

/** No data at all. Several messages share the shapes in this file. */
export const nothing = z.object({});

export const deviceSchema = z
  .object({
    flag: plainText(64).optional(),
    name: plainText(64).optional(),
    version: plainText(64).optional(),
  })
  .meta({
    id: 'Device',
    description: 'The platform of a client, as it reports it.',
  });

export const producerInfoSchema = z
  .object({
    producerId: serverIdSchema,
    kind: kindSchema,
    paused: z.boolean(),
    appData: appDataSchema,
  })
  .meta({ id: 'Producer', description: 'A track that a peer sends.' });

export const dataProducerInfoSchema = z
  .object({
    dataProducerId: serverIdSchema,
    label: channelNameSchema,
    protocol: channelNameSchema,
    appData: appDataSchema,
  })
  .meta({
    id: 'DataProducer',
    description: 'A data channel that a peer sends over.',
  });

export const peerInfoSchema = z
  .object({
    peerId: idSchema,
    displayName: displayNameSchema,
    device: deviceSchema,
    joinedAt: z.int().describe('Milliseconds since the epoch.'),
    producers: z.array(producerInfoSchema),
    dataProducers: z.array(dataProducerInfoSchema),
  })
  .meta({ id: 'Peer', description: 'A member of the room.' });

export const iceServersSchema = z.array(
  z
    .object({
      urls: z.array(z.string()),
      username: z.string().optional(),
      credential: z.string().optional(),
    })
    .meta({
      id: 'IceServer',
      description: 'A STUN or TURN server, in the format of RTCPeerConnection.',
    }),
);

/** The reply to joinRoom. */
export const joinedSchema = z.object({
  roomId: idSchema,
  peerId: idSchema,
  rtpCapabilities: rtpCapabilitiesSchema.describe(
    'The codecs that the room can receive.',
  ),
  iceServers: iceServersSchema.describe(
    'The ICE servers for the transports of the client; empty unless some are configured.',
  ),
  peers: z
    .array(peerInfoSchema)
    .optional()
    .describe(
      'The members of the room before the client. Left out when the peer is resumed: the notifications that it missed follow instead.',
    ),
  resumed: z
    .boolean()
    .describe(
      'True if the peer of the broken connection continues, with its transports, producers and consumers.',
    ),
  resumeToken: z
    .string()
    .optional()
    .describe(
      'The token to resume with after the connection is lost, within a limited time. It is good until the first request on the connection that resumes, so a lost reply to that join is no loss.',
    ),
  transportIds: z
    .array(serverIdSchema)
    .optional()
    .describe(
      'When resumed: the transports of the peer. Close those whose reply never arrived.',
    ),
  producerIds: z
    .array(serverIdSchema)
    .optional()
    .describe(
      'When resumed: the producers of the peer. Close those whose reply never arrived.',
    ),
  consumerIds: z
    .array(serverIdSchema)
    .optional()
    .describe('When resumed: the consumers of the peer.'),
  dataProducerIds: z
    .array(serverIdSchema)
    .optional()
    .describe('When resumed: the data producers of the peer.'),
  dataConsumerIds: z
    .array(serverIdSchema)
    .optional()
    .describe('When resumed: the data consumers of the peer.'),
});

export const ofConsumer = z.object({ consumerId: serverIdSchema });

/** Most entries in a list of a request. */
export const MOST_ENTRIES = 500;

/** One consumer, or several of them. */
export const ofConsumers = z
  .object({
    consumerId: serverIdSchema.optional(),
    consumerIds: z
      .array(serverIdSchema)
      .min(1)
      .max(MOST_ENTRIES)
      .optional()
      .describe(
        'Several at once, instead of consumerId or beside it. If one of them does not exist, the request fails and none is changed.',
      ),
  })
  .refine(
    ({ consumerId, consumerIds }) => (consumerId ?? consumerIds) !== undefined,
    { path: ['consumerId'], message: 'expected one, or consumerIds' },
  );
export const ofProducer = z.object({ producerId: serverIdSchema });
export const ofDataProducer = z.object({ dataProducerId: serverIdSchema });
export const ofDataConsumer = z.object({ dataConsumerId: serverIdSchema });
export const layer = z.int().min(0);
export const scoreSchema = z
  .int()
  .min(0)
  .max(10)
  .describe('0 (nothing arrives) to 10 (best).');
export const consumerScoreSchema = z.object({
  score: scoreSchema.describe(
    'The quality of what the server sends, 0 (nothing arrives) to 10 (best).',
  ),
  producerScore: scoreSchema.describe(
    'The score of the stream selected for it.',
  ),
  producerScores: z
    .array(scoreSchema)
    .describe('The scores of all streams of the producer.'),
});
export const statsReply = z.object({
  stats: z.array(
    z
      .looseObject({
        type: z.string().describe('Such as "webrtc-transport", "inbound-rtp".'),
        timestamp: z
          .number()
          .describe(
            "Milliseconds on the media engine's own clock; only differences between two replies have a meaning.",
          ),
      })
      .meta({
        id: 'Stat',
        description:
          'The counters of the media engine for one object. Further fields depend on the type. See https://mediasoup.org/documentation/v3/mediasoup/rtc-statistics/',
      }),
  ),
});
export const ofPeersProducer = z.object({
  producerId: serverIdSchema,
  peerId: idSchema,
});
export const ofPeersDataProducer = z.object({
  dataProducerId: serverIdSchema,
  peerId: idSchema,
});
