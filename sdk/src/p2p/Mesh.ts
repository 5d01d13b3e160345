import type { Events, ServerFrame } from '@atrium/protocol/sessions';
import { Emitter } from '../core/index.ts';
import type { LocalSource, Source } from '../core/index.ts';
import { VideoconfError } from '../VideoconfError.ts';
import type { Identity, Reception, Way, WayEvents } from '../Way.ts';
import { Loudness } from './Loudness.ts';
import type { Voices } from './Loudness.ts';
import { Neighbours } from './Neighbours.ts';
import type { PeerLink, PeerLinkOptions } from './PeerLink.ts';
import { SessionSocket } from './SessionSocket.ts';

/** The longest message, in bytes of its JSON. */
const LONGEST = 65_536;

/** Errors about a person who has gone, or has no socket yet. */
const ABOUT_PEERS: ReadonlySet<string> = new Set([
  'PEER_NOT_FOUND',
  'PEER_UNREACHABLE',
]);

/** Settings of direct connections to the others. */
export type MeshOptions = {
  self: Identity;
  /** The WebSocket of the server, with a slash at the end: `wss://host/`. */
  url: string;
  ticket: string;
  renewTicket: () => Promise<string>;
  iceTransportPolicy: RTCIceTransportPolicy;
  /** The user is in the room as well, and meets others there. */
  inRoom: boolean;
};

/**
 * The way to the others without a media server: a connection to each of them,
 * signalled over the socket of the session.
 */
export class Mesh extends Emitter<WayEvents> implements Way {
  readonly #iceTransportPolicy: RTCIceTransportPolicy;
  readonly #socket: SessionSocket;
  readonly #neighbours: Neighbours;
  readonly #sources = new Map<Source, LocalSource>();
  readonly #loudness = new Loudness(() => this.#voices);
  #self: Identity;
  #iceServers: RTCIceServer[] = [];
  #entered = false;

