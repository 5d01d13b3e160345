import { z } from 'zod';

import { SOURCES } from '../../auth/Permissions.ts';
import { metadataSchema } from '../../core/boundedJson.ts';
import { displayNameSchema, idSchema } from '../../core/validation.ts';
import {
  kindSchema,
  rtpCapabilitiesSchema,
  serverIdSchema,
} from '../../media/schemas.ts';
import { iceServersSchema } from '../../media/transportSchemas.ts';
import {
  consumerShape,
  deviceSchema,
  openedTransportSchema,
  peerInfoSchema,
  permissionsSchema,
  roleSchema,
  transportRequestShape,
} from './shapes.ts';

const transportRequestSchema = z.object(transportRequestShape).meta({
  id: 'TransportRequest',
  description: 'A transport to open with the join.',
});

type TransportRequest = z.output<typeof transportRequestSchema>;

const transportSchema = z.union([
  transportRequestShape.direction,
  transportRequestSchema,
]);

const transportsSchema = z
  .array(transportSchema)
  .max(2)
  .refine(
    (transports) =>
      new Set(transports.map((it) => transportRequestOf(it).direction)).size ===
      transports.length,
    { message: 'expected at most one for each direction' },
  );

const filterSchema = z
  .object({
    kinds: z.array(kindSchema).min(1).max(2).optional(),
    sources: z.array(z.enum(SOURCES)).min(1).max(SOURCES.length).optional(),
  })
  .refine(({ kinds, sources }) => (kinds ?? sources) !== undefined, {
    message: 'expected kinds or sources',
  })
  .meta({
    id: 'SubscriptionFilter',
    description: 'Producers of these kinds and of these sources.',
  });

type Filter = z.output<typeof filterSchema>;

/** The data of joinRoom. */
export const joinSchema = z
  .object({
    roomId: idSchema.describe('Must equal the one in the URL.'),
    peerId: idSchema.describe('Must equal the one in the URL.'),
    displayName: displayNameSchema
      .optional()
      .describe('The peerId by default. A name in the token takes precedence.'),
    device: deviceSchema.optional(),
    clientSecret: z
      .string()
      .regex(/^[\w-]{22,128}$/, {
        message: 'expected 22 to 128 letters, digits, "_" and "-"',
      })
      .optional()
      .describe(
        'A random text that the client keeps and sends to this server alone. By it a member that comes back is known again on a server without tokens: its role and its way into a locked room depend on it, and a ban of another client in its network leaves it alone.',
      ),
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
    transports: transportsSchema
      .optional()
      .describe(
        'Transports to open with the join, one for each direction. A name alone means the default options.',
      ),
    subscribe: z
      .union([z.enum(['auto', 'none']), filterSchema])
      .optional()
      .describe(
        'What the server consumes for the client: all that the others send, nothing (the default), or what a filter lets through. Needs rtpCapabilities and a transport for receiving.',
      ),
  })
  .superRefine((data, context) => {
    // A client that resumes keeps what it joined with.
    if (
      data.resumeToken !== undefined ||
      filterOf(data.subscribe) === undefined
    ) {
      return;
    }
    if (data.rtpCapabilities === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['rtpCapabilities'],
        message: 'expected an object, which subscribe needs',
      });
    }
    if (
      !data.transports?.some(
        (it) => transportRequestOf(it).direction === 'recv',
      )
    ) {
      context.addIssue({
        code: 'custom',
        path: ['transports'],
        message: 'expected one for receiving, which subscribe needs',
      });
    }
  });

/** The limits that concern one client. */
const limitsSchema = z.object({
  maxFrameBytes: z.int().describe('The longest message, bytes.'),
  messagesPerSecond: z.int(),
  messageBurst: z.int(),
  transportsPerPeer: z.int(),
  producersPerPeer: z.int(),
  producersPerSource: z.int(),
  consumersPerPeer: z.int(),
  dataProducersPerPeer: z.int(),
  dataConsumersPerPeer: z.int(),
  appDataBytesPerPeer: z.int(),
  incomingBitrate: z.int(),
  resumeTimeout: z
    .int()
    .describe('The time within which a broken connection can be resumed, ms.'),
  invitationLifetime: z
    .int()
    .describe('The longest `ttl` of createInvitation, s.'),
});

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
  self: z
    .object({
      peerId: idSchema,
      displayName: displayNameSchema,
      role: roleSchema,
      permissions: permissionsSchema,
    })
    .describe('The client as the server knows it, with what it may do.'),
  locked: z
    .boolean()
    .describe('True while only peers that may lock the room can enter it.'),
  lobby: z
    .boolean()
    .describe('True while others wait in the lobby until they are let in.'),
  metadata: metadataSchema
    .optional()
    .describe(
      'The metadata of the room. Left out until a moderator has set it.',
    ),
  spotlight: idSchema
    .nullable()
    .describe(
      'The peer that a moderator has put in the spotlight, for clients to show it large to everyone; null if there is none.',
    ),
  limits: limitsSchema.describe(
    'The limits of the server that concern one client, as they are now.',
  ),
  rtpCapabilitiesVersion: z
    .string()
    .describe(
      'Names rtpCapabilities, which are the same in all rooms of a server. A client that has loaded those of another version loads these and joins again.',
    ),
  transports: z
    .array(openedTransportSchema)
    .optional()
    .describe(
      'With transports: those that were opened. Left out if the media worker died meanwhile; then they come with mediaReset.',
    ),
  consumers: z
    .array(
      z.object(consumerShape).meta({
        id: 'Consumer',
        description: 'A producer as the client receives it.',
      }),
    )
    .optional()
    .describe(
      'With transports: consumers of the producers in peers, all paused. At most 200; further ones follow as consumerOpened. A producer that cannot be consumed has none.',
    ),
});

/** The filter of a subscription; undefined if nothing is consumed. */
export function filterOf(
  subscribe: 'auto' | 'none' | Filter | undefined,
): Filter | undefined {
  if (subscribe === undefined || subscribe === 'none') {
    return undefined;
  }
  return subscribe === 'auto' ? {} : subscribe;
}

/** A transport to open, with its options. */
export function transportRequestOf(
  transport: z.output<typeof transportSchema>,
): TransportRequest {
  return typeof transport === 'string' ? { direction: transport } : transport;
}
