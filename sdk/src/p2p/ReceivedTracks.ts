import { SOURCES } from '../core/index.ts';
import type { Source } from '../core/index.ts';
import type { Quality } from '../Snapshot.ts';
import type { RemoteSource } from '../Way.ts';
import type { SourceHints } from './signals.ts';

const KINDS: Record<Source, 'audio' | 'video'> = {
  mic: 'audio',
  camera: 'video',
  screen: 'video',
  'screen-audio': 'audio',
};

/**
 * The tracks of the other side of a connection, by their sources: those that it
 * names, or else the first of a kind as microphone or camera, the second as screen.
 */
export class ReceivedTracks {
  readonly #connection: RTCPeerConnection;
  readonly #quality: () => Quality;
  /** Those that the user does not want, and that are kept known. */
  readonly #refused = new Set<RTCRtpTransceiver>();
  #transceivers: ReadonlyMap<Source, RTCRtpTransceiver> = new Map();
  #muted: ReadonlySet<Source> = new Set();

  /** Takes the connection, and its condition. */
  constructor(connection: RTCPeerConnection, quality: () => Quality) {
    this.#connection = connection;
    this.#quality = quality;
  }

  /** The receiver of the sound of a microphone. */
  get voice(): RTCRtpReceiver | undefined {
    return this.#transceivers.get('mic')?.receiver;
  }

  get(source: Source): RemoteSource | undefined {
    const transceiver = this.#transceivers.get(source);
    return (
      transceiver && {
        kind: KINDS[source],
        paused: this.#muted.has(source),
        track: transceiver.receiver.track,
        quality: this.#quality(),
      }
    );
  }

  /** Takes over what the last negotiation has brought. */
  update(hints: SourceHints | undefined): void {
    const found = new Map<Source, RTCRtpTransceiver>();
    const unnamed: RTCRtpTransceiver[] = [];
    for (const transceiver of this.#connection.getTransceivers()) {
      if (this.#brings(transceiver, hints)) {
        const named = hints?.get(transceiver.mid ?? '');
        if (named && fits(named, transceiver) && !found.has(named)) {
          found.set(named, transceiver);
        } else {
          unnamed.push(transceiver);
        }
      }
    }
    for (const transceiver of unnamed) {
      const source = SOURCES.find(
        (it) => fits(it, transceiver) && !found.has(it),
      );
      if (source) {
        found.set(source, transceiver);
      }
    }
    this.#transceivers = found;
  }

  /** Notes the sources that the other side holds back. */
  setMuted(muted: ReadonlySet<Source>): void {
    this.#muted = muted;
  }

  /** Receives a track, or not. The connection then needs a negotiation. */
  setSubscribed(track: MediaStreamTrack, on: boolean): void {
    for (const transceiver of this.#transceivers.values()) {
      if (
        transceiver.receiver.track === track &&
        on === this.#refused.has(transceiver)
      ) {
        this.#refused[on ? 'delete' : 'add'](transceiver);
        const sends = transceiver.direction.startsWith('send');
        transceiver.direction = on
          ? sends
            ? 'sendrecv'
            : 'recvonly'
          : sends
            ? 'sendonly'
            : 'inactive';
      }
    }
  }

  #brings(
    transceiver: RTCRtpTransceiver,
    hints: SourceHints | undefined,
  ): boolean {
    const { currentDirection, mid } = transceiver;
    if (currentDirection === 'stopped' || mid === null) {
      return false;
    }
    return this.#refused.has(transceiver)
      ? (hints?.has(mid) ?? true)
      : currentDirection === 'sendrecv' || currentDirection === 'recvonly';
  }
}

function fits(source: Source, { receiver }: RTCRtpTransceiver): boolean {
  return KINDS[source] === receiver.track.kind;
}
