import { roomErrors } from './errors.ts';
import { isReserved } from '../auth/reservedRooms.ts';
import type { RoleOptions } from '../auth/roles.ts';
import type { Live } from '../core/Live.ts';
import type { Limits } from '../limits/options.ts';
import { AppError } from '../core/errors.ts';
import { Logger } from '../core/logger.ts';
import type { RouterGroup } from '../media/RouterGroup.ts';
import type { Metrics } from '../core/metrics.ts';
import type { SampledLog } from '../limits/SampledLog.ts';
import { Admission } from './Admission.ts';
import { Broadcast } from './Broadcast.ts';
import { Election } from './Election.ts';
import { EventBudget } from './EventBudget.ts';
import type { EndReason, LeaveReason, PeerInfo, RoomEnd } from './events.ts';
import type { AnswerLimit } from './KeptAnswers.ts';
import { knownClient } from './KnownClient.ts';
import { LiveBans } from './LiveBans.ts';
import { Lobby } from './Lobby.ts';
import type { LobbyMember } from './Lobby.ts';
import type { ModerationLog } from './ModerationLog.ts';
import { Moderation } from './Moderation.ts';
import { outsideModerator } from './Moderator.ts';
import type { Actor } from './Moderator.ts';
import { Peer } from './Peer.ts';
import type { PeerOptions } from './PeerOptions.ts';
import { ProducerDirectory } from './ProducerDirectory.ts';
import type { RoomFact } from './RoomObserver.ts';
import type { RoomOptions, RoomServices } from './RoomOptions.ts';
import type { RoomRecord } from './RoomRecords.ts';
import { RoomSettings } from './RoomSettings.ts';
import { Speakers } from './Speakers.ts';
import type { RoomContext } from './types.ts';

const logger = new Logger('Room');

/** A new peer, and the members that were in the room before it. */
export interface Joined {
  peer: Peer;
  others: PeerInfo[];
}

/** A live room: its members, its producers, and the events they receive. */
export class Room implements RoomContext {
  readonly id: string;
  /** The time at which it was opened, ms since the epoch. */
  readonly openedAt = Date.now();
  readonly record: RoomRecord | undefined;
  readonly logger: Logger;
  readonly routers: RouterGroup;
  readonly queuedEvents: EventBudget;
  readonly broadcast: Broadcast;
  readonly producers: ProducerDirectory;
  readonly lobby: Lobby;
  readonly settings: RoomSettings;
  readonly bans: LiveBans;
  readonly #peers = new Map<string, Peer>();
  readonly #services: RoomServices;
  readonly #onClose: (room: Room) => void;
  readonly #speakers: Speakers;
  readonly #election: Election;
  readonly #admission: Admission;
  #maxPeers: number;
  #emptyTimeout: number;
  #emptyTimer: NodeJS.Timeout | undefined;
  /** When the server stops, ms since the epoch, once it drains. */
  #stopsAt: number | undefined;
  #closed = false;

