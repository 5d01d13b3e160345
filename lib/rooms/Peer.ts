import type { types } from 'mediasoup';

import type { Grants } from '../auth/Grants.ts';
import type { Source } from '../auth/Permissions.ts';
import type { LogFields, LogLevel } from '../core/logFormat.ts';
import type { Logger } from '../core/logger.ts';
import { OpenRequests } from '../core/OpenRequests.ts';
import { shareCapabilities } from '../media/capabilities.ts';
import { AppDataLimit } from './AppDataLimit.ts';
import { ConnectionQuality } from './ConnectionQuality.ts';
import { Consumers } from './Consumers.ts';
import { DataConsumers } from './DataConsumers.ts';
import { DataProducers } from './DataProducers.ts';
import type {
  Device,
  EndReason,
  LeaveReason,
  PeerInfo,
  RoomEnd,
  RoomEvent,
  RoomInfo,
} from './events.ts';
import { countTracks } from './holdings.ts';
import type { Holdings } from './holdings.ts';
import { KeptAnswers } from './KeptAnswers.ts';
import type { KnownClient } from './KnownClient.ts';
import { MediaSetup } from './MediaSetup.ts';
import type { MediaRequest, OpenedMedia } from './MediaSetup.ts';
import { MemberRights } from './MemberRights.ts';
import { Moderation } from './Moderation.ts';
import { PeerConnection } from './PeerConnection.ts';
import { PeerMessaging } from './PeerMessaging.ts';
import type { PeerOptions } from './PeerOptions.ts';
import { PeerProfile } from './PeerProfile.ts';
import { Producers } from './Producers.ts';
import { Reception } from './Reception.ts';
import { Subscription } from './Subscription.ts';
import { Transports } from './Transports.ts';
import type { PeerContext, RoomContext } from './types.ts';
import { Views } from './Views.ts';

/**
 * One participant of a room: its transports, producers and consumers, and the
 * connection to its client. Ids that it names are looked up among its own objects,
 * producers among those of its room.
 */
export class Peer implements PeerContext {
  readonly id: string;
  readonly kind = 'peer';
  readonly gateway: string;
  /** The client's network at the join. */
  readonly network: string;
  /** The facts by which the client is known again. */
  readonly client: KnownClient;
  /** The user of the peer, from its grants. */
  readonly userId: string;
  readonly device: Device;
  /** The time of the join, ms since the epoch. */
  readonly joinedAt = Date.now();
  readonly logger: Logger;
  readonly connection: PeerConnection;
  readonly quality: ConnectionQuality;
  readonly transports: Transports;
  readonly profile: PeerProfile;
  readonly rights: MemberRights;
  /** The client knows how to moderate. */
  readonly moderates: boolean;
  // Parts that are made when they are first used, since many peers use few.
  #producers: Producers | undefined;
  #appDataLimit: AppDataLimit | undefined;
  #consumers: Consumers | undefined;
  #dataProducers: DataProducers | undefined;
  #dataConsumers: DataConsumers | undefined;
  #subscription: Subscription | undefined;
  #views: Views | undefined;
  #reception: Reception | undefined;
  #messages: PeerMessaging | undefined;
  #moderation: Moderation | undefined;
  #answers: KeptAnswers | undefined;
  readonly #room: RoomContext;
  readonly #place: Disposable;
  readonly #onClose: (reason: LeaveReason) => void;
  readonly #onEnd: ((reason: EndReason) => void) | undefined;
  readonly #rtpCapabilities: types.RtpCapabilities | undefined;
  readonly #media: MediaRequest | undefined;
  readonly #requests = new OpenRequests();
  #closed = false;

  /**
   * @param client - The facts by which the client is known again.
   * @param place - A place in the server's limit of peers, given back at the end.
   * @param onClose - Called once when the peer leaves an open room.
   */
  constructor(
    room: RoomContext,
    options: PeerOptions,
    client: KnownClient,
    place: Disposable,
    onClose: (reason: LeaveReason) => void,
  ) {
    this.id = options.id;
    this.gateway = options.gateway;
    this.network = options.network;
    this.client = client;
    this.userId = options.grants.identity.userId;
    this.device = options.device ?? {};
    this.logger = room.logger.child('peer', options.id);
    this.#room = room;
    this.#place = place;
    this.#onClose = onClose;
    this.#onEnd = options.onEnd;
    this.moderates = options.moderates ?? false;
    this.rights = new MemberRights(options.grants, room.roles);
    this.profile = new PeerProfile(
      this,
      room,
      options.displayName ?? options.id,
    );
    this.connection = new PeerConnection(this, room, options);
    this.#rtpCapabilities =
      options.rtpCapabilities && shareCapabilities(options.rtpCapabilities);
    this.#media = options.media;
    this.quality = new ConnectionQuality(this, room);
    this.transports = new Transports(this, room);
    const filter = options.media?.subscribe;
    if (filter !== undefined) {
      this.#subscription = new Subscription(this, room, filter);
    }
  }

