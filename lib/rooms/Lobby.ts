import type { Grants } from '../auth/Grants.ts';
import { AppError } from '../core/errors.ts';
import type { PerNetworkLimit } from '../limits/PerNetworkLimit.ts';
import { keepsOut } from './BanList.ts';
import { roomErrors } from './errors.ts';
import type {
  Device,
  LobbyExit,
  RoomEnd,
  RoomEvent,
  WaitingInfo,
} from './events.ts';
import type { KnownClient } from './KnownClient.ts';
import type { LobbyClient, LobbyPlace } from './LobbyClient.ts';
import type { Ban } from './RoomBans.ts';
import type { RoomFact } from './RoomObserver.ts';

/** The shortest time between two announcements of places that have changed, ms. */
const PLACES_INTERVAL = 1_000;

/** A client that wants to join the room. */
interface Newcomer {
  /** The id of its peer. */
  readonly id: string;
  readonly network: string;
  readonly grants: Grants;
  readonly displayName?: string | undefined;
  readonly device?: Device | undefined;
  /** The client as one that waits, if its contract has words for a lobby. */
  readonly lobby?: LobbyClient | undefined;
}

/** A member of the room, which moderates the lobby if it has the power to. */
export interface LobbyMember {
  readonly closed: boolean;
  readonly grants: Grants;
  notify(event: RoomEvent): void;
}

/** The room of a lobby. */
interface LobbyRoom {
  /** True if the first member becomes the moderator, since members need no token. */
  readonly elects: boolean;
  /** True if only clients with the power `lock` can join. */
  readonly locked: boolean;
  /** Called when the last client has left the lobby. */
  emptied(): void;
  /** Passes what happens in the lobby on to the observers of all rooms. */
  observe(fact: RoomFact): void;
}

/** The bounds of lobbies. */
export interface LobbyLimits {
  /** The most clients that may wait for one room, as configured now. */
  readonly perRoom: () => number;
  /** Counts the clients in the lobbies of all rooms. */
  readonly inAll: PerNetworkLimit;
}

/** A client in the lobby. */
interface Waiting {
  readonly client: LobbyClient;
  /** The facts by which bans find it. */
  readonly known: KnownClient;
  readonly grants: Grants;
  readonly network: string;
  readonly info: WaitingInfo;
  /** Its place in the limit of all lobbies. */
  readonly counted: Disposable;
  /** The place as the client knows it. */
  position: number;
  /** Let in, and yet to join. */
  admitted: boolean;
}

/**
 * The clients that wait for a room until a moderator lets them in. Each holds its
 * connection and nothing of the room. Members with the power `lobby` are told about
 * each client, and do not have to wait themselves.
 *
 * While no member has the power, there is no one to let clients in. Then clients with
 * any other power may join; in a room that elects its moderator, the first in line. If
 * the room is locked, those who could not join keep waiting.
 */
export class Lobby {
  readonly #room: LobbyRoom;
  readonly #limits: LobbyLimits;
  /** By the id of the peer, in the order in which they came. */
  readonly #waiting = new Map<string, Waiting>();
  /** The members with the power, which are told about every waiting client. */
  readonly #hosts = new Set<LobbyMember>();
  #enabled = false;
  #placesTimer: NodeJS.Timeout | undefined;

  constructor(room: LobbyRoom, limits: LobbyLimits) {
    this.#room = room;
    this.#limits = limits;
  }

  /** True while clients without the power have to wait. */
  get enabled(): boolean {
    return this.#enabled;
  }

  /** True while clients wait, or have been let in and are yet to join. */
  get occupied(): boolean {
    return this.#waiting.size > 0;
  }

