import { Emitter } from '../core/index.ts';
import type { Source } from '../core/index.ts';
import type { Quality } from '../Snapshot.ts';
import { LinkQuality } from './LinkQuality.ts';
import { Negotiator } from './Negotiator.ts';
import { PeerChannel } from './PeerChannel.ts';
import { ReceivedTracks } from './ReceivedTracks.ts';
import { SentTracks } from './SentTracks.ts';
import { candidateFrame, descriptionFrame } from './signals.ts';
import type { OutgoingSignal, Signal } from './signals.ts';
import { Turns } from './Turns.ts';

/** Most descriptions from the other side in {@link PERIOD}. */
const MOST_DESCRIPTIONS = 100;

/** Most candidates that come after one description. */
const MOST_CANDIDATES = 256;

/** The time over which descriptions are counted, ms. */
const PERIOD = 60_000;

/** A connection to open. */
export type PeerLinkOptions = {
  /** The ICE servers as they are at the moment, and their use. */
  configuration: () => RTCConfiguration;
  /** Gives way when two offers collide. */
  polite: boolean;
  tracks: ReadonlyMap<Source, MediaStreamTrack>;
  muted: readonly Source[];
  send: (signal: OutgoingSignal) => void;
};

type PeerLinkEvents = {
  /** The received tracks have changed, or their condition has. */
  change: [];
  message: [unknown];
  publishFailed: [Source, Error];
  /** The connection is of no use any more, because of what the other side sent. */
  failed: [Error];
};

/** A direct connection to one peer: tracks both ways, and messages. */
export class PeerLink extends Emitter<PeerLinkEvents> {
  readonly received: ReceivedTracks;
  readonly #configuration: () => RTCConfiguration;
  readonly #connection: RTCPeerConnection;
  readonly #channel: PeerChannel;
  readonly #negotiator: Negotiator;
  readonly #sent: SentTracks;
  readonly #quality: LinkQuality;
  readonly #turns: Turns;
  readonly #early: RTCIceCandidateInit[] = [];
  /** The work on what the other side has sent, one after another. */
  #work: Promise<void> = Promise.resolve();
  /** This side offers as well; before that, it waits for the first offer. */
  #offers = false;
  #descriptions = { since: performance.now(), count: 0 };
  #candidates = 0;
  #closed = false;

