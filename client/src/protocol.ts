import type {
  Notification,
  NotificationData,
  Reply,
} from '../../lib/gateways/protoo/wire.ts';

// The types of the wire come from the server's contract itself. Types only:
// nothing of the server may reach the page's bundle.
export type {
  Method,
  Notification,
  Reply,
  RequestArguments,
} from '../../lib/gateways/protoo/wire.ts';

/** A track's origin; sent along as `appData.source`. */
export type Source = 'mic' | 'camera' | 'screen' | 'screen-audio';

/** A member of the room as the join reply and `peerJoined` describe it. */
export type PeerInfo = NonNullable<Reply<'joinRoom'>['peers']>[number];

/** A producer as the join reply lists it. */
export type ProducerInfo = PeerInfo['producers'][number];

/** Free data that a client attaches to a producer. */
export type AppData = ProducerInfo['appData'];

/** The layers received of a track that is sent in several; null: none. */
export type Layers = Omit<
  NotificationData<'consumerLayersChanged'>,
  'consumerId'
>;

/** A notification about the members of the room and what they send. */
export type RoomNotification = Notification<
  | 'peerJoined'
  | 'peerLeft'
  | 'newProducer'
  | 'producerClosed'
  | 'producerPaused'
  | 'producerResumed'
  | 'consumerPaused'
  | 'consumerResumed'
  | 'consumerClosed'
  | 'consumerLayersChanged'
>;

/** A notification about who is speaking. */
export type SpeakerNotification = Notification<'activeSpeaker' | 'audioLevels'>;

/** A notification that the chat needs. */
export type ChatNotification = Notification<
  | 'peerJoined'
  | 'peerLeft'
  | 'newDataProducer'
  | 'dataProducerClosed'
  | 'message'
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

/** A WebSocket's close code and the reason that came with it. */
export type CloseInfo = { code: number; reason: string };

/** The close code of a server that does not want this client to reconnect. */
export const CLOSE_FOR_GOOD = 4000;

/** Close codes of a server that stops (1001) or restarts (1012): reconnect. */
export const CLOSE_RESTARTING: readonly number[] = [1001, 1012];
