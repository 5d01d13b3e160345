import type { types } from 'mediasoup-client';

import type { Reply } from '@atrium/protocol/protoo';

/** A transport as the server describes it. */
export type TransportInfo = Reply<'createWebRtcTransport'>;

/** The requests that media sends to the server. */
export interface Signals {
  open(direction: 'send' | 'recv'): Promise<TransportInfo>;
  connect(
    transportId: string,
    dtlsParameters: types.DtlsParameters,
  ): Promise<void>;
  /** @returns The id of the producer. */
  produce(
    transportId: string,
    kind: types.MediaKind,
    rtpParameters: types.RtpParameters,
  ): Promise<string>;
}

/** A consumer that the server has created, still paused. */
export type Incoming = Reply<'consume'>;

/** Traffic of a peer, or of all, since the start. */
export interface Traffic {
  sentPackets: number;
  sentBytes: number;
  receivedPackets: number;
  receivedBytes: number;
  /** Missing between those that came. */
  lostPackets: number;
}

export const NO_TRAFFIC: Traffic = {
  sentPackets: 0,
  sentBytes: 0,
  receivedPackets: 0,
  receivedBytes: 0,
  lostPackets: 0,
};

/** The sum, field by field. */
export function addTraffic(all: readonly Traffic[]): Traffic {
  const sum = { ...NO_TRAFFIC };
  for (const traffic of all) {
    for (const field of Object.keys(sum) as (keyof Traffic)[]) {
      sum[field] += traffic[field];
    }
  }
  return sum;
}

/** The media of one peer: real ICE, DTLS and SRTP. */
export interface Media {
  /** Its RTP capabilities. */
  readonly rtpCapabilities: types.RtpCapabilities;
  /** Resolves with the first packet from another peer. */
  readonly firstPacket: Promise<void>;
  /** Sends a track, without an end. */
  send(kind: types.MediaKind): Promise<void>;
  /** Opens what is needed to receive. @returns The id of the transport. */
  openReceiving(): Promise<string>;
  /** Makes ready for a consumer. */
  receive(incoming: Incoming): Promise<void>;
  traffic(): Promise<Traffic>;
  close(): void;
}

/** Makes the media of one peer. */
export type Engine = (
  signals: Signals,
  routerRtpCapabilities: types.RtpCapabilities,
) => Promise<Media>;
