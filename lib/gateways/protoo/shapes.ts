import { z } from 'zod';

import {
  permissionChangesSchema as changesSchema,
  POWERS,
  SOURCES,
} from '../../auth/Permissions.ts';
import { ROLES } from '../../auth/roles.ts';
import {
  displayNameSchema,
  idSchema,
  plainText,
} from '../../core/validation.ts';
import { appDataSchema, metadataSchema } from '../../core/boundedJson.ts';
import {
  kindSchema,
  rtpParametersSchema,
  serverIdSchema,
} from '../../media/schemas.ts';
import {
  channelNameSchema,
  dtlsParametersSchema,
  iceCandidateSchema,
  iceParametersSchema,
  sctpParametersSchema,
} from '../../media/transportSchemas.ts';

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

/** The role of a peer. */
export const roleSchema = z
  .string()
  .describe('`guest`, `member`, `moderator`, or a role of another contract.');

/** A role that a moderator can give. */
export const givenRoleSchema = z.enum(ROLES);

/** A source of tracks. */
export const sourceSchema = z.enum(SOURCES);

/** Permissions that a moderator changes. */
export const permissionChangesSchema = changesSchema.describe(
  'Those that change. `publish` and `moderate` may be true for all, or false for none.',
);

/** The things that a peer may do. */
export const permissionsSchema = z
  .object({
    publish: z
      .array(sourceSchema)
      .describe('The sources of tracks that the peer may send.'),
    subscribe: z.boolean().describe('Receive what others send.'),
    data: z.boolean().describe('Send and receive over data channels.'),
    chat: z.boolean().describe('Send messages.'),
    raiseHand: z.boolean().describe('Raise a hand, and react.'),
    metadata: z.boolean().describe('Change its own metadata.'),
    moderate: z
      .array(z.enum(POWERS))
      .describe(
        'Powers over others: muteProducer, muteAll and requestUnmute (`mute`), closeProducerOf (`stop`), removePeer (`remove`), lockRoom (`lock`), setLobby, admitPeer, admitAll and rejectPeer (`lobby`), clearChat (`chat`), setRoomMetadata (`metadata`), setSpotlight (`spotlight`), closeRoom (`close`), setRole and setPermissions (`promote`), createInvitation (`invite`).',
      ),
  })
  .meta({ id: 'Permissions', description: 'The things that a peer may do.' });

/** The lack of a connection, while the peer is kept. */
export const reconnectingSchema = z
  .boolean()
  .describe(
    'True while the peer has no connection, for which it is kept; its media may go on. Told after rooms.absenceNotice.',
  );

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
    role: roleSchema,
    permissions: permissionsSchema,
    reconnecting: reconnectingSchema
      .optional()
      .describe('True while the peer has no connection; left out otherwise.'),
    handRaisedAt: z
      .int()
      .optional()
      .describe(
        'The time at which the peer raised its hand, milliseconds since the epoch; left out while it is not raised.',
      ),
    metadata: metadataSchema
      .optional()
      .describe('Left out until the peer has set it.'),
    device: deviceSchema,
    joinedAt: z.int().describe('Milliseconds since the epoch.'),
    producers: z.array(producerInfoSchema),
    dataProducers: z.array(dataProducerInfoSchema),
  })
  .meta({ id: 'Peer', description: 'A member of the room.' });

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
/** The id of something new that a client wants to know before the reply. */
export const chosenIdSchema = z
  .uuid()
  .optional()
  .describe(
    'A UUID chosen at random by the client, for clients that go on without waiting for the reply. By default, the server chooses the id.',
  );

/** One emoji, as Unicode recommends it for interchange. */
export const emojiSchema = z
  .string()
  .max(64)
  .regex(/^\p{RGI_Emoji}$/v, { message: 'expected one emoji' });

export const ofPeer = z.object({ peerId: idSchema });

const MINUTE = 60_000;
const YEAR = 31_536_000_000;

export const banSchema = z
  .union([z.boolean(), z.literal('forever'), z.int().min(MINUTE).max(YEAR)])
  .describe(
    'Keeps the person out: for `rooms.banTime` with true, for good, or for so many ms. By default the peer may come back, where tokens are needed with a newer one.',
  );
export const qualitySchema = z
  .enum(['good', 'weak', 'lost'])
  .describe(
    '`weak` if sound or pictures suffer, `lost` if nothing gets through.',
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
/** A consumer, with all that mediasoup-client needs. */
export const consumerShape = {
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
};

/** The options of a transport that a client asks for. */
export const transportRequestShape = {
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
};

/** A transport, with all that mediasoup-client needs. */
export const transportShape = {
  transportId: serverIdSchema,
  iceParameters: iceParametersSchema,
  iceCandidates: z.array(iceCandidateSchema),
  dtlsParameters: dtlsParametersSchema,
  sctpParameters: sctpParametersSchema
    .optional()
    .describe('Present with enableSctp.'),
};

/** A transport that was opened without a request of its own. */
export const openedTransportSchema = z
  .object({ direction: z.enum(['send', 'recv']), ...transportShape })
  .meta({
    id: 'Transport',
    description: 'A transport that was opened with the join.',
  });

const length = z.int().min(1).max(32_767);

/** A producer as a client shows it. */
export const viewSchema = z
  .object({
    producerId: serverIdSchema,
    width: length.optional().describe('In pixels of the screen.'),
    height: length.optional().describe('In pixels of the screen.'),
    off: z
      .literal(true)
      .optional()
      .describe('The producer is not shown. Instead of width and height.'),
  })
  .refine(
    ({ width, height, off }) =>
      off === true
        ? width === undefined && height === undefined
        : width !== undefined && height !== undefined,
    { message: 'expected width and height, or off' },
  )
  .meta({
    id: 'View',
    description: 'A producer as the client shows it. Audio may have any size.',
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
