import { isMediaReset } from './Connection.ts';
import { Emitter } from './Emitter.ts';
import type { MediaSession, OpenedConsumer } from './MediaSession.ts';
import type { Peer } from '@atrium/protocol/protoo';
import { receptionOf } from './reception.ts';
import type { Reception } from './reception.ts';
import type { RoomNotification } from './wire.ts';
import { RemotePeer } from './RemotePeer.ts';
import type { RemoteProducer } from './RemotePeer.ts';

type RemotePeersEvents = {
  peerJoined: [RemotePeer];
  /** A peer's producers or their tracks have changed. */
  peerChanged: [RemotePeer];
  peerLeft: [RemotePeer];
  /** A producer of a peer could not be received. */
  consumeFailed: [RemotePeer, Error];
};

/**
 * Most consumers in the reply to a join; the rest comes in notifications.
 */
const MOST_AT_JOIN = 200;

/**
 * The other peers in the room, and what they send. The server opens a consumer for
 * everything; what can be decrypted is received. It outlives a lost connection: peers that are still in
 * the room afterwards have not left.
 */
export class RemotePeers extends Emitter<RemotePeersEvents> {
  readonly #peers = new Map<string, RemotePeer>();
  #session: MediaSession | undefined;

  get peers(): RemotePeer[] {
    return [...this.#peers.values()];
  }

  /**
   * Takes over the peers of a join reply, and receives them over a session.
   *
   * @param consumers - Undefined if the server opens them later.
   */
  attach(
    session: MediaSession,
    peers: Peer[],
    consumers: OpenedConsumer[] | undefined,
  ): void {
    this.#session = session;
    const present = new Set(peers.map(({ peerId }) => peerId));
    for (const peerId of this.#peers.keys()) {
      if (!present.has(peerId)) {
        this.#removePeer(peerId);
      }
    }
    for (const info of peers) {
      this.#addPeer(info);
    }
    const opened = new Set<string>();
    for (const consumer of consumers ?? []) {
      opened.add(consumer.producerId);
      this.#receive(consumer);
    }
    if (consumers && consumers.length < MOST_AT_JOIN) {
      for (const { producerId } of peers.flatMap((it) => it.producers)) {
        if (!opened.has(producerId)) {
          this.#request(producerId);
        }
      }
    }
  }

  /** Receives everything again, over a new session, as the server opens it. */
  renew(session: MediaSession): void {
    this.#session = session;
    for (const peer of this.#peers.values()) {
      for (const producer of peer.producers) {
        delete producer.track;
        delete producer.suspended;
        delete producer.stalled;
        delete producer.consumerId;
        delete producer.reception;
      }
      this.emit('peerChanged', peer);
    }
  }

  /** Drops all producers: the session has ended. */
  detach(): void {
    this.#session = undefined;
    for (const peer of this.#peers.values()) {
      peer.clearProducers();
      this.emit('peerChanged', peer);
    }
  }

  /** Applies a notification that came after the join reply. */
  handle({ method, data }: RoomNotification): void {
    switch (method) {
      case 'peerJoined':
        this.#addPeer(data);
        break;
      case 'peerLeft':
        this.#removePeer(data.peerId);
        break;
      case 'peerUpdated': {
        const peer = this.#peers.get(data.peerId);
        if (peer) {
          peer.update(data);
          this.emit('peerChanged', peer);
        }
        break;
      }
      case 'newProducer': {
        const peer = this.#peers.get(data.peerId);
        if (peer) {
          peer.addProducer(data);
          this.emit('peerChanged', peer);
          this.#request(data.producerId);
        }
        break;
      }
      case 'consumerOpened': {
        const peer = this.#peers.get(data.peerId);
        if (peer) {
          peer.addProducer({ ...data, paused: data.producerPaused });
          this.emit('peerChanged', peer);
          this.#receive(data);
        }
        break;
      }
      case 'producerClosed':
        this.#closeProducer(data.producerId);
        break;
      case 'producerPaused':
        this.#setPaused(data.producerId, true);
        break;
      case 'producerResumed':
        this.#setPaused(data.producerId, false);
        break;
      case 'consumerPaused':
        this.#setPaused(this.#producerOf(data.consumerId), true);
        break;
      case 'consumerResumed':
        this.#setPaused(this.#producerOf(data.consumerId), false);
        break;
      case 'consumerSuspended':
        this.#setSuspended(this.#producerOf(data.consumerId), true);
        break;
      case 'consumerRestored':
        this.#setSuspended(this.#producerOf(data.consumerId), false);
        break;
      case 'consumerLayersChanged': {
        const producerId = this.#producerOf(data.consumerId);
        const [, producer] = this.#find(producerId) ?? [];
        if (producer) {
          producer.layers = data;
        }
        break;
      }
      case 'consumerScore':
        this.#setReception(
          this.#producerOf(data.consumerId),
          receptionOf(data),
        );
        break;
      case 'connectionQuality': {
        const peer = this.#peers.get(data.peerId);
        if (peer) {
          peer.quality = data.quality;
          this.emit('peerChanged', peer);
        }
        break;
      }
      case 'consumerClosed':
        this.#closeProducer(this.#producerOf(data.consumerId));
        break;
    }
  }

