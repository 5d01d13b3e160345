import { isMediaReset } from './Connection.ts';
import { Emitter } from './Emitter.ts';
import type { MediaSession } from './MediaSession.ts';
import type { Peer } from '@atrium/protocol/protoo';
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
 * The other peers in the room, and what they send. Everything that can be
 * decrypted is received. It outlives a lost connection: peers that are still in
 * the room afterwards have not left.
 */
export class RemotePeers extends Emitter<RemotePeersEvents> {
  readonly #peers = new Map<string, RemotePeer>();
  #session: MediaSession | undefined;

  get peers(): RemotePeer[] {
    return [...this.#peers.values()];
  }

  /** Takes over the peers of a join reply, and receives them over a session. */
  attach(session: MediaSession, peers: Peer[]): void {
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
  }

  /** Receives everything again, over a new session. */
  renew(session: MediaSession): void {
    this.#session = session;
    for (const peer of this.#peers.values()) {
      for (const producer of peer.producers) {
        delete producer.track;
        void this.#receive(peer, producer.producerId);
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
      case 'newProducer': {
        const peer = this.#peers.get(data.peerId);
        if (peer) {
          peer.addProducer(data);
          this.emit('peerChanged', peer);
          void this.#receive(peer, data.producerId);
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
        this.#setPaused(this.#session?.producerOf(data.consumerId), true);
        break;
      case 'consumerResumed':
        this.#setPaused(this.#session?.producerOf(data.consumerId), false);
        break;
      case 'consumerLayersChanged': {
        const producerId = this.#session?.producerOf(data.consumerId);
        const [, producer] = this.#find(producerId) ?? [];
        if (producer) {
          producer.layers = data;
        }
        break;
      }
      case 'consumerClosed':
        this.#closeProducer(this.#session?.producerOf(data.consumerId));
        break;
    }
  }

  /** Stops receiving a producer that was encrypted with another key. */
  markUndecryptable(producerId: string): void {
    const [peer, producer] = this.#find(producerId) ?? [];
    if (peer && producer && !producer.playbackIssue) {
      producer.playbackIssue = 'wrongKey';
      delete producer.track;
      void this.#session?.stopConsuming(producerId);
      this.emit('peerChanged', peer);
    }
  }

  #addPeer(info: Peer): void {
    const known = this.#peers.has(info.peerId);
    const peer = new RemotePeer(info);
    this.#peers.set(peer.peerId, peer);
    this.emit(known ? 'peerChanged' : 'peerJoined', peer);
    for (const { producerId } of peer.producers) {
      void this.#receive(peer, producerId);
    }
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

  #closeProducer(producerId: string | undefined): void {
    const [peer, producer] = this.#find(producerId) ?? [];
    if (peer && producer) {
      this.#session?.closeConsumer(producer.producerId);
      peer.removeProducer(producer.producerId);
      this.emit('peerChanged', peer);
    }
  }

  async #receive(peer: RemotePeer, producerId: string): Promise<void> {
    const session = this.#session;
    const producer = peer.producer(producerId);
    if (!session || !producer) {
      return;
    }
    producer.playbackIssue = session.playbackIssueOf(producer.appData);
    if (producer.playbackIssue) {
      this.emit('peerChanged', peer);
      return;
    }
    const isCurrent = (): boolean =>
      !session.closed &&
      !producer.playbackIssue &&
      this.#find(producerId)?.[1] === producer;
    try {
      const track = await session.consume(producerId);
      if (isCurrent()) {
        producer.track = track;
        this.emit('peerChanged', peer);
      } else {
        session.closeConsumer(producerId);
      }
    } catch (error) {
      // A producer that closed meanwhile is no failure.
      if (isCurrent() && !isMediaReset(error)) {
        this.emit('consumeFailed', peer, error as Error);
      }
    }
  }
}
