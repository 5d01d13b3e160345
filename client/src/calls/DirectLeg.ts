import { Emitter } from 'videoconf-sdk/core';
import type { ConnectionQuality, MediaPath, Source } from 'videoconf-sdk/core';
import { dtxFromAddress, policyFromAddress } from '../roomLink.ts';
import { DirectQuality } from './DirectQuality.ts';
import { GOOD } from './Leg.ts';
import type { Condition, Leg, Tracks } from './Leg.ts';
import type { DirectRole } from './Person.ts';
import type { CallMode, Signal } from './protocol.ts';

/** The longest wait for a connection before it is tried again, ms. */
const TRY_TIMEOUT = 8_000;

/** The sources in the order of their places in an offer. */
const SOURCES = ['mic', 'camera', 'screen', 'screen-audio'] as const;

const KINDS = {
  mic: 'audio',
  camera: 'video',
  screen: 'video',
  'screen-audio': 'audio',
} as const;

type Events = {
  change: [];
  /** A signal for the other participant. */
  signal: [Signal];
  /** The other participant shows the user by this leg, or by the other. */
  shown: [CallMode];
  /** The other has made no offer that led to a connection. */
  stuck: [];
  publishFailed: [Source, Error];
};

/**
 * The media of a call directly between two. One of them makes all offers, with a
 * place for each source, so that later changes need none.
 */
export class DirectLeg extends Emitter<Events> implements Leg {
  readonly participantId: string;
  readonly #offers: boolean;
  readonly #connection: RTCPeerConnection;
  readonly #quality: DirectQuality;
  readonly #channel: RTCDataChannel;
  readonly #sources = new Map<Source, MediaStreamTrack>();
  readonly #candidates: RTCIceCandidateInit[] = [];
  /** The last step of the negotiation, which go one after the other. */
  #steps: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #opened = false;
  #shown: CallMode | undefined;
  #closed = false;