  /** The clients that wait to be let in, in the order in which they came. */
  get waiting(): WaitingInfo[] {
    return Array.from(this.#waiting.values())
      .filter(({ admitted }) => !admitted)
      .map(({ info }) => info);
  }

  /** Switches the lobby on or off. Switching it off lets in every waiting client. */
  set(enabled: boolean): void {
    this.#enabled = enabled;
    if (!enabled) {
      this.admitAll();
    }
  }

  /**
   * Makes sure that a client may join now; one that may not waits from then on.
   *
   * @param known - The facts by which bans find it while it waits.
   * @throws {AppError} IN_LOBBY for one that waits; ROOM_HAS_LOBBY for one that
   *   cannot; ROOM_FULL, SERVER_FULL, LIMIT_REACHED if too many wait.
   */
  require(
    { id, grants, lobby: client, ...options }: Newcomer,
    known: KnownClient,
  ): void {
    const waiting = this.#waiting.get(id);
    if (!this.#enabled || this.#passes(grants)) {
      return;
    }
    if (waiting !== undefined && waiting.client === client) {
      if (waiting.admitted) {
        return;
      }
      throw inLobby();
    }
    if (client === undefined) {
      throw new AppError(
        roomErrors.ROOM_HAS_LOBBY,
        'the room has a lobby, and clients of this contract cannot wait in it',
      );
    }
    this.#requirePlace(waiting);
    const { network, displayName = id, device = {} } = options;
    const counted = this.#limits.inAll.acquire(network, waiting?.network);
    if (waiting !== undefined) {
      // Removed first, since an older connection that ends gives its place up.
      this.#remove(id, 'left');
      waiting.client.ended('replaced');
      // It may have been the one let in because no member has the power.
      this.review();
      if (this.#passes(grants)) {
        counted[Symbol.dispose]();
        return;
      }
    }
    this.#add({
      client,
      known,
      grants,
      network,
      counted,
      position: this.#queued + 1,
      admitted: false,
      info: { peerId: id, displayName, device, waitingSince: Date.now() },
    });
    throw inLobby();
  }

  /** Forgets the place of a client that has joined. */
  joined({ id, lobby: client }: Newcomer): void {
    const waiting = this.#waiting.get(id);
    if (waiting !== undefined && waiting.client === client) {
      this.#remove(id, 'admitted');
    }
  }

  /** Takes note of the power of a member, at its join and after changes. */
  memberChanged(member: LobbyMember): void {
    if (member.closed || !member.grants.moderate.includes('lobby')) {
      this.#hosts.delete(member);
    } else if (!this.#hosts.has(member)) {
      this.#hosts.add(member);
      for (const { info, admitted } of this.#waiting.values()) {
        if (!admitted) {
          member.notify({ type: 'peerWaiting', waiting: info });
        }
      }
    }
  }

  /** Lets in the clients that may join because no member has the power. */
  review(): void {
    if (!this.#enabled || this.#hosts.size > 0) {
      return;
    }
    const all = Array.from(this.#waiting.values());
    const able = this.#room.locked ? all.filter(locks) : all;
    if (!this.#room.elects) {
      able.filter(isModerator).forEach((it) => this.#admit(it));
    } else if (!all.some(({ admitted }) => admitted)) {
      able.slice(0, 1).forEach((it) => this.#admit(it));
    }
  }

  /**
   * Lets a client in.
   *
   * @throws {AppError} PEER_NOT_FOUND.
   */
  admit(peerId: string): void {
    this.#admit(this.#find(peerId));
  }

  /** Lets in every waiting client. */
  admitAll(): void {
    this.#waiting.forEach((waiting) => this.#admit(waiting));
  }

  /**
   * Turns a client away.
   *
   * @throws {AppError} PEER_NOT_FOUND.
   */
  reject(peerId: string): void {
    const { client } = this.#find(peerId);
    this.#remove(peerId, 'rejected');
    client.ended('rejected');
    this.#noteEmpty();
  }

  /** Ends the wait of the clients that a ban keeps out. */
  enforce(ban: Ban): void {
    const banned = Array.from(this.#waiting.values()).filter(({ known }) =>
      keepsOut(ban, known),
    );
    if (banned.length > 0) {
      for (const { client, info } of banned) {
        this.#remove(info.peerId, 'rejected');
        client.ended(ban.issuedUntil === undefined ? 'banned' : 'rejected');
      }
      this.review();
      this.#noteEmpty();
    }
  }

  /** Ends the wait of every client. */
  close(reason: RoomEnd): void {
    clearTimeout(this.#placesTimer);
    this.#hosts.clear();
    const all = Array.from(this.#waiting.keys(), (id) => this.#remove(id));
    all.forEach((waiting) => waiting?.client.ended(reason));
  }

  #passes(grants: Grants): boolean {
    if (grants.moderate.includes('lobby')) {
      return true;
    }
    if (this.#hosts.size > 0) {
      return false;
    }
    return this.#room.elects ? !this.occupied : isModerator({ grants });
  }

  #requirePlace(replaced: Waiting | undefined): void {
    const most = this.#limits.perRoom();
    if (replaced === undefined && this.#waiting.size >= most) {
      throw new AppError(
        roomErrors.ROOM_FULL,
        `rooms.maxWaiting: expected at most ${most} clients in the lobby, and that many wait; try again later`,
        { option: 'rooms.maxWaiting' },
      );
    }
  }

  #add(waiting: Waiting): void {
    const { client, known, info } = waiting;
    this.#waiting.set(info.peerId, waiting);
    const place: LobbyPlace = {
      get position() {
        return waiting.position;
      },
      leave: () => {
        if (this.#waiting.get(info.peerId) === waiting) {
          this.#remove(info.peerId, 'left');
          this.review();
          this.#noteEmpty();
        }
      },
    };
    client.waits(place);
    this.#tellHosts({ type: 'peerWaiting', waiting: info });
    this.#room.observe({ type: 'peerWaiting', waiting: info, client: known });
  }

  #admit(waiting: Waiting): void {
    if (!waiting.admitted) {
      waiting.admitted = true;
      waiting.position = 0;
      this.#left(waiting, 'admitted');
      waiting.client.admitted();
    }
  }

  /** @param exit - Told to the members with the power; left out when the room closes. */
  #remove(peerId: string, exit?: LobbyExit): Waiting | undefined {
    const waiting = this.#waiting.get(peerId);
    if (waiting !== undefined) {
      this.#waiting.delete(peerId);
      waiting.counted[Symbol.dispose]();
      if (!waiting.admitted && exit !== undefined) {
        this.#left(waiting, exit);
      }
    }
    return waiting;
  }

  #left({ info: { peerId } }: Waiting, reason: LobbyExit): void {
    this.#tellHosts({ type: 'peerWaitingLeft', peerId, reason });
    this.#placesTimer ??= setTimeout(() => this.#tellPlaces(), PLACES_INTERVAL);
  }

  /** Tells the clients whose places have changed. */
  #tellPlaces(): void {
    this.#placesTimer = undefined;
    let position = 0;
    for (const waiting of this.#waiting.values()) {
      if (!waiting.admitted) {
        position += 1;
        if (waiting.position !== position) {
          waiting.position = position;
          waiting.client.moved(position);
        }
      }
    }
  }

  /** The number of clients that have not been let in. */
  get #queued(): number {
    let count = 0;
    for (const { admitted } of this.#waiting.values()) {
      count += admitted ? 0 : 1;
    }
    return count;
  }

  #tellHosts(event: RoomEvent): void {
    this.#hosts.forEach((host) => host.notify(event));
  }

  #noteEmpty(): void {
    if (!this.occupied) {
      this.#room.emptied();
    }
  }

  #find(peerId: string): Waiting {
    const waiting = this.#waiting.get(peerId);
    if (waiting === undefined || waiting.admitted) {
      throw new AppError(
        roomErrors.PEER_NOT_FOUND,
        `peerId: no peer ${JSON.stringify(peerId)} waits in the lobby`,
      );
    }
    return waiting;
  }
}

function inLobby(): AppError {
  return new AppError(
    roomErrors.IN_LOBBY,
    'the client waits in the lobby until a moderator lets it in; join again after the notification admitted',
  );
}

/** True if a client may enter a locked room. */
function locks({ grants }: Waiting): boolean {
  return grants.moderate.includes('lock');
}

/** True if a client has any power over others. */
function isModerator({ grants }: Pick<Waiting, 'grants'>): boolean {
  return grants.moderate.length > 0;
}
