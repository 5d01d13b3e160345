import { z } from 'zod';

import {
  permissionChangesSchema,
  POWERS,
  SOURCES,
} from '../../auth/Permissions.ts';
import { ROLES } from '../../auth/roles.ts';
import { metadataSchema } from '../../core/boundedJson.ts';
import { displayNameSchema, idSchema } from '../../core/validation.ts';

/** A moment. */
export const timeShape = z.iso.datetime().describe('UTC.');

const count = z.int().min(0);

/** The device of a client, as the client reports it. */
const deviceShape = z.object({
  name: z.string().optional(),
  version: z.string().optional(),
});

/** A room. */
export const roomShape = z
  .object({
    roomId: z.string(),
    lasting: z
      .boolean()
      .describe(
        'True if it was created by the server API: it then lasts, with its options, until it is deleted.',
      ),
    createdAt: timeShape.optional().describe('UTC. Left out unless it lasts.'),
    open: z.boolean().describe('True from the first join until it closes.'),
    openedAt: timeShape.optional().describe('UTC. Left out unless it is open.'),
    peers: count.describe('The number of its peers.'),
    maxPeers: count.describe('The most peers that it takes.'),
    emptyTimeout: count.describe(
      'The time for which it stays open without a peer, ms.',
    ),
    metadata: z.record(z.string(), z.unknown()),
    locked: z
      .boolean()
      .describe('True while only moderators who may lock it can enter.'),
    lobby: z
      .boolean()
      .describe('True while others wait until a moderator admits them.'),
  })
  .meta({ id: 'ServerRoom', description: 'A room.' });

/** A track that a peer sends. */
export const trackShape = z
  .object({
    trackId: z.string().describe('The producerId of other contracts.'),
    kind: z.enum(['audio', 'video']),
    source: z.enum(SOURCES),
    paused: z.boolean(),
  })
  .meta({ id: 'ServerTrack', description: 'A track that a peer sends.' });

const permissionsShape = z
  .object({
    publish: z.array(z.enum(SOURCES)),
    subscribe: z.boolean(),
    data: z.boolean(),
    chat: z.boolean(),
    raiseHand: z.boolean(),
    metadata: z.boolean(),
    moderate: z.array(z.enum(POWERS)),
  })
  .meta({
    id: 'ServerPermissions',
    description: 'The things that a peer may do.',
  });

/** A peer. */
export const peerShape = z
  .object({
    peerId: z.string(),
    userId: z
      .string()
      .describe('The user behind it, as its token says; else the peerId.'),
    displayName: z.string(),
    metadata: z
      .record(z.string(), z.unknown())
      .describe('Set by its client or by this API.'),
    role: z.string(),
    permissions: permissionsShape,
    contract: z.string().describe('The contract that its client speaks.'),
    network: z
      .string()
      .describe('Its address; of an IPv6 address, the network (/64).'),
    away: z
      .boolean()
      .describe('True while its client has no connection and may come back.'),
    quality: z
      .enum(['good', 'weak', 'lost'])
      .describe('The quality of its connection for media.'),
    joinedAt: timeShape,
    handRaisedAt: timeShape
      .optional()
      .describe('Left out while it is lowered.'),
    device: deviceShape,
    tracks: z.array(trackShape),
    received: z
      .object({ audio: count, video: count, active: count })
      .describe('Tracks that it receives; `active` are those not paused.'),
  })
  .meta({ id: 'ServerPeer', description: 'A peer of a room.' });

const bitrate = z.number().min(0).describe('In bit/s.');

const streamFields = {
  bitrate,
  packetsLost: z
    .int()
    .describe('Packets lost so far; retransmissions that come too late count.'),
  roundTripTime: z
    .number()
    .optional()
    .describe(
      'The round-trip time to the client, ms; left out until it is known.',
    ),
  score: count.describe('From 0, nothing at all, to 10, the best.'),
};

/** The media of a peer at a moment. */
export const peerStatsShape = z
  .object({
    transports: z
      .array(
        z.object({
          transportId: z.string(),
          iceState: z.enum([
            'new',
            'connected',
            'completed',
            'disconnected',
            'closed',
          ]),
          protocol: z
            .enum(['udp', 'tcp'])
            .optional()
            .describe('Left out until ICE has connected.'),
          remoteAddress: z
            .string()
            .optional()
            .describe("The client's address, or that of its TURN server."),
          incomingBitrate: bitrate,
          outgoingBitrate: bitrate,
          availableBitrate: bitrate
            .optional()
            .describe('The bandwidth estimated towards the client, bit/s.'),
        }),
      )
      .describe('Its transports.'),
    sent: z
      .array(z.object({ ...trackShape.shape, ...streamFields }))
      .describe('The tracks that it sends.'),
    received: z
      .array(
        z.object({
          trackId: z.string(),
          kind: z.enum(['audio', 'video']),
          paused: z.boolean(),
          spatialLayer: count.optional(),
          temporalLayer: count.optional(),
          ...streamFields,
        }),
      )
      .describe('The tracks that it receives, the first 100.'),
  })
  .meta({
    id: 'ServerPeerStats',
    description: 'The media of a peer at a moment.',
  });

/** Changes of a peer. */
export const peerChanges = z.strictObject({
  role: z
    .enum(ROLES)
    .optional()
    .describe('Sets its permissions too, in place of all earlier ones.'),
  permissions: permissionChangesSchema
    .optional()
    .describe('Changes to single permissions, applied after the role.'),
  displayName: displayNameSchema.optional(),
  metadata: metadataSchema
    .optional()
    .describe('Replaces the previous metadata.'),
});

/** The sources that a peer may receive from another. */
export const subscriptionShape = z
  .object({
    peerId: z.string().describe('The peer that sends.'),
    sources: z
      .array(z.enum(SOURCES))
      .describe('The sources that may be received from it.'),
  })
  .meta({
    id: 'ServerSubscription',
    description: 'The sources that a peer may receive from another.',
  });

/** A client that waits in the lobby of a room. */
export const waitingShape = z
  .object({
    peerId: z.string(),
    displayName: z.string(),
    device: deviceShape,
    waitingSince: timeShape,
  })
  .meta({
    id: 'ServerWaiting',
    description: 'A client that waits in the lobby of a room.',
  });

/** The parameters of paths. */
export const inRoom = z.object({ roomId: idSchema });
export const ofPeer = z.object({ roomId: idSchema, peerId: idSchema });
export const fromPeer = z.object({
  roomId: idSchema,
  peerId: idSchema,
  fromId: idSchema.describe('The peer that sends.'),
});
export const ofTrack = z.object({
  roomId: idSchema,
  peerId: idSchema,
  trackId: idSchema,
});
