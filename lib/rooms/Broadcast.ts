import { AppError } from '../core/errors.ts';
import { roomErrors } from './errors.ts';
import type { RoomEvent } from './events.ts';
import type { Actor } from './Moderator.ts';

/** Receives the events of a room. */
export interface Recipient {
  /** The user behind the member. */
  readonly userId: string;
  notify(event: RoomEvent): void;
}

/** Receives what all members of a room do, without being one of them. */
export interface Observer extends Recipient {
  /** Called once after the last event. */
  ended(): void;
}

/** Delivers a room's events to its members, and to observers. */
export class Broadcast {
  readonly #members: ReadonlyMap<string, Recipient>;
  readonly #watchers = new Set<Recipient>();
  readonly #observers = new Set<Observer>();
  #closed = false;

  /** @param members - The room's members by id, as they are at any time. */
  constructor(members: ReadonlyMap<string, Recipient>) {
    this.#members = members;
  }

  /** The number of members. */
  get size(): number {
    return this.#members.size;
  }

  /** Sends an event to every observer, and to every member except the one given. */
  toAll(event: RoomEvent, except?: Recipient): void {
    this.#send(this.#members.values(), event, except);
    this.#send(Array.from(this.#observers), event);
  }

  /**
   * Sends an event about an act to every observer, and to every member except the
   * one that did it.
   *
   * @param event - Returns the event; `by` is undefined if no member did it.
   */
  toOthers(
    { id, kind }: Actor,
    event: (by: string | undefined) => RoomEvent,
  ): void {
    const author = kind === 'peer' ? this.#members.get(id) : undefined;
    this.toAll(event(author && id), author);
  }

  /** Sends an observer all events for every member, until it is disposed of. */
  observe(observer: Observer): Disposable {
    this.#observers.add(observer);
    return {
      [Symbol.dispose]: () => {
        this.#observers.delete(observer);
      },
    };
  }

  /** Ends the observers of one user. */
  endObserversOf(userId: string): void {
    for (const observer of this.#observers) {
      if (observer.userId === userId) {
        this.#observers.delete(observer);
        observer.ended();
      }
    }
  }

  /** Sends an event to the members that watch consumers, except the one given. */
  toWatchers(event: RoomEvent, except: Recipient): void {
    this.#send(this.#watchers, event, except);
  }

  /**
   * Sends an event to the members given, to each once: to all of them or to none.
   *
   * @throws {AppError} PEER_NOT_FOUND.
   */
  to(peerIds: Iterable<string>, event: RoomEvent): void {
    this.#send(
      Array.from(new Set(peerIds), (id) => this.#member(id)),
      event,
    );
  }

  /** Sends an event to the members of one user, except the one given. */
  toUser(userId: string, event: RoomEvent, except: Recipient): void {
    const members = Array.from(this.#members.values());
    this.#send(
      members.filter((it) => it.userId === userId),
      event,
      except,
    );
  }

  /** Sends a member the events about other members' consumers from now on. */
  addWatcher(member: Recipient): void {
    this.#watchers.add(member);
  }

  /** Undoes {@link addWatcher}. */
  removeWatcher(member: Recipient): void {
    this.#watchers.delete(member);
  }

  /** Ends delivery: later events are dropped. */
  close(): void {
    this.#closed = true;
    this.#watchers.clear();
    for (const observer of this.#observers) {
      this.#observers.delete(observer);
      observer.ended();
    }
  }

  #send(
    recipients: Iterable<Recipient>,
    event: RoomEvent,
    except?: Recipient,
  ): void {
    if (this.#closed) {
      return;
    }
    for (const recipient of recipients) {
      if (recipient !== except) {
        recipient.notify(event);
      }
    }
  }

  #member(peerId: string): Recipient {
    const member = this.#members.get(peerId);
    if (member === undefined) {
      throw new AppError(
        roomErrors.PEER_NOT_FOUND,
        `to: there is no peer ${JSON.stringify(peerId)} in this room; the message was not sent`,
      );
    }
    return member;
  }
}