  constructor(options: MeshOptions) {
    super();
    const { self, url, ticket, renewTicket, inRoom } = options;
    this.#iceTransportPolicy = options.iceTransportPolicy;
    this.#self = self;
    const name = self.displayName;
    this.#socket = new SessionSocket({ url, ticket, name, renew: renewTicket });
    this.#neighbours = new Neighbours({
      inRoom,
      linkTo: (peerId) => this.#optionsFor(peerId),
    });
    this.#followSocket();
    this.#followNeighbours();
    this.#loudness.on('levels', (levels) => this.emit('levels', levels));
    this.#loudness.on('active', (peerId) => this.emit('active', peerId));
  }

  get self(): Identity {
    return this.#self;
  }

  join(): void {
    this.#socket.connect();
  }

  leave(): void {
    this.#socket.close();
    this.#close();
    this.emit('state', { name: 'ended', reason: 'left' });
  }

  retryNow(): void {
    this.#socket.check();
    for (const link of this.#neighbours.links) {
      link.retryNow();
    }
  }

  publish(source: Source, track: MediaStreamTrack, paused = false): void {
    track.enabled = !paused;
    const before = this.#sources.get(source);
    this.#sources.set(source, { track, paused });
    if (before?.track !== track) {
      for (const link of this.#neighbours.links) {
        link.setTrack(source, track);
      }
    }
    this.#tellMuted();
  }

  unpublish(source: Source): void {
    this.#sources.delete(source);
    for (const link of this.#neighbours.links) {
      link.setTrack(source, undefined);
    }
    this.#tellMuted();
  }

  setPaused(source: Source, paused: boolean): void {
    const local = this.#sources.get(source);
    if (local) {
      this.publish(source, local.track, paused);
    }
  }

  receive(track: MediaStreamTrack, { subscribed }: Reception): void {
    for (const link of this.#neighbours.links) {
      link.received.setSubscribed(track, subscribed);
    }
  }

  /** Tells if messages to a person go this way. */
  reaches(peerId: string): boolean {
    return this.#neighbours.linkTo(peerId) !== undefined;
  }

  async send(data: unknown, to: string[] | undefined): Promise<void> {
    const bytes = new TextEncoder().encode(JSON.stringify(data)).length;
    if (bytes > LONGEST) {
      throw new VideoconfError(
        'VALIDATION_ERROR',
        `data: expected at most ${LONGEST} bytes as JSON, got ${bytes}`,
        { final: true },
      );
    }
    if (to) {
      await this.#sendTo(to, data);
      return;
    }
    for (const link of this.#neighbours.links) {
      // Clients of other makes need not have a channel, so that none is waited for.
      link.send(data).catch(() => undefined);
    }
  }

  async #sendTo(to: readonly string[], data: unknown): Promise<void> {
    const links = to.map((peerId) => this.#requireLink(peerId));
    try {
      await Promise.all(links.map((link) => link.send(data)));
    } catch (error) {
      throw VideoconfError.because('DELIVERY_UNKNOWN', error as Error);
    }
  }

  #requireLink(peerId: string): PeerLink {
    const link = this.#neighbours.linkTo(peerId);
    if (!link) {
      throw new VideoconfError(
        'PEER_NOT_FOUND',
        `to: expected a person to whom there is a connection, got ${JSON.stringify(peerId)}`,
      );
    }
    return link;
  }

  #followSocket(): void {
    this.#socket.on('connected', (it) => this.#onConnected(it));
    this.#socket.on('frame', (it) => this.#onFrame(it));
    this.#socket.on('disconnected', () => this.#tellWaiting());
    this.#socket.on('refused', (error) => this.#tellWaiting(error));
    this.#socket.on('ended', (reason, error) => {
      this.#close();
      this.emit('state', { name: 'ended', reason, error });
    });
  }

  #followNeighbours(): void {
    const neighbours = this.#neighbours;
    neighbours.on('person', (person) => this.emit('person', person));
    neighbours.on('personLeft', (peerId) => this.emit('personLeft', peerId));
    neighbours.on('message', (from, data) => this.emit('message', from, data));
    neighbours.on('failed', (error) => this.emit('failed', error));
    neighbours.on('publishFailed', (...failure) =>
      this.emit('publishFailed', ...failure),
    );
  }

  #onConnected({ peerId, peers, iceServers = [] }: Events['connected']): void {
    this.#self = { ...this.#self, peerId };
    this.#iceServers = iceServers.map(({ urls, username, credential }) => ({
      urls,
      ...(username !== undefined && { username }),
      ...(credential !== undefined && { credential }),
    }));
    this.#entered = true;
    this.#neighbours.meet(peers);
    this.#loudness.start();
    this.emit('state', { name: 'connected' });
  }

  #onFrame(frame: Exclude<ServerFrame, { type: 'connected' }>): void {
    switch (frame.type) {
      case 'connect':
        this.#neighbours.announce(frame);
        break;
      case 'disconnect':
        this.#neighbours.remove(frame.from);
        break;
      case 'error':
        this.#onError(frame);
        break;
      default:
        this.#neighbours.receive(frame);
    }
  }

  #onError({ code, message }: Events['error']): void {
    if (ABOUT_PEERS.has(code)) {
      this.#neighbours.giveUp(message);
    } else if (code !== 'ALREADY_JOINED') {
      this.emit('failed', new VideoconfError(code, message));
    }
  }

  #optionsFor(peerId: string): PeerLinkOptions {
    return {
      configuration: () => ({
        iceServers: this.#iceServers,
        iceTransportPolicy: this.#iceTransportPolicy,
      }),
      polite: this.#self.peerId < peerId,
      tracks: new Map(
        [...this.#sources].map(([source, { track }]) => [source, track]),
      ),
      muted: this.#muted,
      send: (signal) => this.#socket.send({ ...signal, to: peerId }),
    };
  }

  get #voices(): Voices {
    const { links, voices } = this.#neighbours;
    const [sender] = links.flatMap(({ sentVoice }) => sentVoice ?? []);
    const { peerId } = this.#self;
    return { others: voices, own: sender && { peerId, sender } };
  }

  get #muted(): Source[] {
    return [...this.#sources]
      .filter(([, { paused }]) => paused)
      .map(([source]) => source);
  }

  #tellMuted(): void {
    for (const link of this.#neighbours.links) {
      link.tellMuted(this.#muted);
    }
  }

  #tellWaiting(error?: VideoconfError): void {
    const name = this.#entered ? 'reconnecting' : 'connecting';
    this.emit('state', { name, error });
  }

  #close(): void {
    this.#loudness.stop();
    this.#neighbours.close();
  }
}