  /**
   * @param participantId - The other participant.
   * @param role - The one who makes the offers, or the one who answers.
   */
  constructor(
    participantId: string,
    role: DirectRole,
    iceServers: RTCIceServer[],
  ) {
    super();
    this.participantId = participantId;
    this.#offers = role === 'offerer';
    const connection = new RTCPeerConnection({
      iceServers,
      iceTransportPolicy: policyFromAddress(),
    });
    this.#connection = connection;
    this.#quality = new DirectQuality(connection, () => this.emit('change'));
    connection.onicecandidate = ({ candidate }) => {
      if (candidate) {
        this.emit('signal', {
          type: 'ice-candidate',
          candidate: {
            candidate: candidate.candidate,
            sdpMid: candidate.sdpMid,
            sdpMLineIndex: candidate.sdpMLineIndex,
            usernameFragment: candidate.usernameFragment,
          },
        });
      }
    };
    connection.onconnectionstatechange = () => this.#onState();
    this.#channel = connection.createDataChannel('switch', {
      negotiated: true,
      id: 0,
    });
    this.#channel.onmessage = ({ data }) =>
      this.emit('shown', data === 'sfu' ? 'sfu' : 'p2p');
    this.#channel.onopen = () => this.#sendShown();
    if (this.#offers) {
      for (const source of SOURCES) {
        connection.addTransceiver(KINDS[source]);
      }
      this.negotiate();
    } else {
      this.#timer = setTimeout(() => this.#retry(), TRY_TIMEOUT);
    }
  }

  get reached(): boolean {
    return this.#connection.connectionState === 'connected';
  }

  get path(): MediaPath {
    if (this.reached || this.#connection.connectionState === 'connecting') {
      return 'open';
    }
    return this.#opened ? 'interrupted' : 'blocked';
  }

  get quality(): ConnectionQuality {
    return this.#quality.sent;
  }

  conditionOf(participantId: string): Condition {
    return participantId === this.participantId
      ? { ...GOOD, quality: this.#quality.received }
      : GOOD;
  }

  /** True once the browser has given up on the connection. */
  get broken(): boolean {
    return ['disconnected', 'failed'].includes(
      this.#connection.connectionState,
    );
  }

  tracksOf(participantId: string): Tracks | undefined {
    if (participantId !== this.participantId) {
      return undefined;
    }
    const trackOf = (source: Source): MediaStreamTrack | undefined =>
      this.#placeOf(source)?.receiver.track;
    return {
      mic: trackOf('mic'),
      camera: trackOf('camera'),
      screen: trackOf('screen'),
      screenAudio: trackOf('screen-audio'),
    };
  }

  publish(source: Source, track: MediaStreamTrack, paused = false): void {
    track.enabled = !paused;
    this.#sources.set(source, track);
    this.#attach(source);
  }

  unpublish(source: Source): void {
    this.#sources.delete(source);
    this.#attach(source);
  }

  setPaused(source: Source, paused: boolean): void {
    const track = this.#sources.get(source);
    if (track) {
      track.enabled = !paused;
    }
  }

  setDisplaySize(): void {
    // The browsers adapt the only stream that there is.
  }

  /** Makes an offer, over new paths if there are none. */
  negotiate(): void {
    if (!this.#offers) {
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#retry(), TRY_TIMEOUT);
    this.#step(async () => {
      if (this.broken || this.#connection.localDescription !== null) {
        this.#connection.restartIce();
      }
      await this.#connection.setLocalDescription();
      this.#emitDescription();
    });
  }

  /** True if an offer comes of another connection than this. */
  isForeign(offer: string): boolean {
    const remote = this.#connection.remoteDescription;
    return remote === null
      ? this.#offers
      : sessionOf(remote.sdp) !== sessionOf(offer);
  }

  /** Takes a signal of the other participant. */
  handle(signal: Signal): void {
    this.#step(async () => {
      if (signal.type === 'ice-candidate') {
        if (this.#connection.remoteDescription === null) {
          this.#candidates.push(initOf(signal.candidate));
        } else {
          await this.#connection.addIceCandidate(initOf(signal.candidate));
        }
        return;
      }
      const { signalingState } = this.#connection;
      if (signal.type === 'answer' && signalingState !== 'have-local-offer') {
        return;
      }
      await this.#connection.setRemoteDescription({
        type: signal.type,
        sdp: dtxFromAddress() ? withDtx(signal.sdp) : signal.sdp,
      });
      for (const candidate of this.#candidates.splice(0)) {
        await this.#connection.addIceCandidate(candidate);
      }
      if (signal.type === 'offer') {
        for (const source of SOURCES) {
          const place = this.#placeOf(source);
          if (place) {
            place.direction = 'sendrecv';
          }
          this.#attach(source);
        }
        await this.#connection.setLocalDescription();
        this.#emitDescription();
      }
      this.emit('change');
    });
  }

  /** Tells the other by which leg the user sees them from now on. */
  tellShown(mode: CallMode): void {
    this.#shown = mode;
    this.#sendShown();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#quality.close();
    this.#connection.close();
  }

  #sendShown(): void {
    if (this.#shown !== undefined && this.#channel.readyState === 'open') {
      this.#channel.send(this.#shown);
    }
  }

  #onState(): void {
    if (this.reached) {
      clearTimeout(this.#timer);
      this.#opened = true;
    } else if (this.broken) {
      this.negotiate();
    }
    this.emit('change');
  }

  #retry(): void {
    if (this.reached) {
      return;
    }
    if (this.#offers) {
      this.negotiate();
      this.emit('change');
    } else {
      this.emit('stuck');
    }
  }

  /** The place of a source among those of its kind, in the order of the offer. */
  #placeOf(source: Source): RTCRtpTransceiver | undefined {
    const kind = KINDS[source];
    const places = this.#connection
      .getTransceivers()
      .filter(({ receiver, mid }) => receiver.track.kind === kind && mid);
    const sources = SOURCES.filter((it) => KINDS[it] === kind);
    return places[sources.indexOf(source)];
  }

  #attach(source: Source): void {
    const track = this.#sources.get(source) ?? null;
    this.#placeOf(source)
      ?.sender.replaceTrack(track)
      .catch((error: unknown) => {
        if (!this.#closed) {
          this.emit('publishFailed', source, error as Error);
        }
      });
  }

  #emitDescription(): void {
    const description = this.#connection.localDescription;
    if (description?.type === 'offer' || description?.type === 'answer') {
      const { type, sdp } = description;
      this.emit('signal', { type, sdp });
    }
    for (const source of SOURCES) {
      this.#attach(source);
    }
  }

  #step(step: () => Promise<void>): void {
    this.#steps = this.#steps
      .then(async () => {
        if (!this.#closed) {
          await step();
        }
      })
      .catch((error: unknown) => {
        if (!this.#closed) {
          console.warn('A signal could not be applied:', error);
        }
      });
  }
}

function initOf({
  candidate,
  sdpMid = null,
  sdpMLineIndex = null,
  usernameFragment = null,
}: Extract<
  Signal,
  { type: 'ice-candidate' }
>['candidate']): RTCIceCandidateInit {
  return { candidate, sdpMid, sdpMLineIndex, usernameFragment };
}

/**
 * A remote description that requests next to nothing while the microphone is silent
 * (RFC 7587). Browsers do as the receiver says.
 */
function withDtx(sdp: string): string {
  const opus = /^a=rtpmap:(\d+) opus\//m.exec(sdp)?.[1] ?? '';
  return sdp.replaceAll(
    new RegExp(`^a=fmtp:${opus} .*useinbandfec=1`, 'gm'),
    '$&;usedtx=1',
  );
}

/** The id of the session in a description. */
function sessionOf(sdp: string): string | undefined {
  return /^o=\S+ (\S+)/m.exec(sdp)?.[1];
}
