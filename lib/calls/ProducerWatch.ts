import type { Observer } from '../rooms/Broadcast.ts';
import type { ProducerInfo, RoomEvent } from '../rooms/events.ts';
import type { Room } from '../rooms/Room.ts';
import type { Participant } from './Participant.ts';
import type { People } from './People.ts';

/** A track that is sent into the room of a call. */
export interface CallProducer {
  readonly producerId: string;
  /** The sender; the id of the peer where that is no participant. */
  readonly participantId: string;
  readonly kind: ProducerInfo['kind'];
}

/** Receives what others send in a call. */
export interface ProducerWatcher {
  opened(producer: CallProducer): void;
  closed(producer: CallProducer): void;
  /** Called when the peer of the participant has gone, with all that it held. */
  peerLost(): void;
  /** Called once at the end of the room, or of the stay. */
  ended(): void;
}

/** Tells one participant of the tracks of others in the room of a call. */
export class ProducerWatch implements Observer {
  readonly userId: string;
  readonly #room: Room;
  readonly #people: People;
  readonly #participant: Participant;
  readonly #watcher: ProducerWatcher;
  /** Those that the participant was told of, by their ids. */
  readonly #producers = new Map<string, CallProducer>();

  constructor(
    room: Room,
    people: People,
    participant: Participant,
    watcher: ProducerWatcher,
  ) {
    const { userId, guestId, key } = participant.caller;
    this.userId = userId ?? guestId ?? key;
    this.#room = room;
    this.#people = people;
    this.#participant = participant;
    this.#watcher = watcher;
  }

  /** Tells of the producers that are there, and of changes until it is disposed of. */
  start(): Disposable {
    for (const peer of this.#room.peers.values()) {
      for (const producer of peer.producers.infos) {
        this.#open(peer.id, producer);
      }
    }
    return this.#room.broadcast.observe(this);
  }

  notify(event: RoomEvent): void {
    if (event.type === 'producerOpened') {
      this.#open(event.peerId, event.producer);
    } else if (event.type === 'producerClosed') {
      this.#close(event.producerId);
    } else if (
      event.type === 'peerLeft' &&
      event.peerId === this.#participant.id
    ) {
      this.#watcher.peerLost();
    }
  }

  ended(): void {
    this.#watcher.ended();
  }

  #open(peerId: string, { producerId, kind }: ProducerInfo): void {
    const participantId = this.#senderOf(peerId);
    if (participantId !== this.#participant.id) {
      const producer = { producerId, participantId, kind };
      this.#producers.set(producerId, producer);
      this.#watcher.opened(producer);
    }
  }

  #close(producerId: string): void {
    const producer = this.#producers.get(producerId);
    if (producer !== undefined) {
      this.#producers.delete(producerId);
      this.#watcher.closed(producer);
    }
  }

  #senderOf(peerId: string): string {
    const { userId = '' } = this.#room.peers.get(peerId) ?? {};
    const sender = Array.from(this.#people.present.values()).find(
      ({ caller }) => (caller.userId ?? caller.guestId) === userId,
    );
    return sender?.id ?? peerId;
  }
}
