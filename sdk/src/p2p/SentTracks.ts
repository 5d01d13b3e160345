import { SOURCES } from '../core/index.ts';
import type { Source } from '../core/index.ts';
import type { SourceHints } from './signals.ts';

/** The user's tracks on one connection, each in a transceiver of its source. */
export class SentTracks {
  readonly #connection: RTCPeerConnection;
  readonly #onError: (source: Source, error: Error) => void;
  readonly #transceivers = new Map<Source, RTCRtpTransceiver>();
  /** By these, others see what belongs together. */
  readonly #person = new MediaStream();
  readonly #screen = new MediaStream();

  constructor(
    connection: RTCPeerConnection,
    tracks: ReadonlyMap<Source, MediaStreamTrack>,
    onError: (source: Source, error: Error) => void,
  ) {
    this.#connection = connection;
    this.#onError = onError;
    for (const source of SOURCES) {
      const track = tracks.get(source);
      if (track) {
        this.set(source, track);
      }
    }
  }

  /** The sender of the microphone, if it is sent. */
  get voice(): RTCRtpSender | undefined {
    const sender = this.#transceivers.get('mic')?.sender;
    return sender?.track ? sender : undefined;
  }

  /** The sources that are sent, by the mids of their media sections. */
  get hints(): SourceHints {
    const hints = new Map<string, Source>();
    for (const [source, { mid, direction }] of this.#transceivers) {
      if (mid !== null && direction.startsWith('send')) {
        hints.set(mid, source);
      }
    }
    return hints;
  }

  /** Makes room for sound and video of the other side in an offer. */
  invite(): void {
    for (const kind of ['audio', 'video']) {
      const transceivers = this.#connection.getTransceivers();
      if (!transceivers.some(({ receiver }) => receiver.track.kind === kind)) {
        this.#connection.addTransceiver(kind, { direction: 'recvonly' });
      }
    }
  }

  /** Sends a track as a source, or none any more. */
  set(source: Source, track: MediaStreamTrack | undefined): void {
    const transceiver = this.#transceivers.get(source);
    if (!transceiver || transceiver.currentDirection === 'stopped') {
      if (track) {
        this.#add(source, track);
      }
      return;
    }
    transceiver.direction = withSending(transceiver.direction, track);
    transceiver.sender.replaceTrack(track ?? null).catch((error: unknown) => {
      if (this.#connection.signalingState !== 'closed') {
        this.#onError(source, error as Error);
      }
    });
  }

  /** Takes a media section that the other side has opened, or a new one. */
  #add(source: Source, track: MediaStreamTrack): void {
    const stream =
      source === 'mic' || source === 'camera' ? this.#person : this.#screen;
    const sender = this.#connection.addTrack(track, stream);
    const transceiver = this.#connection
      .getTransceivers()
      .find((it) => it.sender === sender);
    for (const [other, taken] of this.#transceivers) {
      if (taken === transceiver) {
        this.#transceivers.delete(other);
      }
    }
    if (transceiver) {
      this.#transceivers.set(source, transceiver);
    }
  }
}

function withSending(
  direction: RTCRtpTransceiverDirection,
  track: MediaStreamTrack | undefined,
): RTCRtpTransceiverDirection {
  const receives = direction === 'sendrecv' || direction === 'recvonly';
  if (track) {
    return receives ? 'sendrecv' : 'sendonly';
  }
  return receives ? 'recvonly' : 'inactive';
}
