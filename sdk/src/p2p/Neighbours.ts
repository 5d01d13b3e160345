import type {
  Events,
  ServerFrame,
  SessionPeer,
} from '@atrium/protocol/sessions';
import { Emitter } from '../core/index.ts';
import { VideoconfError } from '../VideoconfError.ts';
import type { WayEvents } from '../Way.ts';
import { PeerLink } from './PeerLink.ts';
import type { PeerLinkOptions } from './PeerLink.ts';
import { Person } from './Person.ts';
import { signalIn } from './signals.ts';
import type { Signal } from './signals.ts';

/**
 * The time after which a newcomer who has not offered a connection is offered one,
 * ms. Not every client knows that newcomers offer.
 */
const PATIENCE = 4_000;

/** A signal as the server passes it on. */
type SignalFrame = ServerFrame & { type: 'offer' | 'answer' | 'ice-candidate' };

/** Settings of connections to people. */
type LinkOptions = {
  /** The user is in the room as well, and meets others there. */
  inRoom: boolean;
  /** The options of a connection to a person. */
  linkTo: (peerId: string) => PeerLinkOptions;
};

type NeighboursEvents = Pick<
  WayEvents,
  'person' | 'personLeft' | 'message' | 'failed' | 'publishFailed'
>;

/** The others in a session, and the connections to them. */
export class Neighbours extends Emitter<NeighboursEvents> {
  readonly #options: LinkOptions;
  readonly #people = new Map<string, Person>();

  constructor(options: LinkOptions) {
    super();
    this.#options = options;
  }

  get links(): PeerLink[] {
    return [...this.#people.values()].flatMap(({ link }) => link ?? []);
  }

  /** The receivers of the others' microphones. */
  get voices(): ReadonlyMap<string, RTCRtpReceiver> {
    const voices = new Map<string, RTCRtpReceiver>();
    for (const { peerId, link } of this.#people.values()) {
      if (link?.received.voice) {
        voices.set(peerId, link.received.voice);
      }
    }
    return voices;
  }

  /** The connection to a person, if there is one. */
  linkTo(peerId: string): PeerLink | undefined {
    return this.#people.get(peerId)?.link;
  }

  /** Starts over with all who are there: for them, this is a newcomer. */
  meet(peers: readonly SessionPeer[]): void {
    const present = new Set(peers.map(({ peerId }) => peerId));
    for (const person of this.#people.values()) {
      person.close();
      if (!present.has(person.peerId)) {
        this.#remove(person);
      }
    }
    for (const { peerId, name, sfu } of peers) {
      const person = this.#note(peerId, name, sfu);
      person.barred = false;
      if (this.#isWanted(person)) {
        this.#open(person).begin();
      }
      this.#show(person);
    }
  }

  /** Notes a person who has come, or has another name or way into the session. */
  announce({ from, name, sfu }: Events['connect']): void {
    const before = this.#people.get(from);
    const changed = before !== undefined && before.sfu !== sfu;
    const person = this.#note(from, name, sfu);
    if (!this.#isWanted(person)) {
      person.close();
    } else if (person.link || person.barred) {
      // Only the name may have changed.
    } else if (changed) {
      this.#open(person).begin();
    } else {
      person.wait(PATIENCE, () => this.#open(person).begin());
    }
    this.#show(person);
  }

  /** Notes that a person has left. */
  remove(peerId: string): void {
    const person = this.#people.get(peerId);
    if (person) {
      this.#remove(person);
    }
  }

  /** Takes in a signal of a person. */
  receive(frame: SignalFrame): void {
    const person = this.#people.get(frame.from);
    if (!person || person.barred || !this.#isWanted(person)) {
      return;
    }
    let signal: Signal | undefined;
    try {
      signal = signalIn(frame);
    } catch (error) {
      this.#bar(person, error as Error);
      return;
    }
    if (signal && (person.link || signal.type === 'offer')) {
      (person.link ?? this.#open(person)).receive(signal);
    }
  }

  /**
   * Gives up the connection to a person who could not be reached, whose id is in
   * a message. One that they begin later must not meet the offer that was lost.
   */
  giveUp(message: string): void {
    for (const person of this.#people.values()) {
      if (message.includes(JSON.stringify(person.peerId))) {
        person.close();
        this.#show(person);
      }
    }
  }

  close(): void {
    for (const person of this.#people.values()) {
      person.close();
    }
  }

  /** Two who are in the room meet there. */
  #isWanted({ sfu }: Person): boolean {
    return !(sfu && this.#options.inRoom);
  }

  #note(peerId: string, name: string, sfu: boolean): Person {
    let person = this.#people.get(peerId);
    if (person) {
      person.displayName = name;
      person.sfu = sfu;
    } else {
      person = new Person(peerId, name, sfu);
      this.#people.set(peerId, person);
    }
    return person;
  }

  #open(person: Person): PeerLink {
    const { peerId } = person;
    const link = new PeerLink(this.#options.linkTo(peerId));
    person.link = link;
    link.on('change', () => this.#show(person));
    link.on('message', (data) => this.emit('message', peerId, data));
    link.on('publishFailed', (...failure) =>
      this.emit('publishFailed', ...failure),
    );
    link.on('failed', (error) => this.#bar(person, error));
    return link;
  }

  /** Ends the connection to a person until they come back. */
  #bar(person: Person, { message }: Error): void {
    person.close();
    person.barred = true;
    this.#show(person);
    this.emit(
      'failed',
      new VideoconfError(
        'CONNECTION_FAILED',
        `the connection to ${JSON.stringify(person.peerId)} has ended: ${message}`,
      ),
    );
  }

  #show(person: Person): void {
    if (this.#isWanted(person)) {
      this.emit('person', person);
    } else {
      this.emit('personLeft', person.peerId);
    }
  }

  #remove(person: Person): void {
    person.close();
    this.#people.delete(person.peerId);
    this.emit('personLeft', person.peerId);
  }
}
