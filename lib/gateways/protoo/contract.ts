import { z } from 'zod';

import { displayNameSchema, idSchema } from '../../core/validation.ts';
import { repeatable } from '../../core/repeatable.ts';
import {
  appDataSchema,
  messageDataSchema,
  metadataSchema,
} from '../../core/boundedJson.ts';
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
  iceParametersSchema,
  sctpStreamParametersSchema,
  iceServersSchema,
} from '../../media/transportSchemas.ts';
import { joinedSchema, joinSchema } from './joinShapes.ts';
import {
  banSchema,
  chosenIdSchema,
  emojiSchema,
  givenRoleSchema,
  nothing,
  ofConsumer,
  ofConsumers,
  ofPeer,
  ofProducer,
  ofDataConsumer,
  ofDataProducer,
  layer,
  consumerShape,
  MOST_ENTRIES,
  permissionChangesSchema,
  sourceSchema,
  transportRequestShape,
  transportShape,
  qualitySchema,
  viewSchema,
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
      'Joins the room. Everything that happens after the snapshot in the reply is sent as a notification. Where the room has a lobby, the request is refused with 423 `IN_LOBBY`, and repeated after admitted.',
    requires: 'user',
    startsEvents: true,
    data: joinSchema,
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
    data: z.object(transportRequestShape),
    reply: z.object(transportShape),
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
      producerId: chosenIdSchema,
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
    reply: z.object(consumerShape),
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
  setViews: {
    summary:
      'Tells what the client shows, and how large. The server resumes these producers, with the layers and the priority for their size, and pauses those that are off. One that is shown and not consumed yet gets a paused consumer, sent as consumerOpened. Producers that are not named stay as they are.',
    requires: 'member',
    counted: 'views',
    data: z.object({
      views: z
        .array(viewSchema)
        .max(MOST_ENTRIES)
        .describe(
          'If one of the producers does not exist, the request fails and nothing changes. If a consumer cannot be opened, it fails as consume does, and the other views take effect. Of several views of a producer the last counts.',
        ),
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
      dataProducerId: chosenIdSchema,
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
  reportQuality: {
    summary:
      'Reports what the client makes of its own statistics, which the server cannot see: sound that is made up, pictures that stand still. The worst of that and of what the server sees is announced as connectionQuality. Initially good.',
    requires: 'member',
    data: z.object({ quality: qualitySchema }),
    reply: nothing,
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
  muteProducer: {
    summary:
      'Pauses a track of another peer, who receives producerMuted and may resume it. Needs the power `mute`.',
    requires: 'member',
    data: ofProducer,
    reply: nothing,
  },
  muteAll: {
    summary:
      "Pauses all tracks of a source, except the client's own. Needs the power `mute`.",
    requires: 'member',
    data: z.object({
      source: sourceSchema,
      except: z
        .array(idSchema)
        .max(MOST_ENTRIES)
        .optional()
        .describe('Peers whose tracks stay as they are.'),
    }),
    reply: nothing,
  },
  requestUnmute: {
    summary:
      'Asks the owner of a paused track to resume it, by unmuteRequested: no client can do that for another. Needs the power `mute`.',
    requires: 'member',
    data: ofProducer,
    reply: nothing,
  },
  closeProducerOf: {
    summary:
      'Closes a track of another peer, who receives producerStopped. Needs the power `stop`.',
    requires: 'member',
    data: ofProducer,
    reply: nothing,
  },
  removePeer: {
    summary:
      'Removes another peer from the room. Its connection closes with 4000 and `removed`, or `banned`. Needs the power `remove`.',
    requires: 'member',
    data: ofPeer.extend({ ban: banSchema.optional() }),
    reply: nothing,
  },
  lockRoom: {
    summary:
      'Locks the room, which then refuses with 423 everyone without the power `lock` who was not in it a moment ago, or unlocks it. A locked room is unlocked when its last peer leaves. Needs the power `lock`.',
    requires: 'member',
    data: z.object({ locked: z.boolean() }),
    reply: nothing,
  },
  setLobby: {
    summary:
      'Switches the lobby on, in which all without the power `lobby` then wait until they are admitted, or off, which admits all that wait, and is refused with 423 if any do while the room is locked. It is switched off when the last peer leaves and no one waits. Needs the power `lobby`.',
    requires: 'member',
    data: z.object({ enabled: z.boolean() }),
    reply: nothing,
  },
  admitPeer: {
    summary:
      'Lets in a client that waits in the lobby; it receives admitted, and joins then. Refused with 423 while the room is locked. Needs the power `lobby`.',
    requires: 'member',
    data: ofPeer,
    reply: nothing,
  },
  admitAll: {
    summary:
      'Lets in all clients that wait in the lobby. Refused with 423 while the room is locked. Needs the power `lobby`.',
    requires: 'member',
    data: nothing,
    reply: nothing,
  },
  rejectPeer: {
    summary:
      'Turns away a client that waits in the lobby. Its connection closes with 4000 and `rejected`. Needs the power `lobby`.',
    requires: 'member',
    data: ofPeer,
    reply: nothing,
  },
  clearChat: {
    summary:
      'Has all others clear their chat, by chatCleared. Messages that a record of the room keeps stay in the record. Needs the power `chat`.',
    requires: 'member',
    data: nothing,
    reply: nothing,
  },
  setRoomMetadata: {
    summary:
      'Replaces the metadata of the room, which the others receive by roomUpdated. Needs the power `metadata`.',
    requires: 'member',
    data: z.object({ metadata: metadataSchema }),
    reply: nothing,
  },
  setSpotlight: {
    summary:
      'Puts a peer in the spotlight, which may be the client itself: clients show it large to everyone, until it leaves or another peer takes its place. The others receive roomUpdated. Needs the power `spotlight`.',
    requires: 'member',
    data: z.object({
      peerId: idSchema.nullable().describe('null for none.'),
    }),
    reply: nothing,
  },
  setRole: {
    summary:
      'Gives another peer a role, with the permissions of that role; the client must itself have those that are new to the peer. Needs the power `promote`.',
    requires: 'member',
    data: z.object({ peerId: idSchema, role: givenRoleSchema }),
    reply: nothing,
  },
  setPermissions: {
    summary:
      'Changes permissions of another peer, of which the client can give those that it has itself. What the peer may no longer send or receive is closed. Needs the power `promote`.',
    requires: 'member',
    data: z.object({
      peerId: idSchema,
      permissions: permissionChangesSchema,
    }),
    reply: nothing,
  },
  createInvitation: {
    summary:
      'Makes a token with which one person enters the room, in a role whose permissions the client has itself. The address `…/?room=ROOM#token=TOKEN` leads there. Servers without tokens let anyone in and need none. Needs the power `invite`.',
    requires: 'member',
    data: z.object({
      role: givenRoleSchema,
      ttl: z
        .int()
        .min(10)
        .optional()
        .describe(
          'The time until it expires, s; a day by default, and auth.roomTokenLifetime at most.',
        ),
    }),
    reply: z.object({
      token: z.string(),
      peerId: idSchema.describe('The id under which the person enters.'),
      expiresAt: z.int().describe('Milliseconds since the epoch.'),
    }),
  },
  closeRoom: {
    summary:
      'Closes the room: the connections of all peers close with 4000 and `closed`, that of the client after the reply. Needs the power `close`.',
    requires: 'member',
    data: nothing,
    reply: nothing,
  },
  raiseHand: {
    summary: 'Raises the hand of the client, or lowers it.',
    requires: 'member',
    data: z.object({ raised: z.boolean() }),
    reply: z.object({
      handRaisedAt: z
        .int()
        .nullable()
        .describe(
          'The time at which it was raised, as the others are told, milliseconds since the epoch; null if it is lowered.',
        ),
    }),
  },
  react: {
    summary: 'Shows the others an emoji, by reaction.',
    requires: 'member',
    data: z.object({ emoji: emojiSchema }),
    reply: nothing,
  },
  setDisplayName: {
    summary:
      'Changes the name of the client, unless its token sets it; then 403.',
    requires: 'member',
    data: z.object({ displayName: displayNameSchema }),
    reply: nothing,
  },
  setPeerMetadata: {
    summary:
      'Replaces the metadata of the client, which the others receive by peerUpdated. Needs the permission `metadata`.',
    requires: 'member',
    data: z.object({ metadata: metadataSchema }),
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
