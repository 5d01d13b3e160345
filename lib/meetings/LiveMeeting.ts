import { AppError } from '../core/errors.ts';
import { roomElsewhere } from '../rooms/claimRoom.ts';
import { roomErrors } from '../rooms/errors.ts';
import { isTargetOf } from '../rooms/BanList.ts';
import type { KnownClient } from '../rooms/KnownClient.ts';
import type { Ban } from '../rooms/RoomBans.ts';
import { meetingErrors } from './errors.ts';
import { isIssuedPeerId, liveRoomIdOf } from './ids.ts';
import type {
  MeetingEnd,
  MeetingEvent,
  MeetingSocket,
  PersonView,
  SignalType,
} from './types.ts';

/** A way in which a person is in a meeting, apart from the live room. */
interface SocketEntry {
  readonly socket: MeetingSocket;
  readonly name: string;
  /** The facts by which bans find the person. */
  readonly known: KnownClient;
  /** The hash of the ticket; undefined for people who came without one. */
  readonly ticketHash: string | undefined;
}

/** A person in a meeting: by a socket, in the live room, or both. */
interface Person {
  readonly peerId: string;
  entry: SocketEntry | undefined;
  /** The name in the live room; undefined for people who are not there. */
  roomName: string | undefined;
}

/** A signal on its way to one peer, or to all others. */
export interface OutgoingSignal {
  readonly kind: SignalType;
  readonly to: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The people who are in a meeting now, whichever way they came. */
export class LiveMeeting {
  readonly id: string;
  readonly #people = new Map<string, Person>();
  readonly #onIdle: () => void;
  #holds = 0;
  #ended: 'ended' | 'moved' | undefined;

  /** @param onIdle - Called when the meeting is empty and no one is about to enter. */
  constructor(id: string, onIdle: () => void) {
    this.id = id;
    this.#onIdle = onIdle;
  }

  /** The number of people. */
  get size(): number {
    return this.#people.size;
  }

  /** The tickets of the people who are connected, as hashes. */
  get ticketHashes(): string[] {
    return Array.from(
      this.#people.values(),
      ({ entry }) => entry?.ticketHash,
    ).filter((hash) => hash !== undefined);
  }

  /** The people who have a socket, as bans know them. */
  get clients(): KnownClient[] {
    return Array.from(
      this.#people.values(),
      ({ entry }) => entry?.known,
    ).filter((known) => known !== undefined);
  }

