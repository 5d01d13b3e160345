import { z } from 'zod';

import type { EventTable } from '../../core/contract.ts';
import { metadataSchema } from '../../core/boundedJson.ts';
import { displayNameSchema, idSchema } from '../../core/validation.ts';
import { rtpCapabilitiesSchema, serverIdSchema } from '../../media/schemas.ts';
import {
  dataProducerInfoSchema,
  deviceSchema,
  nothing,
  producerInfoSchema,
  peerInfoSchema,
  permissionsSchema,
  reconnectingSchema,
  roleSchema,
  emojiSchema,
  consumerShape,
  ofConsumer,
  openedTransportSchema,
  layer,
  qualitySchema,
  scoreSchema,
  consumerScoreSchema,
  ofPeersProducer,
  ofDataConsumer,
  ofPeersDataProducer,
} from './shapes.ts';

/** The peer that moderates, if it was one. */
const by = idSchema
  .optional()
  .describe(
    'The peer that did it. Left out if the server did, or its operator.',
  );

/** A producer of the client, and the moderator that acted on it. */
const byModerator = z.object({ producerId: serverIdSchema, by });

/** Every notification of the contract. */
export const notifications = {
  peerJoined: {
    summary: 'A peer has joined. Sent before any of its producers.',
    data: peerInfoSchema,
  },
  peerLeft: {
    summary:
      'A peer has left. Sent after producerClosed and dataProducerClosed for each of its producers.',
    data: z.object({
      peerId: idSchema,
      reason: z.enum([
        'left',
        'disconnected',
        'replaced',
        'expired',
        'removed',
      ]),
    }),
  },
  peerUpdated: {
    summary: 'Something about a peer has changed.',
    data: z.object({
      peerId: idSchema,
      displayName: displayNameSchema.optional(),
      role: roleSchema.optional(),
      permissions: permissionsSchema.optional(),
      reconnecting: reconnectingSchema.optional(),
      handRaisedAt: z
        .int()
        .nullable()
        .optional()
        .describe('Milliseconds since the epoch; null: the hand is lowered.'),
      metadata: metadataSchema.optional(),
    }),
  },
  reaction: {
    summary: 'A peer shows an emoji.',
    data: z.object({ peerId: idSchema, emoji: emojiSchema }),
  },
  permissionsChanged: {
    summary:
      'The role and the permissions of the client have changed. What they no longer permit has been closed.',
    data: z.object({
      role: roleSchema,
      permissions: permissionsSchema,
      by: idSchema
        .optional()
        .describe(
          'The peer that changed them. Left out if the server did, for example because the last moderator left, or its operator.',
        ),
    }),
  },
  producerMuted: {
    summary:
      'A moderator has paused a producer of the client, which may resume it by resumeProducer.',
    data: byModerator,
  },
  producerStopped: {
    summary: 'A moderator has closed a producer of the client.',
    data: byModerator,
  },
  unmuteRequested: {
    summary:
      'A moderator asks the client to resume a producer, which is left to the user.',
    data: byModerator,
  },
  roomUpdated: {
    summary:
      'Something about the room has changed: it was locked or unlocked, its lobby was switched on or off, it has other metadata, or another peer is in the spotlight.',
    data: z.object({
      locked: z.boolean().optional(),
      lobby: z.boolean().optional(),
      metadata: metadataSchema.optional(),
      spotlight: idSchema
        .nullable()
        .optional()
        .describe(
          'The peer that is in the spotlight now; null if there is none any more, as also before the peerLeft of the one that was.',
        ),
      by,
    }),
  },
  chatCleared: {
    summary:
      'A moderator has cleared the chat: the client no longer shows what was written before.',
    data: z.object({ by }),
  },
  lobby: {
    summary:
      'The client waits in the lobby; sent after a joinRoom that was refused with IN_LOBBY, and at most once a second while its place changes. Without `seq`, because it belongs to no stay.',
    data: z.object({
      position: z.int().min(1).describe('The place in the queue.'),
    }),
  },
  admitted: {
    summary:
      'The client no longer has to wait in the lobby: send joinRoom again, within `signalling.joinTimeout`. Without `seq`, because it belongs to no stay.',
    data: nothing,
  },
  peerWaiting: {
    summary:
      'A client waits in the lobby. For peers with the power `lobby`, who also receive it for each that waits when they join or are given the power.',
    data: z.object({
      peerId: idSchema,
      displayName: displayNameSchema,
      device: deviceSchema,
      waitingSince: z.int().describe('Milliseconds since the epoch.'),
    }),
  },
  peerWaitingLeft: {
    summary:
      'A client no longer waits in the lobby. For peers with the power `lobby`.',
    data: z.object({
      peerId: idSchema,
      reason: z
        .enum(['admitted', 'rejected', 'left'])
        .describe(
          '`admitted`: peerJoined follows once it has joined; `left`: it did not wait any longer.',
        ),
    }),
  },
  newProducer: {
    summary: 'A peer has started to send a track.',
    data: z.object({ ...producerInfoSchema.shape, peerId: idSchema }),
  },
  consumerOpened: {
    summary:
      'A consumer of the client was opened without a request for it alone: instead of newProducer for a client that subscribes, after setViews, or after mediaReset.',
    data: z.object(consumerShape),
  },
  producerClosed: {
    summary: 'A producer has closed.',
    data: ofPeersProducer,
  },
  producerPaused: {
    summary: 'A producer has been paused.',
    data: ofPeersProducer,
  },
  producerResumed: {
    summary: 'A producer has been resumed.',
    data: ofPeersProducer,
  },
  newDataProducer: {
    summary: 'A peer has started to send over a data channel.',
    data: z.object({ ...dataProducerInfoSchema.shape, peerId: idSchema }),
  },
  dataProducerClosed: {
    summary: 'A data producer has closed.',
    data: ofPeersDataProducer,
  },
  mediaReset: {
    summary:
      'The media worker of the client has died. All transports, producers and consumers of the client are closed, those for data as well: load the capabilities and set up media again. The room and its members remain. Producers on other workers continue and have to be consumed again.',
    data: z.object({
      rtpCapabilities: rtpCapabilitiesSchema,
      transports: z
        .array(openedTransportSchema)
        .optional()
        .describe(
          'For a client that joined with transports: new ones with the same options. If it subscribes, consumerOpened follows for each producer.',
        ),
    }),
  },
  tokenExpiring: {
    summary:
      'The token expires within a minute, and the peer will be removed. Sent only if the server enforces expiry.',
    data: z.object({
      expiresAt: z.int().describe('Milliseconds since the epoch.'),
    }),
  },
  serverDraining: {
    summary:
      'The server is about to restart. The room continues until the deadline at most; then the connection is closed with 1012, and the client should reconnect. A peer that joins meanwhile receives it first.',
    data: z.object({
      deadline: z.int().describe('Milliseconds since the epoch.'),
    }),
  },
  consumerPaused: {
    summary: 'The producer of a consumer of the client has been paused.',
    data: ofConsumer,
  },
  consumerResumed: {
    summary: 'The producer of a consumer of the client has been resumed.',
    data: ofConsumer,
  },
  consumerClosed: {
    summary: 'A consumer of the client has closed, because its producer has.',
    data: ofConsumer,
  },
  dataConsumerClosed: {
    summary:
      'A data consumer of the client has closed, because its data producer has.',
    data: ofDataConsumer,
  },
  message: {
    summary:
      'A member has sent a message. In a room with a record, one that the record keeps has the data `{id, content, created_at}`, with ids in the order of the messages; its `from` is the user if the peer that sent it has left.',
    data: z.object({
      from: idSchema,
      data: z.unknown().describe('The data as it was sent.'),
    }),
  },
  serverMessage: {
    summary:
      'The operator of the server has sent a message, by the server API.',
    data: z.object({
      data: z.unknown().describe('Any JSON, as it was sent.'),
    }),
  },
  activeSpeaker: {
    summary:
      'The active speaker has changed, or there is no longer one; it may be the client itself. Only microphones that are not paused count.',
    data: z.object({
      peerId: idSchema
        .nullable()
        .describe('null if there is no active speaker.'),
    }),
  },
  audioLevels: {
    summary:
      'The volumes of the loudest speakers, the client itself included, sent at intervals while there is sound, and once with an empty list when it ends.',
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
      'A consumer of the client receives other layers: its preferred layers, the bandwidth or the producer have changed.',
    data: z.object({
      consumerId: serverIdSchema,
      spatialLayer: layer.nullable().describe('null if nothing is received.'),
      temporalLayer: layer.nullable(),
    }),
  },
  consumerSuspended: {
    summary:
      'A video is not sent for the moment, because the network of the client does not carry even its lowest layers beside the sound. That is independent of pause and resume, and ends with consumerRestored, without a request.',
    data: z.object({
      consumerId: serverIdSchema,
      reason: z.enum(['bandwidth']),
    }),
  },
  consumerRestored: {
    summary: 'A video that was suspended is sent again, if it is not paused.',
    data: ofConsumer,
  },
  connectionQuality: {
    summary:
      "The quality of a peer's connection for media has changed; it may be the client itself. By the losses that the server counts in both directions, and by what the client reports (reportQuality). A new member receives it for each peer whose quality is not good.",
    data: z.object({ peerId: idSchema, quality: qualitySchema }),
  },
  consumerScore: {
    summary: 'The score of a consumer of the client has changed.',
    data: z.object({
      consumerId: serverIdSchema,
      ...consumerScoreSchema.shape,
    }),
  },
  producerScore: {
    summary: 'The scores of a producer of the client have changed.',
    data: z.object({
      producerId: serverIdSchema,
      scores: z.array(
        z.object({
          encodingIdx: z
            .int()
            .describe('The index of the encoding in rtpParameters.'),
          ssrc: z.int(),
          rid: z.string().optional(),
          score: scoreSchema,
        }),
      ),
    }),
  },
  producerWanted: {
    summary:
      'The highest layer that any receiver of a producer of the client wants has changed. Higher layers need not be sent. Initially all layers count as wanted.',
    data: z.object({
      producerId: serverIdSchema,
      maxSpatialLayer: layer
        .nullable()
        .describe(
          'The highest wanted layer, always 0 for a track without layers such as audio; null if there is no receiver.',
        ),
    }),
  },
  closing: {
    summary:
      'The server is about to close the connection. The last notification. Without `seq`: it belongs to the connection, not to the stay.',
    data: z.object({
      code: z.int().describe('The close code that follows.'),
      name: z
        .enum([
          'left',
          'disconnected',
          'replaced',
          'expired',
          'empty',
          'deleted',
          'removed',
          'rejected',
          'banned',
          'closed',
          'resumed',
          'workerDied',
          'shutdown',
          'restart',
          'slow',
          'flood',
          'protocol',
        ])
        .describe('The reason, for programs.'),
      reason: z
        .string()
        .describe(
          'The reason, for people; the close frame may have to cut it.',
        ),
      retryAfter: z
        .int()
        .min(0)
        .optional()
        .describe('Seconds until connecting again makes sense, where known.'),
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
