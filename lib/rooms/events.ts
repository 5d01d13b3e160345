import type { types } from 'mediasoup';

import type { Source } from '../auth/Grants.ts';
import type { AudioLevel } from '../media/RouterAudio.ts';

/** What a client says it runs on; shown to others, never relied upon. */
export interface Device {
  flag?: string | undefined;
  name?: string | undefined;
  version?: string | undefined;
}

/** What a producer's owner attached to it; passed on as it came. */
export type AppData = Record<string, unknown>;

/** What members of a room know of a producer. */
export interface ProducerInfo {
  producerId: string;
  kind: types.MediaKind;
  paused: boolean;
  /** The source of the track, as its owner named it or by its kind. */
  source: Source;
  appData: AppData;
}

/** What members of a room know of a data producer. */
export interface DataProducerInfo {
  dataProducerId: string;
  label: string;
  protocol: string;
  appData: AppData;
}

/** What a consumer receives: a choice among what a simulcast producer sends. */
export interface Layers {
  spatialLayer: number;
  temporalLayer: number | undefined;
}

/**
 * How well the streams of a track arrive at the server.
 *
 * @see https://mediasoup.org/documentation/v3/mediasoup/api/#ProducerScore
 */
export interface StreamScore {
  /** Which encoding of the track it is. */
  encodingIdx: number;
  ssrc: number;
  rid?: string | undefined;
  /** 0 for nothing at all to 10 for the best. */
  score: number;
}

/** How well a consumer is served: each 0 for nothing to 10 for the best. */
export interface ConsumerScore {
  /** What the server sends to the client. */
  score: number;
  /** What of the producer is chosen for it. */
  producerScore: number;
  /** All that the producer sends, by encoding. */
  producerScores: number[];
}

/** What members of a room may know of each other's consumers. */
export interface ConsumerRef {
  /** Whose consumer it is. */
  peerId: string;
  consumerId: string;
  producerId: string;
  kind: types.MediaKind;
}

/** What members of a room know of each other. */
export interface PeerInfo {
  peerId: string;
  /** The user behind the peer, as its token says; the peerId where none was asked for. */
  userId: string;
  displayName: string;
  device: Device;
  /** When the server let the peer in, ms since the epoch. */
  joinedAt: number;
  producers: ProducerInfo[];
  dataProducers: DataProducerInfo[];
}

/**
 * Why a peer is no longer in its room, as the others are told.
 *
 * - `left`: it said so.
 * - `disconnected`: its connection is gone, and nobody resumed it in time.
 * - `replaced`: a newer connection took its id.
 * - `expired`: its token ended.
 */
export type LeaveReason = 'left' | 'disconnected' | 'replaced' | 'expired';

/**
 * Why a room ends for everybody in it.
 *
 * - `empty`: nobody is.
 * - `workerDied`: no worker could take over from the one that died.
 * - `shutdown`: the server stops.
 * - `restart`: the server has drained and stops.
 */
export type RoomEnd = 'empty' | 'workerDied' | 'shutdown' | 'restart';

/** The options that bound what is kept of events, as the client is told. */
export type KeptLimit =
  'limits.keptBytesPerPeer' | 'limits.keptBytesPerRoom' | 'limits.keptBytes';

/**
 * Why a client hears no more of its room: its peer is out, the room has ended,
 * the peer has been `resumed` by a newer connection, or more would have to be
 * kept for it than the option named allows.
 */
export type EndReason = LeaveReason | RoomEnd | KeptLimit | 'resumed';

/**
 * All that a peer can be told. An event goes to everybody concerned except the
 * peer whose request brought it about: the reply tells that one. Events about
 * a consumer go to its owner, and to those who watch consumers; scores, what is
 * wanted of a producer, and what becomes of a data consumer go to the owner alone.
 * One event object goes to everybody concerned, so an encoder may keep its
 * result for the next recipient.
 */
export type RoomEvent =
  | { type: 'peerJoined'; peer: PeerInfo }
  | { type: 'peerLeft'; peerId: string; reason: LeaveReason }
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
  | ({ type: 'consumerOpened' } & ConsumerRef)
  | ({ type: 'consumerPaused' } & ConsumerRef)
  | ({ type: 'consumerResumed' } & ConsumerRef)
  | ({
      type: 'consumerLayersChanged';
      layers: Layers | undefined;
    } & ConsumerRef)
  | ({ type: 'consumerClosed' } & ConsumerRef)
  | ({ type: 'consumerScore'; consumerId: string } & ConsumerScore)
  | { type: 'producerScore'; producerId: string; scores: StreamScore[] }
  /** The highest layer that anybody wants; undefined: nobody wants any. */
  | {
      type: 'producerWanted';
      producerId: string;
      maxSpatialLayer: number | undefined;
    }
  /** What another peer has to say, as it came. */
  | { type: 'message'; from: string; data: unknown }
  /** Who speaks most now; undefined while nobody does. */
  | { type: 'activeSpeaker'; peerId: string | undefined }
  /** The loudest, loudest first; none when it has become silent. */
  | { type: 'audioLevels'; levels: AudioLevel[] }
  /** The worker died; what is sent and received has to be set up again. */
  | { type: 'mediaReset'; rtpCapabilities: types.RtpCapabilities }
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

/** Passes a peer's messages on to its client. Must not throw. */
export type MessageListener = (message: Message) => void;