  get producers(): Producers {
    this.#producers ??= new Producers(this, this.#room, this.transports);
    return this.#producers;
  }

  get appDataLimit(): AppDataLimit {
    this.#appDataLimit ??= new AppDataLimit(this.#room.limits);
    return this.#appDataLimit;
  }

  get consumers(): Consumers {
    this.#consumers ??= new Consumers(
      this,
      this.#room,
      this.transports,
      this.#rtpCapabilities,
    );
    return this.#consumers;
  }

  get dataProducers(): DataProducers {
    this.#dataProducers ??= new DataProducers(
      this,
      this.#room,
      this.transports,
    );
    return this.#dataProducers;
  }

  get dataConsumers(): DataConsumers {
    this.#dataConsumers ??= new DataConsumers(
      this,
      this.#room,
      this.transports,
    );
    return this.#dataConsumers;
  }

  get subscription(): Subscription {
    this.#subscription ??= new Subscription(this, this.#room);
    return this.#subscription;
  }

  get views(): Views {
    this.#views ??= new Views(this.#room, this.consumers, this.subscription);
    return this.#views;
  }

  get messages(): PeerMessaging {
    this.#messages ??= new PeerMessaging(this, this.#room);
    return this.#messages;
  }

  get moderation(): Moderation {
    this.#moderation ??= new Moderation(this, this.#room);
    return this.#moderation;
  }

  get answers(): KeptAnswers {
    const { limits, keptAnswers } = this.#room;
    this.#answers ??= new KeptAnswers(limits, keptAnswers);
    return this.#answers;
  }

  get roomId(): string {
    return this.#room.id;
  }

  get roomInfo(): RoomInfo {
    return this.#room.settings.info;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * True if the client is there as far as the server knows: a peer without
   * signalling only as long as ICE connects it.
   */
  get isReachable(): boolean {
    return this.connection.exists || this.transports.connected;
  }

  get mediaDisconnected(): boolean {
    return !this.#closed && this.transports.disconnected;
  }

  get displayName(): string {
    return this.profile.displayName;
  }

  /** The client's permissions, as they are now. */
  get grants(): Grants {
    return this.rights.grants;
  }

  /** Replaces what the client was granted; what it has opened stays open. */
  regrant(grants: Grants): void {
    this.rights.regrant(grants);
    this.#room.rightsChanged(this);
  }

  /**
   * Puts new rights into effect: closes what they no longer permit, and tells
   * the client and the others.
   *
   * @param by - The peer that changed them; without it, the server did.
   */
  rightsChanged(by?: string): void {
    const { grants } = this;
    const { role } = this.rights;
    this.notify({ type: 'permissionsChanged', role, permissions: grants, by });
    this.#producers?.closeDenied(by);
    this.#consumers?.closeDenied();
    this.#dataProducers?.closeDenied();
    this.#dataConsumers?.closeDenied();
    this.#room.rightsChanged(this);
    this.#room.broadcast.toAll(
      { type: 'peerUpdated', peerId: this.id, role, permissions: grants },
      this,
    );
  }

  get reception(): Reception {
    this.#reception ??= new Reception();
    return this.#reception;
  }

  /** Tells if a producer does not exist for the client. */
  hides(producerId: string): boolean {
    return this.#reception?.hides(producerId) ?? false;
  }

  /**
   * Chooses the sources that the peer receives from another. For its client, a
   * producer that it may no longer receive has closed, and one that it may receive
   * again has just opened.
   */
  receive(fromId: string, sources: readonly Source[]): void {
    this.reception.choose(fromId, sources);
    for (const producer of this.#room.producers.of(fromId)) {
      const change = this.reception.update(fromId, producer);
      const { producerId } = producer;
      if (change === 'hidden') {
        this.#consumers?.closeOf(producerId);
        this.#tell({ type: 'producerClosed', peerId: fromId, producerId });
      } else if (change === 'shown') {
        this.#tell({ type: 'producerOpened', peerId: fromId, producer });
      }
    }
  }

  /** The number of objects that the peer holds in the media engine. */
  get holdings(): Holdings {
    return {
      transports: this.transports.size,
      producers: this.#producers?.counts ?? countTracks([]),
      consumers: this.#consumers?.counts ?? countTracks([]),
      dataProducers: this.#dataProducers?.size ?? 0,
      dataConsumers: this.#dataConsumers?.size ?? 0,
    };
  }

  get absenceNotice(): number {
    return this.#room.absenceNotice;
  }

  /** Tells the others that the client is away, or back. */
  announceAbsence(reconnecting: boolean): void {
    this.#room.broadcast.toAll(
      { type: 'peerUpdated', peerId: this.id, reconnecting },
      this,
    );
  }

  /** The public part of the peer, for the other members. */
  info(): PeerInfo {
    return {
      peerId: this.id,
      userId: this.userId,
      displayName: this.displayName,
      role: this.rights.role,
      permissions: this.grants,
      reconnecting: this.connection.isAbsenceNoticed ? true : undefined,
      handRaisedAt: this.profile.handRaisedAt,
      metadata: this.profile.metadata,
      device: this.device,
      joinedAt: this.joinedAt,
      producers: this.#producers?.infos ?? [],
      dataProducers: this.#dataProducers?.infos ?? [],
    };
  }

  /** Logs an entry about the peer, sampled because a client may cause many. */
  log(level: LogLevel, message: string, fields: LogFields = {}): void {
    const { id, userId, gateway, network } = this;
    const peers = this.#room.broadcast.size;
    this.#room.clientLog.write(
      level,
      message,
      { ...fields, peer: id, user: userId, gateway, network, peers },
      this.#room.logger,
    );
  }

  /** Sends an event to the peer's client, or queues it. */
  notify(event: RoomEvent): void {
    if (this.#reception?.holdsBack(event) !== true) {
      this.#tell(event);
    }
  }

  /** Sends an event that is not held back, unless the subscription takes it over. */
  #tell(event: RoomEvent): void {
    if (this.#subscription?.takes(event) !== true) {
      this.deliver(event);
    }
  }

  /** Sends an event to the client, past its subscription. */
  deliver(event: RoomEvent): void {
    this.connection.send(event);
  }

  /** Counts a request of the client, until the result is disposed of. */
  beginRequest(): Disposable {
    return this.#requests.begin();
  }

  /** Fulfilled when the requests that the client has sent are answered. */
  answered(): Promise<void> {
    return this.#requests.answered();
  }

  /**
   * Opens the media that the client asked for with its join.
   *
   * @throws {AppError} The errors of {@link Transports.create}, but none if the
   *   worker dies: then the media comes with the reset.
   */
  setUpMedia(): Promise<OpenedMedia> {
    return this.#setup.open();
  }

  /** Asks the client to set up its media again, after its worker died. */
  resetMedia(): void {
    if (this.#closed) {
      return;
    }
    if (this.connection.exists) {
      void this.#setup.reopen();
    } else {
      this.close('disconnected', 'workerDied');
    }
  }

  /**
   * Takes the peer out of its room and closes all that it holds.
   *
   * @param reason - The reason given to the other members.
   * @param reasonForClient - The reason given to the client.
   */
  close(reason: LeaveReason, reasonForClient: EndReason = reason): void {
    if (!this.#closed) {
      this.#release();
      this.#onClose(reason);
      this.#finish(reasonForClient);
    }
  }

  /** Closes all that the peer holds, because its room has ended. */
  end(reason: RoomEnd): void {
    if (!this.#closed) {
      this.#release();
      this.#finish(reason);
    }
  }

  /** Follows a change of ICE on a transport. */
  transportChanged(): void {
    if (this.connection.absence === 'lost' && this.transports.disconnected) {
      this.close('disconnected');
    }
    this.quality.update();
  }

  /** Follows the end of a transport that the client has closed. */
  transportClosed(transportId: string): void {
    this.#subscription?.endWith(transportId);
  }

  get #setup(): MediaSetup {
    return new MediaSetup(this, this.#media?.transports ?? []);
  }

  #release(): void {
    this.#closed = true;
    this.connection.stopWaiting();
    this.#place[Symbol.dispose]();
    this.answers.close();
    this.quality.close();
    this.transports.closeAll();
  }

  #finish(reason: EndReason): void {
    this.connection.end(reason);
    this.#onEnd?.(reason);
  }
}
