import { z } from 'zod';

import {
  displayNameSchema,
  idSchema,
  plainText,
} from '../../core/validation.ts';
import {
  appDataSchema,
  channelNameSchema,
  kindSchema,
  serverIdSchema,
} from '../../media/schemas.ts';

/** No data at all. The shapes here are shared by several messages. */
export const nothing = z.object({});

export const deviceSchema = z
  .object({
    flag: plainText(64).optional(),
    name: plainText(64).optional(),
    version: plainText(64).optional(),
  })
  .meta({ id: 'Device', description: 'What a client runs on, as it says.' });

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
      description: 'A STUN or TURN server, as RTCPeerConnection takes it.',
    }),
);

export const ofConsumer = z.object({ consumerId: serverIdSchema });
export const ofProducer = z.object({ producerId: serverIdSchema });
export const ofDataProducer = z.object({ dataProducerId: serverIdSchema });
export const ofDataConsumer = z.object({ dataConsumerId: serverIdSchema });
export const layer = z.int().min(0);
export const scoreSchema = z
  .int()
  .min(0)
  .max(10)
  .describe('0 for nothing at all, 10 for the best.');
export const consumerScoreSchema = z.object({
  score: scoreSchema.describe(
    'What the server sends: 0 for nothing at all, 10 for the best.',
  ),
  producerScore: scoreSchema.describe(
    'The stream of the producer that is chosen for it.',
  ),
  producerScores: z.array(scoreSchema).describe('All streams of the producer.'),
});
export const statsReply = z.object({
  stats: z.array(
    z
      .looseObject({
        type: z.string().describe('Such as "webrtc-transport", "inbound-rtp".'),
        timestamp: z
          .number()
          .describe(
            "Milliseconds of the media engine's own clock: what differs between two answers is what passed between them.",
          ),
      })
      .meta({
        id: 'Stat',
        description:
          'What the media engine counted of one thing; which more fields there are depends on the type. See https://mediasoup.org/documentation/v3/mediasoup/rtc-statistics/',
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
