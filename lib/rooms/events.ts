import type { types } from 'mediasoup';

import type { Permissions, Source } from '../auth/Permissions.ts';
import type { AudioLevel } from '../media/RouterAudio.ts';
import type { Metadata } from './metadata.ts';
import type { KeptMessage } from './RoomRecords.ts';
import type { Signal } from './Signal.ts';
import type { Direction, TransportInfo } from './transportInfo.ts';

/** The client software, as the client states it; shown to others, never relied upon. */
export interface Device {
  flag?: string | undefined;
  name?: string | undefined;
  version?: string | undefined;
}

/** Data that an owner attached to its producer; passed on unchanged. */
export type AppData = Record<string, unknown>;

/** The public part of a producer. */
export interface ProducerInfo {
  producerId: string;
  kind: types.MediaKind;
  paused: boolean;
  /** The source of the track, as its owner named it or by its kind. */
  source: Source;
  appData: AppData;
}

/** The public part of a data producer. */
export interface DataProducerInfo {
  dataProducerId: string;
  label: string;
  protocol: string;
  appData: AppData;
}

/** The layers that a consumer receives of a producer that sends several. */
export interface Layers {
  spatialLayer: number;
  temporalLayer: number | undefined;
}

/**
 * The quality of a stream on its way to the server.
 *
 * @see https://mediasoup.org/documentation/v3/mediasoup/api/#ProducerScore
 */
export interface StreamScore {
  /** The index of the encoding. */
  encodingIdx: number;
  ssrc: number;
  rid?: string | undefined;
  /** 0 for nothing at all to 10 for the best. */
  score: number;
}

/** The quality of a consumer: each score is 0 (no media) to 10 (the best). */
export interface ConsumerScore {
  /** The stream from the server to the client. */
  score: number;
  /** The stream of the producer that is selected for it. */
  producerScore: number;
  /** All that the producer sends, by encoding. */
  producerScores: number[];
}

/** The parameters with which a client receives a producer. */
export interface ConsumerInfo {
  consumerId: string;
  producerId: string;
  /** The owner of the producer. */
  peerId: string;
  kind: types.MediaKind;
  rtpParameters: types.RtpParameters;
  type: types.ConsumerType;
  paused: boolean;
  producerPaused: boolean;
  /** The score at the start; changes are sent as events. */
  score: ConsumerScore;
  appData: AppData;
}

/** A consumer, as the other members of its room see it. */
export interface ConsumerRef {
  /** The owner of the consumer. */
  peerId: string;
  consumerId: string;
  producerId: string;
  kind: types.MediaKind;
}

/** A transport that was opened for a client without a request of its own. */
export interface OpenedTransport extends TransportInfo {
  direction: Direction;
}

/**
 * The quality of a peer's connection for media: `weak` if sound or pictures suffer,
 * `lost` if nothing gets through.
 */
export type Quality = 'good' | 'weak' | 'lost';

/** The public part of a peer. */
export interface PeerInfo {
  peerId: string;
  /** The user behind the peer, as its token says; the peerId where none was asked for. */
  userId: string;
  displayName: string;
  /** `guest`, `member`, `moderator`, or a role of another contract. */
  role: string;
  permissions: Permissions;
  /** True while it is kept without a connection, and the others know that. */
  reconnecting?: true | undefined;
  /** The time at which it raised its hand, ms since the epoch. */
  handRaisedAt?: number | undefined;
  metadata?: Metadata | undefined;
  device: Device;
  /** The time of the join, ms since the epoch. */
  joinedAt: number;
  producers: ProducerInfo[];
  dataProducers: DataProducerInfo[];
}

/** The state of a room that moderators set. */
export interface RoomInfo {
  /** True while only peers that may lock the room can enter it. */
  locked: boolean;
  /** True while others wait in the lobby until they are let in. */
  lobby: boolean;
  /** The metadata of the room, if a moderator has set any. */
  metadata?: Metadata | undefined;
  /** The peer in the spotlight; null if there is none. */
  spotlight: string | null;
}

/** A client that waits in the lobby, as moderators see it. */
export interface WaitingInfo {
  peerId: string;
  displayName: string;
  device: Device;
  /** The time at which it began to wait, ms since the epoch. */
  waitingSince: number;
}

/** The reason for which a client no longer waits; `left` if it did so itself. */
export type LobbyExit = 'admitted' | 'rejected' | 'left';

/**
 * The reason for which a peer left its room, as the others are told.
 *
 * - `left`: it said so.
 * - `disconnected`: its connection ended and was not resumed in time.
 * - `replaced`: a newer connection took its id.
 * - `expired`: its token ended.
 * - `removed`: a moderator removed it.
 */
export type LeaveReason =
  'left' | 'disconnected' | 'replaced' | 'expired' | 'removed';

/**
 * The reason for which a room closes.
 *
 * - `empty`: it has no peer.
 * - `workerDied`: no worker could take over from the one that died.
 * - `shutdown`: the server stops.
 * - `restart`: the server has drained and stops.
 * - `deleted`: its record was deleted.
 * - `closed`: a moderator closed it.
 */
export type RoomEnd =
  | 'empty'
  | 'workerDied'
  | 'shutdown'
  | 'restart'
  | 'moved'
  | 'deleted'
  | 'closed';

/** The options that bound the queues of events, as the client is told. */
export type KeptLimit =
  'limits.keptBytesPerPeer' | 'limits.keptBytesPerRoom' | 'limits.keptBytes';

/**
 * The reason for which a client receives no more events: its peer has left, the
 * room has closed, a newer connection has `resumed` the peer, its queue would
 * exceed the option named, or a moderator removed it and `banned` it.
 */