  /** The number of people who are in the live room. */
  get inRoom(): number {
    return Array.from(this.#people.values()).filter(viaRoom).length;
  }

  /** Keeps the meeting known while someone is about to enter. */
  hold(): Disposable {
    this.#holds += 1;
    return {
      [Symbol.dispose]: () => {
        this.#holds -= 1;
        this.#noteIdle();
      },
    };
  }

  /**
   * Makes sure that a person can enter.
   *
   * @throws {AppError} SESSION_NOT_FOUND once it has ended, ROOM_ELSEWHERE once
   *   another node has it, SESSION_FULL.
   */
  requirePlace(peerId: string | undefined, most: number): void {
    if (this.#ended !== undefined) {
      throw this.#ended === 'ended'
        ? notFound()
        : roomElsewhere(liveRoomIdOf(this.id));
    }
    const isThere = peerId !== undefined && this.#people.has(peerId);
    if (!isThere && this.size >= most) {
      throw new AppError(
        meetingErrors.SESSION_FULL,
        `the session is full: it takes ${most} people`,
        { option: 'meetings.maxPeers' },
      );
    }
  }

  /**
   * Adds the socket of a person. An older one with the same ticket, or of the same
   * person with another ticket, is closed.
   *
   * @returns The others who are there: every later change is an event.
   * @throws {AppError} PEER_ID_TAKEN; and as {@link requirePlace}.
   */
  enter(peerId: string, entry: SocketEntry, most: number): PersonView[] {
    const holder = this.#people.get(peerId);
    const older = this.#byTicket(entry.ticketHash) ?? ownerOf(holder);
    if (holder?.entry !== undefined && holder !== older) {
      throw new AppError(
        meetingErrors.PEER_ID_TAKEN,
        `peerId: expected one that no one else in the session has, got ${JSON.stringify(peerId)}`,
      );
    }
    if (older !== undefined) {
      this.#removeSocket(older, 'replaced');
    }
    // Otherwise the new socket takes the place of the older one, which has left.
    if (older === undefined || viaRoom(older)) {
      this.requirePlace(peerId, most);
    }
    const person = this.#person(peerId);
    person.entry = entry;
    this.#announce(person);
    return Array.from(this.#people.values())
      .filter((other) => other !== person)
      .map(viewOf);
  }

  /** Removes a socket, if it is still the one of its person. */
  leave(peerId: string, socket: MeetingSocket): void {
    const person = this.#people.get(peerId);
    if (person?.entry?.socket === socket) {
      this.#removeSocket(person);
    }
  }

  /**
   * Passes a signal on to one peer, or to all others who have a socket.
   *
   * @throws {AppError} PEER_NOT_FOUND, PEER_UNREACHABLE.
   */
  signal(from: string, { kind, to, fields }: OutgoingSignal): void {
    const event = { type: 'signal', kind, from, fields } as const;
    if (to === undefined) {
      this.#toOthers(from, event);
      return;
    }
    const person = to === from ? undefined : this.#people.get(to);
    if (person === undefined) {
      throw new AppError(
        roomErrors.PEER_NOT_FOUND,
        `to: expected another peer in the session, got ${JSON.stringify(to.slice(0, 128))}`,
      );
    }
    if (person.entry === undefined) {
      throw new AppError(
        meetingErrors.PEER_UNREACHABLE,
        `to: expected a peer with a socket, got ${JSON.stringify(to)}, who is in the session by the media server alone`,
      );
    }
    person.entry.socket.deliver(event);
  }

  /** Notes that a person has entered the live room. */
  enterRoom(peerId: string, name: string): void {
    const person = this.#person(peerId);
    person.roomName = name;
    this.#announce(person);
  }

  /** Notes that a person has left the live room. */
  leaveRoom(peerId: string): void {
    const person = this.#people.get(peerId);
    if (person?.roomName !== undefined) {
      person.roomName = undefined;
      this.#noteRoomLeft(person);
    }
  }

  /** Notes that the live room has closed. */
  roomClosed(): void {
    for (const { peerId } of Array.from(this.#people.values())) {
      this.leaveRoom(peerId);
    }
  }

  /** Closes the sockets of the person of a ban. */
  enforce(ban: Ban): void {
    for (const person of Array.from(this.#people.values())) {
      if (person.entry !== undefined && isTargetOf(ban, person.entry.known)) {
        this.#removeSocket(
          person,
          ban.issuedUntil === undefined ? 'banned' : 'removed',
        );
      }
    }
  }

  /** Closes all sockets, and lets no one enter from now on. */
  end(reason: 'ended' | 'moved'): void {
    this.#ended = reason;
    for (const { peerId, entry } of Array.from(this.#people.values())) {
      this.#people.delete(peerId);
      entry?.socket.end(reason);
    }
    this.#noteIdle();
  }

  #person(peerId: string): Person {
    let person = this.#people.get(peerId);
    if (person === undefined) {
      person = { peerId, entry: undefined, roomName: undefined };
      this.#people.set(peerId, person);
    }
    return person;
  }

  #byTicket(ticketHash: string | undefined): Person | undefined {
    return ticketHash === undefined
      ? undefined
      : Array.from(this.#people.values()).find(
          ({ entry }) => entry?.ticketHash === ticketHash,
        );
  }

  /** The connections to a person end with the socket, also of one who stays. */
  #removeSocket(person: Person, reason?: MeetingEnd): void {
    const { peerId, entry } = person;
    person.entry = undefined;
    if (reason !== undefined) {
      entry?.socket.end(reason);
    }
    this.#toOthers(peerId, { type: 'left', peerId });
    if (viaRoom(person)) {
      this.#announce(person);
    } else {
      this.#forget(person);
    }
  }

  #noteRoomLeft(person: Person): void {
    if (person.entry !== undefined) {
      this.#announce(person);
      return;
    }
    const { peerId } = person;
    this.#toOthers(peerId, { type: 'left', peerId });
    this.#forget(person);
  }

  #forget({ peerId }: Person): void {
    this.#people.delete(peerId);
    this.#noteIdle();
  }

  #announce(person: Person): void {
    this.#toOthers(person.peerId, { type: 'joined', ...viewOf(person) });
  }

  #toOthers(peerId: string, event: MeetingEvent): void {
    for (const person of this.#people.values()) {
      if (person.peerId !== peerId) {
        person.entry?.socket.deliver(event);
      }
    }
  }

  #noteIdle(): void {
    if (this.#people.size === 0 && this.#holds === 0) {
      this.#onIdle();
    }
  }
}

/** The failure to find a meeting, or one that goes on. */
export function notFound(): AppError {
  return new AppError(
    meetingErrors.SESSION_NOT_FOUND,
    'there is no such session, or it has ended; ask its host for another',
  );
}

/** The holder, if the server issued its id, which one person has with any ticket. */
function ownerOf(holder: Person | undefined): Person | undefined {
  return holder?.entry !== undefined && isIssuedPeerId(holder.peerId)
    ? holder
    : undefined;
}

function viaRoom({ roomName }: Person): boolean {
  return roomName !== undefined;
}

function viewOf({ peerId, entry, roomName }: Person): PersonView {
  return {
    peerId,
    name: roomName ?? entry?.name ?? '',
    sfu: roomName !== undefined,
  };
}