  /**
   * @param routers - The routers that carry its media; closed with the room.
   * @param onClose - Called once, when the room has closed.
   */
  constructor(
    options: RoomOptions,
    routers: RouterGroup,
    services: RoomServices,
    onClose: (room: Room) => void,
  ) {
    const { config, metrics } = services;
    this.id = options.id;
    this.#maxPeers = options.maxPeers;
    this.record = options.record;
    this.routers = routers;
    this.logger = logger.child('room', options.id);
    this.#services = services;
    this.#onClose = onClose;
    this.#election = new Election(
      config.auth.mode === 'open' && !isReserved(options.id),
      this.#peers,
    );
    this.#emptyTimeout = options.emptyTimeout;
    this.queuedEvents = new EventBudget(
      'limits.keptBytesPerRoom',
      () => config.limits.keptBytesPerRoom,
      services.queuedEvents,
    );
    this.broadcast = new Broadcast(this.#peers);
    this.#speakers = new Speakers(
      routers,
      config.speakers.maxLevels,
      this.broadcast,
      this.logger,
    );
    this.producers = new ProducerDirectory({
      broadcast: this.broadcast,
      speakers: this.#speakers,
      metrics,
      layerReleaseDelay: () => config.rooms.layerReleaseDelay,
      observe: (fact) => this.#observe(fact),
    });
    const isLocked = () => this.settings.locked;
    this.lobby = new Lobby(
      {
        elects: this.#election.enabled,
        get locked() {
          return isLocked();
        },
        emptied: () => this.#closeIfDeserted(),
        observe: (fact) => this.#observe(fact),
      },
      {
        perRoom: () => config.rooms.maxWaiting,
        inAll: services.waitingLimit,
      },
    );
    this.settings = new RoomSettings(this.broadcast, this.lobby, options);
    this.bans = new LiveBans(
      {
        id: options.id,
        isOpen: this.#election.enabled || this.record?.isOpen === true,
        members: this.#peers,
        record: this.record,
        broadcast: this.broadcast,
        lobby: this.lobby,
      },
      services.bans,
      options.bans ?? [],
    );
    this.#admission = new Admission(
      this.#peers,
      this.settings,
      this.bans,
      () => config.rooms.resumeTimeout,
    );
    routers.on('reset', (orphaned) => {
      this.logger.warn(
        'a worker died under %d of %d peers',
        orphaned,
        this.#peers.size,
      );
    });
    routers.once('lost', (error) => {
      this.logger.error('no worker takes over: %o', error);
      this.close('workerDied');
    });
    this.#observe({ type: 'roomStarted', openedAt: this.openedAt });
  }

  get closed(): boolean {
    return this.#closed;
  }

  get clientLog(): SampledLog {
    return this.#services.log;
  }

  get limits(): Live<Limits> {
    return this.#services.config.limits;
  }

  get qualityInterval(): number {
    return this.#services.config.rooms.qualityInterval;
  }

  get absenceNotice(): number {
    return this.#services.config.rooms.absenceNotice;
  }

  get keptAnswers(): EventBudget<AnswerLimit> {
    return this.#services.keptAnswers;
  }

  get roles(): RoleOptions {
    return this.#services.config.auth;
  }

  get metrics(): Metrics {
    return this.#services.metrics;
  }

  /** The most peers at a time. */
  get maxPeers(): number {
    return this.#maxPeers;
  }

  /** The time that the room stays open without a peer, ms. */
  get emptyTimeout(): number {
    return this.#emptyTimeout;
  }

  /** Changes the bounds of the room; peers that are in it stay. */
  configure({
    maxPeers,
    emptyTimeout,
  }: Pick<RoomOptions, 'maxPeers' | 'emptyTimeout'>): void {
    this.#maxPeers = maxPeers;
    // A room that drains closes as soon as it is empty.
    if (this.#stopsAt === undefined && emptyTimeout !== this.#emptyTimeout) {
      this.#emptyTimeout = emptyTimeout;
      this.#stopEmptyTimer();
      this.closeIfEmpty();
    }
  }

  /**
   * Sends data to members of the room, in the name of the server. If one of the
   * given members is missing, it is sent to none of them.
   *
   * @param to - Their ids; without it, every member.
   * @throws {AppError} PEER_NOT_FOUND.
   */
  send(data: unknown, to?: readonly string[]): void {
    const event = { type: 'serverMessage', data } as const;
    if (to === undefined) {
      this.broadcast.toAll(event);
    } else {
      this.broadcast.to(to, event);
    }
  }

  get peers(): ReadonlyMap<string, Peer> {
    return this.#peers;
  }

  get moderationLog(): ModerationLog {
    return this.#services.moderationLog;
  }

  get banTime(): number {
    return this.#services.config.rooms.banTime;
  }

  /** The power of an actor that is not a member of the room. */
  moderationBy(actor: Actor): Moderation {
    return new Moderation(outsideModerator(actor, this), this);
  }

  rightsChanged(member: LobbyMember): void {
    this.lobby.memberChanged(member);
    this.lobby.review();
  }

  /**
   * Makes sure that the peer of a resume token was not removed.
   *
   * @throws {AppError} REMOVED.
   */
  requireNotRemoved(resumeToken: string): void {
    this.#admission.requireNotRemoved(resumeToken);
  }

  member(peerId: string): Peer {
    const peer = this.#peers.get(peerId);
    if (peer === undefined) {
      throw new AppError(
        roomErrors.PEER_NOT_FOUND,
        `peerId: there is no peer ${JSON.stringify(peerId)} in this room`,
      );
    }
    return peer;
  }

  /**
   * Adds a peer. A peer with the same id is replaced: everyone sees it leave
   * before the new one joins.
   *
   * @param place - A place in the server's limit of peers, if one was acquired
   *   before. It remains the caller's if the join fails.
   * @returns The peer, and the members before it: every later event about the
   *   room is sent to the peer, and none of it is in the list.
   * @throws {AppError} ROOM_CLOSED, BANNED, ROOM_LOCKED, IN_LOBBY, ROOM_HAS_LOBBY,
   *   ROOM_FULL, SERVER_FULL, LIMIT_REACHED.
   */
  join(options: PeerOptions, place?: Disposable): Joined {
    if (this.#closed) {
      throw new AppError(
        roomErrors.ROOM_CLOSED,
        `the room ${this.id} is closed`,
      );
    }
    const replaced = this.#peers.get(options.id);
    const { grants, network, clientSecret } = options;
    const client = knownClient(grants, network, clientSecret);
    this.#admission.require(client, grants);
    // A member that reloads the page does not have to wait again.
    if (this.lobby.enabled && !this.#admission.isReturning(client)) {
      this.lobby.require(options, client);
    }
    if (replaced === undefined && this.#peers.size >= this.maxPeers) {
      throw new AppError(
        roomErrors.ROOM_FULL,
        `the room is full: it takes ${this.maxPeers} peers`,
        { option: 'rooms.maxPeers' },
      );
    }
    const { peerLimit } = this.#services;
    const held = place ?? peerLimit.acquire(options.network, replaced?.network);
    this.#stopEmptyTimer();
    replaced?.close('replaced');
    const others = Array.from(this.#peers.values(), (other) => other.info());
    const peer = new Peer(this, options, client, held, (reason) =>
      this.#remove(peer, reason),
    );
    const given = this.#admission.rightsOf(client);
    if (given !== undefined) {
      peer.rights.restore(given);
    }
    this.#election.enter(peer);
    this.broadcast.toAll({ type: 'peerJoined', peer: peer.info() });
    this.#peers.set(peer.id, peer);
    this.#observe({ type: 'peerJoined', peer });
    this.record?.peerEntered?.(peer.info());
    if (replaced !== undefined) {
      this.#election.run();
    }
    if (this.#stopsAt !== undefined) {
      peer.notify({ type: 'serverDraining', deadline: this.#stopsAt });
    }
    this.lobby.joined(options);
    this.rightsChanged(peer);
    this.#speakers.announceTo(peer);
    for (const other of this.#peers.values()) {
      other.quality.announceTo(peer);
    }
    if (options.watchesConsumers === true) {
      this.broadcast.addWatcher(peer);
    }
    peer.log('info', 'peer joined');
    peer.logger.debug('is called %s', peer.displayName);
    return { peer, others };
  }

  /**
   * Closes the room if it has no peer and its record does not keep it open: at
   * once, or after its timeout. While clients wait in its lobby it stays open for
   * the timeout of all rooms, so that a moderator may come back.
   */
  closeIfEmpty(): void {
    if (
      this.#closed ||
      this.#peers.size > 0 ||
      this.record?.keepsOpen === true
    ) {
      return;
    }
    const isAwaited = this.lobby.occupied && this.#stopsAt === undefined;
    const timeout = isAwaited
      ? this.#services.config.rooms.emptyTimeout
      : this.#emptyTimeout;
    if (timeout === 0) {
      this.close('empty');
      return;
    }
    this.#emptyTimer ??= setTimeout(() => this.close('empty'), timeout);
  }

  /**
   * Closes the room as soon as it is empty, and announces when the server stops
   * to its members, present and future.
   *
   * @param deadline - The latest time at which it stops, ms since the epoch.
   */
  drain(deadline: number): void {
    this.#emptyTimeout = 0;
    this.#stopsAt = deadline;
    this.broadcast.toAll({ type: 'serverDraining', deadline });
    this.closeIfEmpty();
  }

  /** Ends every peer and closes what the room holds in the workers. */
  close(reason: RoomEnd): void {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    this.#stopEmptyTimer();
    this.broadcast.close();
    const isDrained = reason === 'empty' && this.#stopsAt !== undefined;
    this.lobby.close(isDrained ? 'restart' : reason);
    for (const peer of this.#peers.values()) {
      peer.end(reason);
      this.#recordEnd(peer, reason);
      this.#observe({ type: 'peerLeft', peer, reason });
    }
    this.#peers.clear();
    this.routers.close();
    this.logger.write('info', 'closed', { reason });
    this.#observe({ type: 'roomFinished', reason });
    this.#onClose(this);
    this.record?.roomClosed?.();
  }

  #observe(fact: RoomFact): void {
    for (const observer of this.#services.observers) {
      observer.observe(this.id, fact);
    }
  }

  /** Removes a closed peer and announces that it has left. */
  #remove(peer: Peer, reason: LeaveReason): void {
    this.#peers.delete(peer.id);
    this.#admission.noteLeft(peer, reason);
    this.broadcast.removeWatcher(peer);
    this.#recordEnd(peer, reason);
    this.settings.memberLeaves(peer.id);
    this.broadcast.toAll({ type: 'peerLeft', peerId: peer.id, reason });
    this.#observe({ type: 'peerLeft', peer, reason });
    this.record?.peerLeft?.(peer.id);
    this.lobby.memberChanged(peer);
    // A replaced peer makes way for one that is about to be added, which has its
    // role if it is the same person.
    if (reason !== 'replaced') {
      this.#election.run();
      this.lobby.review();
      this.#closeIfDeserted();
    }
  }

  /** Resets the room once it is empty, and closes it. */
  #closeIfDeserted(): void {
    if (this.#peers.size === 0) {
      this.settings.reset();
      this.closeIfEmpty();
    }
  }

  #stopEmptyTimer(): void {
    clearTimeout(this.#emptyTimer);
    this.#emptyTimer = undefined;
  }

  /** Logs and counts the stay of a peer that has ended. */
  #recordEnd(peer: Peer, reason: EndReason): void {
    const { gateway, joinedAt } = peer;
    this.#services.metrics.stays.inc({ gateway, reason });
    const duration = (Date.now() - joinedAt) / 1_000;
    peer.log('info', 'peer left', { reason, duration });
  }
}