export type EndReason =
  LeaveReason | RoomEnd | KeptLimit | 'resumed' | 'banned';

/** The peer that did something; undefined if the server or its operator did. */
type Author = string | undefined;

/**
 * The events of a room. Each goes to every member concerned, except to the peer
 * whose request caused it, which has the reply. Events about a consumer go to its
 * owner and to the members that watch consumers; scores, suspensions, the demand for a
 * producer, and the end of a data consumer go to the owner alone. All recipients receive the
 * same object, so an encoder may keep its result for the next one.
 */
export type RoomEvent =
  | { type: 'peerJoined'; peer: PeerInfo }
  | { type: 'peerLeft'; peerId: string; reason: LeaveReason }
  /** A change of what others know of a peer; a hand that is null is lowered. */
  | {
      type: 'peerUpdated';
      peerId: string;
      displayName?: string;
      role?: string;
      permissions?: Permissions;
      reconnecting?: boolean;
      handRaisedAt?: number | null;
      metadata?: Metadata;
    }
  | { type: 'reaction'; peerId: string; emoji: string }
  /** The role or the permissions of the peer itself have changed. */
  | {
      type: 'permissionsChanged';
      role: string;
      permissions: Permissions;
      by: Author;
    }
  /** A moderator has paused a producer of the peer itself. */
  | { type: 'producerMuted'; producerId: string; by: Author }
  /** A moderator has closed a producer of the peer itself. */
  | { type: 'producerStopped'; producerId: string; by: Author }
  /** A moderator asks the peer itself to resume a producer. */
  | { type: 'unmuteRequested'; producerId: string; by: Author }
  /** A moderator has changed the room; the fields that changed. */
  | ({ type: 'roomUpdated'; by: Author } & Partial<RoomInfo>)
  /** The chat is to be cleared. */
  | { type: 'chatCleared'; by: Author }
  /** A client waits in the lobby; for members that can let it in alone. */
  | { type: 'peerWaiting'; waiting: WaitingInfo }
  | { type: 'peerWaitingLeft'; peerId: string; reason: LobbyExit }
  | { type: 'producerOpened'; peerId: string; producer: ProducerInfo }
  | { type: 'producerClosed'; peerId: string; producerId: string }
  | { type: 'producerPaused'; peerId: string; producerId: string }
  | { type: 'producerResumed'; peerId: string; producerId: string }
  | {
      type: 'dataProducerOpened';
      peerId: string;
      dataProducer: DataProducerInfo;
    }
  | { type: 'dataProducerClosed'; peerId: string; dataProducerId: string }
  /** Its data producer is gone; for the owner of the data consumer alone. */
  | { type: 'dataConsumerClosed'; dataConsumerId: string }
  /** A consumer was opened for the peer without a request for it alone. */
  | { type: 'subscribed'; consumer: ConsumerInfo }
  | ({ type: 'consumerOpened' } & ConsumerRef)
  | ({ type: 'consumerPaused' } & ConsumerRef)
  | ({ type: 'consumerResumed' } & ConsumerRef)
  | ({
      type: 'consumerLayersChanged';
      layers: Layers | undefined;
    } & ConsumerRef)
  | ({ type: 'consumerClosed' } & ConsumerRef)
  /**
   * A video does not fit into the bandwidth of its owner and is not sent until there
   * is room; for the owner alone. Neither says anything about what the owner asks for.
   */
  | ({ type: 'consumerSuspended' } & ConsumerRef)
  | ({ type: 'consumerRestored' } & ConsumerRef)
  | { type: 'connectionQuality'; peerId: string; quality: Quality }
  | ({ type: 'consumerScore'; consumerId: string } & ConsumerScore)
  | { type: 'producerScore'; producerId: string; scores: StreamScore[] }
  /** The highest layer that a consumer requests; undefined if none does. */
  | {
      type: 'producerWanted';
      producerId: string;
      maxSpatialLayer: number | undefined;
    }
  /** A message of another peer, unchanged. */
  | { type: 'message'; from: string; data: unknown }
  /** A message of the operator's backend. */
  | { type: 'serverMessage'; data: unknown }
  /**
   * A message that the room's record keeps; `from` is the peer that sent it, or
   * the user if that peer has left. The sender receives it only if its contract
   * has no reply to a message.
   */
  | { type: 'keptMessage'; from: string; message: KeptMessage }
  /** A signal for a connection between two browsers, without the server. */
  | { type: 'signal'; userId: string; signal: Signal }
  /** The active speaker; undefined while there is none. */
  | { type: 'activeSpeaker'; peerId: string | undefined }
  /** The loudest, loudest first; none when it has become silent. */
  | { type: 'audioLevels'; levels: AudioLevel[] }
  /**
   * The worker died; what is sent and received has to be set up again, on these
   * transports if the peer asked for some with its join.
   */
  | {
      type: 'mediaReset';
      rtpCapabilities: types.RtpCapabilities;
      transports?: OpenedTransport[];
    }
  /** The peer's token ends soon, and the peer with it; ms since the epoch. */
  | { type: 'tokenExpiring'; expiresAt: number }
  /** The server stops at the latest then, ms since the epoch. */
  | { type: 'serverDraining'; deadline: number };

/** The frame of an event, or the reason why no more will come. */
export type Message = Buffer | EndReason;

/**
 * An event as a gateway tells its clients of it: undefined where its contract
 * has no words for it. The same bytes for all who receive the same event.
 */
export type EventEncoder = (event: RoomEvent) => Message | undefined;

/**
 * Passes a peer's messages on to its client. Must not throw.
 *
 * @param number - The place of the frame among all that the peer has been sent,
 *   over all its connections: the first has 1. With a reason, that of the last.
 */
export type MessageListener = (message: Message, number: number) => void;