  /** Stops receiving a producer that was encrypted with another key. */
  markUndecryptable(producerId: string): void {
    const [peer, producer] = this.#find(producerId) ?? [];
    if (peer && producer && !producer.playbackIssue) {
      producer.playbackIssue = 'wrongKey';
      delete producer.track;
      this.#session?.stopConsuming(producerId);
      this.emit('peerChanged', peer);
    }
  }

  /** Marks the producers whose pictures have stalled, and no others. */
  markStalled(producerIds: ReadonlySet<string>): void {
    for (const peer of this.#peers.values()) {
      for (const producer of peer.producers) {
        const stalled = producerIds.has(producer.producerId);
        if (stalled !== (producer.stalled ?? false)) {
          producer.stalled = stalled;
          this.emit('peerChanged', peer);
        }
      }
    }
  }

  #addPeer(info: Peer): void {
    const known = this.#peers.has(info.peerId);
    const peer = new RemotePeer(info);
    this.#peers.set(peer.peerId, peer);
    this.emit(known ? 'peerChanged' : 'peerJoined', peer);
  }

  #removePeer(peerId: string): void {
    const peer = this.#peers.get(peerId);
    if (!peer) {
      return;
    }
    for (const { producerId } of peer.producers) {
      this.#session?.closeConsumer(producerId);
    }
    this.#peers.delete(peerId);
    this.emit('peerLeft', peer);
  }

  #find(
    producerId: string | undefined,
  ): [RemotePeer, RemoteProducer] | undefined {
    if (producerId === undefined) {
      return undefined;
    }
    for (const peer of this.#peers.values()) {
      const producer = peer.producer(producerId);
      if (producer) {
        return [peer, producer];
      }
    }
    return undefined;
  }

  #setPaused(producerId: string | undefined, paused: boolean): void {
    const [peer, producer] = this.#find(producerId) ?? [];
    if (peer && producer && producer.paused !== paused) {
      producer.paused = paused;
      this.emit('peerChanged', peer);
    }
  }

  #setSuspended(producerId: string | undefined, suspended: boolean): void {
    const [peer, producer] = this.#find(producerId) ?? [];
    if (peer && producer) {
      producer.suspended = suspended;
      this.emit('peerChanged', peer);
    }
  }

  #setReception(producerId: string | undefined, reception: Reception): void {
    const [peer, producer] = this.#find(producerId) ?? [];
    if (peer && producer && producer.reception !== reception) {
      producer.reception = reception;
      this.emit('peerChanged', peer);
    }
  }

  /** The producer of a consumer, which may not be received yet. */
  #producerOf(consumerId: string): string | undefined {
    for (const { producers } of this.#peers.values()) {
      for (const producer of producers) {
        if (producer.consumerId === consumerId) {
          return producer.producerId;
        }
      }
    }
    return this.#session?.producerOf(consumerId);
  }

  #closeProducer(producerId: string | undefined): void {
    const [peer, producer] = this.#find(producerId) ?? [];
    if (peer && producer) {
      this.#session?.closeConsumer(producer.producerId);
      peer.removeProducer(producer.producerId);
      this.emit('peerChanged', peer);
    }
  }

  /** Receives what the server has opened a consumer for. */
  #receive(consumer: OpenedConsumer): void {
    const session = this.#session;
    const producer = this.#playable(consumer.producerId);
    if (session && producer) {
      producer.consumerId = consumer.consumerId;
      producer.reception = receptionOf(consumer.score);
      void this.#show(session, producer, session.receive(consumer));
    } else {
      session?.decline(consumer);
    }
  }

  /**
   * Requests what the server has not opened a consumer for. Most likely that is
   * refused, with the reason.
   */
  #request(producerId: string): void {
    const session = this.#session;
    const producer = this.#playable(producerId);
    if (session && producer) {
      void this.#show(session, producer, session.consume(producerId));
    }
  }

  /** A producer in the room, unless there is an issue with it, which is shown. */
  #playable(producerId: string): RemoteProducer | undefined {
    const [peer, producer] = this.#find(producerId) ?? [];
    if (!peer || !producer) {
      return undefined;
    }
    producer.playbackIssue = this.#session?.playbackIssueOf(producer.appData);
    if (producer.playbackIssue) {
      this.emit('peerChanged', peer);
      return undefined;
    }
    return producer;
  }

  /** Shows a producer once its track is there. */
  async #show(
    session: MediaSession,
    producer: RemoteProducer,
    receiving: Promise<MediaStreamTrack>,
  ): Promise<void> {
    const { producerId } = producer;
    /** Its peer, as long as it is to be played. */
    const current = (): RemotePeer | undefined => {
      const [peer, found] = this.#find(producerId) ?? [];
      return found === producer && !producer.playbackIssue && !session.closed
        ? peer
        : undefined;
    };
    try {
      const track = await receiving;
      const peer = current();
      if (peer) {
        producer.track = track;
        this.emit('peerChanged', peer);
      } else {
        session.closeConsumer(producerId);
      }
    } catch (error) {
      // A producer that closed meanwhile is no failure.
      const peer = current();
      if (peer && !isMediaReset(error)) {
        this.emit('consumeFailed', peer, error as Error);
      }
    }
  }
}