  constructor(options: PeerLinkOptions) {
    super();
    const { configuration, polite, tracks, muted, send } = options;
    const connection = new RTCPeerConnection(configuration());
    this.#configuration = configuration;
    this.#connection = connection;
    this.#negotiator = new Negotiator(connection, polite, (description) =>
      send(descriptionFrame(description, this.#sent.hints)),
    );
    this.#channel = new PeerChannel(connection, {
      message: (data) => this.emit('message', data),
      muted: (sources) => {
        this.received.setMuted(sources);
        this.emit('change');
      },
      turn: (turn) => this.#turns.hear(turn),
      flooded: (error) => this.#fail(error),
    });
    this.#turns = new Turns({
      polite,
      isIdle: () => this.#negotiator.isIdle,
      say: (turn) => this.#channel.say({ turn }),
      offer: () => this.#offer(),
    });
    this.#channel.tellMuted(muted);
    this.#quality = new LinkQuality(connection, () => this.emit('change'));
    this.received = new ReceivedTracks(connection, () => this.quality);
    this.#sent = new SentTracks(connection, tracks, (...failure) =>
      this.emit('publishFailed', ...failure),
    );
    connection.addEventListener('negotiationneeded', () => {
      if (!this.#offers) {
        return;
      }
      if (connection.remoteDescription) {
        this.#turns.want();
      } else {
        this.#offer();
      }
    });
    connection.addEventListener('icecandidate', ({ candidate }) => {
      // The end of candidates is an empty one, which not every client takes.
      if (candidate?.candidate) {
        send(candidateFrame(candidate));
      }
    });
    connection.addEventListener('connectionstatechange', () =>
      this.#onState(connection.connectionState),
    );
  }

  /** The sender of the user's microphone, if it is sent. */
  get sentVoice(): RTCRtpSender | undefined {
    return this.#sent.voice;
  }

  /** The condition of what is received. */
  get quality(): Quality {
    return this.#quality.quality;
  }

  /** Begins the connection, instead of waiting for an offer. */
  begin(): void {
    this.#offers = true;
    this.#channel.open();
    this.#sent.invite();
  }

  /** Takes in a signal of the other side. */
  receive(signal: Signal): void {
    if (this.#closed || this.#isFlooded(signal)) {
      return;
    }
    this.#work = this.#work.then(async () => {
      try {
        if (!this.#closed) {
          await this.#apply(signal);
        }
      } catch (error) {
        this.#fail(error as Error);
      }
    });
  }

  /** Sends a track as a source, or none any more. */
  setTrack(source: Source, track: MediaStreamTrack | undefined): void {
    this.#sent.set(source, track);
  }

  /** Tells which sources are held back. */
  tellMuted(sources: readonly Source[]): void {
    this.#channel.tellMuted(sources);
  }

  /**
   * Sends a message, as soon as the channel is open.
   *
   * @throws {Error} If the connection ends before.
   */
  send(data: unknown): Promise<void> {
    return this.#channel.send(data);
  }

  /** Looks for another way, if the connection is broken. */
  retryNow(): void {
    const { connectionState } = this.#connection;
    if (connectionState === 'disconnected' || connectionState === 'failed') {
      this.#restartIce();
    }
  }

  close(): void {
    if (!this.#closed) {
      this.#closed = true;
      this.#turns.close();
      this.#quality.close();
      this.#channel.close();
      this.#connection.close();
    }
  }

  async #apply(signal: Signal): Promise<void> {
    if (signal.type === 'ice-candidate') {
      if (this.#connection.remoteDescription) {
        await this.#addCandidate(signal.candidate);
      } else {
        this.#early.push(signal.candidate);
      }
      return;
    }
    if (signal.turns) {
      this.#turns.note();
    }
    if (signal.type === 'offer') {
      this.#turns.offered();
    }
    if (await this.#negotiator.accept(signal)) {
      // Sections that were not answered may have to be offered now.
      this.#offers = true;
      this.received.update(signal.hints);
      this.emit('change');
      for (const candidate of this.#early.splice(0)) {
        await this.#addCandidate(candidate);
      }
    }
  }

  /** Adds a candidate. One that the browser does not know is of no use to it. */
  async #addCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    try {
      await this.#connection.addIceCandidate(candidate);
    } catch {
      // Of an offer that was ignored, or of a kind that this browser has not.
    }
  }

  #offer(): void {
    this.#negotiator.offer().catch((error: unknown) => {
      this.#fail(error as Error);
    });
  }

  #onState(state: RTCPeerConnectionState): void {
    if (state === 'disconnected' || state === 'failed') {
      this.#quality.setInterrupted(true);
      this.#restartIce();
    } else if (state === 'connected') {
      this.#quality.setInterrupted(false);
    }
  }

  #restartIce(): void {
    // Credentials for relays may have been renewed.
    this.#connection.setConfiguration(this.#configuration());
    this.#connection.restartIce();
  }

  #isFlooded({ type }: Pick<Signal, 'type'>): boolean {
    if (type === 'ice-candidate') {
      this.#candidates += 1;
    } else {
      this.#candidates = 0;
      this.#count();
    }
    const flooded =
      this.#candidates > MOST_CANDIDATES ||
      this.#descriptions.count > MOST_DESCRIPTIONS;
    if (flooded) {
      this.#fail(
        new Error(
          `signals: expected at most ${MOST_DESCRIPTIONS} descriptions a minute and ${MOST_CANDIDATES} candidates after each, got more`,
        ),
      );
    }
    return flooded;
  }

  #count(): void {
    const now = performance.now();
    if (now - this.#descriptions.since > PERIOD) {
      this.#descriptions = { since: now, count: 0 };
    }
    this.#descriptions.count += 1;
  }

  #fail(error: Error): void {
    if (!this.#closed) {
      this.close();
      this.emit('failed', error);
    }
  }
}
