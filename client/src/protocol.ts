import type { types } from 'mediasoup-client';

/** What a producer carries; sent along as `appData.source`. */
export type Source = 'mic' | 'camera' | 'screen' | 'screen-audio';

export type AppData = Record<string, unknown>;

/** A producer as the join reply lists it. */
export type ProducerInfo = {
  producerId: string;
  kind: types.MediaKind;
  paused: boolean;
  appData: AppData;
};

/** Which layers come of a track that is sent in several; null: none. */
export type Layers = {
  spatialLayer: number | null;
  temporalLayer: number | null;
};

/** A data channel that a peer sends over, as the join reply lists it. */
export type DataProducerInfo = {
  dataProducerId: string;
  label: string;
};

/** How a page says in its `device` that it is one, and listens to the chat. */
export const PAGE_FLAG = 'atrium';

/** A member of the room as the join reply and `peerJoined` describe it. */
export type PeerInfo = {
  peerId: string;
  displayName: string;
  device?: { flag?: string };
  /** When the server let the peer in, as it stamped it. */
  joinedAt: string | number;
  producers: ProducerInfo[];
  dataProducers: DataProducerInfo[];
};

/** What the server counts of a transport, or of a stream of RTP packets. */
export type ServerStat = {
  type: string;
  /** Milliseconds of the media engine's own clock. */
  timestamp: number;
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

type Empty = Record<string, never>;

/**
 * Every request this page sends, with the data it carries and the reply.
 * docs/protocol.md has the whole contract.
 */
export type Requests = {
  getRouterRtpCapabilities: {
    data: undefined;
    reply: { rtpCapabilities: types.RtpCapabilities };
  };
  ping: { data: undefined; reply: Empty };
  joinRoom: {
    data: {
      roomId: string;
      peerId: string;
      displayName: string;
      device: { flag?: string; name: string };
      rtpCapabilities: types.RtpCapabilities;
      resumeToken?: string | undefined;
      /** Goes with resumeToken: how many notifications have come. */
      received?: number;
    };
    reply: {
      roomId: string;
      peerId: string;
      resumed: boolean;
      resumeToken?: string;
      /** Not when resumed: then the notifications that were missed follow. */
      peers?: PeerInfo[];
    };
  };
  getIceServers: { data: undefined; reply: { iceServers: RTCIceServer[] } };
  createWebRtcTransport: {
    data: { direction: 'send' | 'recv'; enableSctp: boolean };
    reply: {
      transportId: string;
      iceParameters: types.IceParameters;
      iceCandidates: types.IceCandidate[];
      dtlsParameters: types.DtlsParameters;
      sctpParameters?: types.SctpParameters;
    };
  };
  connectWebRtcTransport: {
    data: { transportId: string; dtlsParameters: types.DtlsParameters };
    reply: Empty;
  };
  restartIce: {
    data: { transportId: string };
    reply: { iceParameters: types.IceParameters };
  };
  closeWebRtcTransport: { data: { transportId: string }; reply: Empty };
  produce: {
    data: {
      transportId: string;
      kind: types.MediaKind;
      rtpParameters: types.RtpParameters;
      paused: boolean;
      appData: AppData;
    };
    reply: { producerId: string };
  };
  consume: {
    data: { transportId: string; producerId: string };
    reply: {
      consumerId: string;
      producerId: string;
      peerId: string;
      kind: types.MediaKind;
      rtpParameters: types.RtpParameters;
      producerPaused: boolean;
      appData: AppData;
    };
  };
  pause: { data: { consumerId: string }; reply: Empty };
  resume: { data: { consumerId: string }; reply: Empty };
  closeConsumer: { data: { consumerId: string }; reply: Empty };
  setConsumerPreferredLayers: {
    data: { consumerId: string; spatialLayer: number };
    reply: Empty;
  };
  setConsumerPriority: {
    data: { consumerId: string; priority: number };
    reply: Empty;
  };
  pauseProducer: { data: { producerId: string }; reply: Empty };
  resumeProducer: { data: { producerId: string }; reply: Empty };
  closeProducer: { data: { producerId: string }; reply: Empty };
  getTransportStats: {
    data: { transportId: string };
    reply: { stats: ServerStat[] };
  };
  getProducerStats: {
    data: { producerId: string };
    reply: { stats: ServerStat[] };
  };
  getConsumerStats: {
    data: { consumerId: string };
    reply: { stats: ServerStat[] };
  };
  produceData: {
    data: {
      transportId: string;
      sctpStreamParameters: types.SctpStreamParameters;
      label?: string | undefined;
      protocol?: string | undefined;
      appData: AppData;
    };
    reply: { dataProducerId: string };
  };
  consumeData: {
    data: { transportId: string; dataProducerId: string };
    reply: {
      dataConsumerId: string;
      dataProducerId: string;
      sctpStreamParameters: types.SctpStreamParameters;
      label: string;
      protocol: string;
      appData: AppData;
    };
  };
  sendMessage: { data: { to: string[]; data: unknown }; reply: Empty };
  leaveRoom: { data: undefined; reply: Empty };
};

export type Method = keyof Requests;

/** Every notification about who is there and what they send. */
export type RoomNotification =
  | { method: 'peerJoined'; data: PeerInfo }
  | { method: 'peerLeft'; data: { peerId: string; reason: string } }
  | { method: 'newProducer'; data: ProducerInfo & { peerId: string } }
  | {
      method: 'producerClosed' | 'producerPaused' | 'producerResumed';
      data: { producerId: string; peerId: string };
    }
  | {
      method: 'consumerPaused' | 'consumerResumed' | 'consumerClosed';
      data: { consumerId: string };
    }
  | { method: 'consumerLayersChanged'; data: { consumerId: string } & Layers };

/** Every notification about who speaks. */
export type SpeakerNotification =
  | { method: 'activeSpeaker'; data: { peerId: string | null } }
  | {
      method: 'audioLevels';
      /** Volumes in dBov, the loudest first; nobody when all are silent. */
      data: { levels: { peerId: string; volume: number }[] };
    };

/** Every notification about what people write to each other. */
export type ChatNotification =
  | Extract<RoomNotification, { method: 'peerJoined' | 'peerLeft' }>
  | { method: 'newDataProducer'; data: DataProducerInfo & { peerId: string } }
  | {
      method: 'dataProducerClosed';
      data: { dataProducerId: string; peerId: string };
    }
  | { method: 'message'; data: { from: string; data: unknown } };

/** Every notification this page acts on. */
export type Notification =
  | RoomNotification
  | SpeakerNotification
  | ChatNotification
  | { method: 'mediaReset'; data: { rtpCapabilities: types.RtpCapabilities } }
  /** The server restarts at the latest then, ms since the epoch. */
  | { method: 'serverDraining'; data: { deadline: number } }
  | {
      method: 'producerWanted';
      /** null: nobody wants any of it. */
      data: { producerId: string; maxSpatialLayer: number | null };
    };

/** A WebSocket's close code and the reason that came with it. */
export type CloseInfo = { code: number; reason: string };

/** The server wants this client gone and not to come back by itself. */
export const CLOSE_FOR_GOOD = 4000;

/** The server goes away (1001) or restarts (1012): coming back is right. */
export const CLOSE_RESTARTING: readonly number[] = [1001, 1012];
