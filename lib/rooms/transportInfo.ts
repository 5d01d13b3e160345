import type { types } from 'mediasoup';

/** The direction of media over a transport, seen from the client. */
export type Direction = 'send' | 'recv';

/** The parameters with which a client sets up its end of a transport. */
export interface TransportInfo {
  transportId: string;
  iceParameters: types.IceParameters;
  iceCandidates: types.IceCandidate[];
  dtlsParameters: types.DtlsParameters;
  /** Present if the transport can carry data. */
  sctpParameters?: SctpInfo | undefined;
}

/** The part of {@link types.SctpParameters} that mediasoup-client needs. */
type SctpInfo = Pick<
  types.SctpParameters,
  | 'port'
  | 'OS'
  | 'MIS'
  | 'maxMessageSize'
  | 'maxSendMessageSize'
  | 'maxReceiveMessageSize'
>;

/** The parameters of a transport for its client. */
export function transportInfo(transport: types.WebRtcTransport): TransportInfo {
  return {
    transportId: transport.id,
    iceParameters: transport.iceParameters,
    iceCandidates: transport.iceCandidates,
    dtlsParameters: transport.dtlsParameters,
    sctpParameters:
      transport.sctpParameters && sctpInfo(transport.sctpParameters),
  };
}

function sctpInfo({
  port,
  OS,
  MIS,
  maxMessageSize,
  maxSendMessageSize,
  maxReceiveMessageSize,
}: types.SctpParameters): SctpInfo {
  return {
    port,
    OS,
    MIS,
    maxMessageSize,
    maxSendMessageSize,
    maxReceiveMessageSize,
  };
}
