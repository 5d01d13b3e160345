import type { types } from 'mediasoup';

import { SharedValues } from '../core/SharedValues.ts';
import { replaceInMediasoup } from './mediasoupModule.ts';

/** More than a server has workers, whose certificates and addresses differ. */
const MOST_KEPT = 256;

/** The parts of a worker's description of a new transport that mediasoup reads. */
type TransportDump = Pick<
  types.WebRtcTransportDump,
  | 'iceRole'
  | 'iceParameters'
  | 'iceCandidates'
  | 'iceState'
  | 'iceSelectedTuple'
  | 'dtlsParameters'
  | 'dtlsState'
  | 'dtlsRemoteCert'
  | 'sctpParameters'
  | 'sctpState'
>;

const fingerprints = new SharedValues<types.DtlsFingerprint[]>(MOST_KEPT);
const candidates = new SharedValues<types.IceCandidate[]>(MOST_KEPT);

/**
 * Has mediasoup keep less of what a worker says of a new transport: only what it
 * reads, and one object for the fingerprints and the candidates, which are the same
 * for all transports of a worker.
 *
 * @throws {Error} If this version of mediasoup reads descriptions in another way.
 */
export function keepSmallDumps(): void {
  replaceInMediasoup<(binary: never) => TransportDump>(
    'WebRtcTransport.js',
    'parseWebRtcTransportDumpResponse',
    (parse) => (binary) => smallDump(parse(binary)),
  );
}

/** The parts that mediasoup reads. */
function smallDump({
  iceRole,
  iceParameters,
  iceCandidates,
  iceState,
  iceSelectedTuple,
  dtlsParameters,
  dtlsState,
  dtlsRemoteCert,
  sctpParameters,
  sctpState,
}: TransportDump): TransportDump {
  return {
    iceRole,
    iceParameters,
    iceCandidates: candidates.share(iceCandidates),
    iceState,
    iceSelectedTuple,
    dtlsParameters: {
      ...dtlsParameters,
      fingerprints: fingerprints.share(dtlsParameters.fingerprints),
    },
    dtlsState,
    dtlsRemoteCert,
    sctpParameters,
    sctpState,
  };
}
