import { CLOSE_CODES } from '@atrium/protocol';
import type {
  Notification,
  NotificationData,
  Reply,
} from '@atrium/protocol/protoo';

/** The origins that a track can have. */
export const SOURCES = ['mic', 'camera', 'screen', 'screen-audio'] as const;

/** A track's origin; sent along as `appData.source`. */
export type Source = (typeof SOURCES)[number];

/** The layers received of a track that is sent in several; null: none. */
export type Layers = Omit<
  NotificationData<'consumerLayersChanged'>,
  'consumerId'
>;

/** A notification about the members of the room and what they send. */
export type RoomNotification = Notification<
  | 'peerJoined'
  | 'peerLeft'
  | 'peerUpdated'
  | 'newProducer'
  | 'consumerOpened'
  | 'producerClosed'
  | 'producerPaused'
  | 'producerResumed'
  | 'consumerPaused'
  | 'consumerResumed'
  | 'consumerClosed'
  | 'consumerLayersChanged'
  | 'consumerSuspended'
  | 'consumerRestored'
  | 'consumerScore'
  | 'connectionQuality'
>;

/** A notification about who is speaking. */
export type SpeakerNotification = Notification<'activeSpeaker' | 'audioLevels'>;

/** A notification of what a moderator did to a track of the user. */
export type ModerationNotification = Notification<
  'producerMuted' | 'producerStopped' | 'unmuteRequested'
>;

/** A notification that the chat needs. */
export type ChatNotification = Notification<
  | 'peerJoined'
  | 'peerLeft'
  | 'peerUpdated'
  | 'newDataProducer'
  | 'dataProducerClosed'
  | 'message'
  | 'chatCleared'
>;

/** The `device.flag` by which pages recognise each other and join the chat. */
export const PAGE_FLAG = 'atrium';

/**
 * The server's statistics of a transport, or of a stream of RTP packets: an
 * entry of the reply to `getTransportStats` and the like, with the fields of
 * mediasoup that the page shows.
 */
export type ServerStat = Reply<'getTransportStats'>['stats'][number] & {
  ssrc?: number;
  byteCount?: number;
  packetCount?: number;
  packetsLost?: number;
  /** 10 when everything arrives, 0 when nothing does. */
  score?: number;
  iceState?: string;
  bytesReceived?: number;
  bytesSent?: number;
  availableOutgoingBitrate?: number;
};

/**
 * A WebSocket's close code and the reason that came with it; and what the server
 * told before, if it did: the reason's name, and the seconds until connecting again
 * makes sense.
 */
export type CloseInfo = Omit<NotificationData<'closing'>, 'name'> & {
  name?: NotificationData<'closing'>['name'];
};

/** The close code of a server that does not want this client to reconnect. */
export const CLOSE_FOR_GOOD = CLOSE_CODES.ended;
