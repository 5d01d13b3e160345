import { z } from 'zod';

import type { EventTable } from '../../core/contract.ts';
import { idSchema } from '../../core/validation.ts';
import { rtpCapabilitiesSchema, serverIdSchema } from '../../media/schemas.ts';
import {
  dataProducerInfoSchema,
  producerInfoSchema,
  peerInfoSchema,
  ofConsumer,
  layer,
  scoreSchema,
  consumerScoreSchema,
  ofPeersProducer,
  ofDataConsumer,
  ofPeersDataProducer,
} from './shapes.ts';

/** Every notification of the contract. */
export const notifications = {
  peerJoined: {
    summary: 'Somebody entered; comes before anything that they produce.',
    data: peerInfoSchema,
  },
  peerLeft: {
    summary:
      'Somebody is out; comes after producerClosed and dataProducerClosed for each producer.',
    data: z.object({
      peerId: idSchema,
      reason: z.enum(['left', 'disconnected', 'replaced', 'expired']),
    }),
  },
  newProducer: {
    summary: 'Somebody sends a track.',
    data: z.object({ ...producerInfoSchema.shape, peerId: idSchema }),
  },
  producerClosed: {
    summary: 'A track has ended.',
    data: ofPeersProducer,
  },
  producerPaused: {
    summary: 'Somebody muted a track.',
    data: ofPeersProducer,
  },
  producerResumed: {
    summary: 'Somebody unmuted a track.',
    data: ofPeersProducer,
  },
  newDataProducer: {
    summary: 'Somebody sends over a data channel.',
    data: z.object({ ...dataProducerInfoSchema.shape, peerId: idSchema }),
  },
  dataProducerClosed: {
    summary: 'A data channel has ended.',
    data: ofPeersDataProducer,
  },
  mediaReset: {
    summary:
      'The media worker under the client died. Every transport, producer and consumer of the client, of data as well, is gone: load the capabilities and set up media again. The room and its members stay; what others send over another worker goes on, and is consumed anew.',
    data: z.object({ rtpCapabilities: rtpCapabilitiesSchema }),
  },
  tokenExpiring: {
    summary:
      'The token ends within a minute, and the peer will be put out. Only where the server enforces expiry.',
    data: z.object({
      expiresAt: z.int().describe('Milliseconds since the epoch.'),
    }),
  },
  serverDraining: {
    summary:
      'The server is about to restart. The room goes on until the deadline at most; then the connection is closed with 1012, and the client comes back. Also the first notification of a peer that joins meanwhile.',
    data: z.object({
      deadline: z.int().describe('Milliseconds since the epoch.'),
    }),
  },
  consumerPaused: {
    summary: "The producer of one's consumer was paused.",
    data: ofConsumer,
  },
  consumerResumed: {
    summary: "The producer of one's consumer was resumed.",
    data: ofConsumer,
  },
  consumerClosed: {
    summary: "The producer of one's consumer is gone, and so is the consumer.",
    data: ofConsumer,
  },
  dataConsumerClosed: {
    summary:
      "The data producer of one's data consumer is gone, and so is the data consumer.",
    data: ofDataConsumer,
  },
  message: {
    summary: 'Somebody has something to say.',
    data: z.object({
      from: idSchema,
      data: z.unknown().describe('As it was sent.'),
    }),
  },
  activeSpeaker: {
    summary:
      'Somebody else speaks most now, or nobody speaks any more. Only microphones count that are not paused.',
    data: z.object({
      peerId: idSchema.nullable().describe('null: nobody speaks.'),
    }),
  },
  audioLevels: {
    summary:
      'How loud the loudest are, again and again while somebody speaks; once with nobody in it when it has become silent.',
    data: z.object({
      levels: z
        .array(
          z.object({
            peerId: idSchema,
            volume: z
              .int()
              .min(-127)
              .max(0)
              .describe('The average over the interval, dBov.'),
          }),
        )
        .describe('The loudest first.'),
    }),
  },
  consumerLayersChanged: {
    summary:
      "One's consumer receives other layers now, because of what was asked for, what the network takes, or what the producer sends.",
    data: z.object({
      consumerId: serverIdSchema,
      spatialLayer: layer.nullable().describe('null: nothing is received.'),
      temporalLayer: layer.nullable(),
    }),
  },
  consumerScore: {
    summary: "How well one's consumer is served has changed.",
    data: z.object({
      consumerId: serverIdSchema,
      ...consumerScoreSchema.shape,
    }),
  },
  producerScore: {
    summary: "How well one's producer arrives at the server has changed.",
    data: z.object({
      producerId: serverIdSchema,
      scores: z.array(
        z.object({
          encodingIdx: z
            .int()
            .describe('Which entry of the encodings in rtpParameters.'),
          ssrc: z.int(),
          rid: z.string().optional(),
          score: scoreSchema,
        }),
      ),
    }),
  },
  producerWanted: {
    summary:
      "What somebody wants of one's producer has changed: no more than this needs to be sent. At the start all of it counts as wanted.",
    data: z.object({
      producerId: serverIdSchema,
      maxSpatialLayer: layer
        .nullable()
        .describe(
          'The highest that anybody wants, always 0 for a track without layers such as audio; null: nobody wants any.',
        ),
    }),
  },
} satisfies EventTable;

/** A notification as it goes out: its name with its data. */
export type Notification = {
  [Method in keyof typeof notifications]: {
    method: Method;
    data: z.input<(typeof notifications)[Method]['data']>;
  };
}[keyof typeof notifications];
