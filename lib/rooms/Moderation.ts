import { randomUUID } from 'node:crypto';

import type { types } from 'mediasoup';

import { beyond, changed } from '../auth/Permissions.ts';
import type {
  PermissionChanges,
  Permissions,
  Power,
  Source,
} from '../auth/Permissions.ts';
import { permissionsOf } from '../auth/roles.ts';
import type { Role } from '../auth/roles.ts';
import { AppError, coreErrors } from '../core/errors.ts';
import { callMediasoup, named } from '../media/mediasoupErrors.ts';
import { roomErrors } from './errors.ts';
import { isSamePerson } from './KnownClient.ts';
import { present } from './lookup.ts';
import { requireMetadataSize } from './metadata.ts';
import type { Metadata } from './metadata.ts';
import type { LoggedPerson, ModerationAction } from './ModerationLog.ts';
import { denied, requirePower } from './permissions.ts';
import type { Moderator } from './Moderator.ts';
import type { ProducerOwner } from './ProducerDirectory.ts';
import type { ModeratedPeer, RoomContext } from './types.ts';

/** The time of a ban: that of the configuration, for good, or ms. */
export type BanTime = true | 'forever' | number;

/** A use of a power, for the log. */
interface Use {
  readonly action: ModerationAction;
  readonly target?: LoggedPerson;
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * The power of a moderator over the peers of a room, and over the room. Each use
 * needs the permission, is told to those concerned, counted and logged.
 */
export class Moderation {
  readonly #moderator: Moderator;
  readonly #room: RoomContext;

  constructor(moderator: Moderator, room: RoomContext) {
    this.#moderator = moderator;
    this.#room = room;
  }

  /**
   * Pauses a track, whose owner is told and may resume it.
   *
   * @throws {AppError} FORBIDDEN, PRODUCER_NOT_FOUND.
   */
  async mute(producerId: string): Promise<void> {
    const { owner, producer } = this.#useOnTrack('mute', 'mute', producerId);
    await this.#pause(owner, producer);
  }

  /**
   * Pauses all tracks of one source, except those of the moderator.
   *
   * @param except - Peers whose tracks stay as they are.
   * @throws {AppError} FORBIDDEN.
   */
  async muteAll(source: Source, except: readonly string[] = []): Promise<void> {
    this.#use('mute', { action: 'muteAll', details: { source, except } });
    const spared = new Set(except);
    if (this.#by !== undefined) {
      spared.add(this.#by);
    }
    const tracks = Array.from(this.#room.producers.ofSource(source));
    await Promise.all(
      tracks
        .filter(({ owner }) => !spared.has(owner.id))
        .map(({ owner, producer }) =>
          this.#pause(owner, producer).catch((error: unknown) => {
            // One that closes meanwhile is silent as well.
            if (!producer.closed) {
              throw error;
            }
          }),
        ),
    );
  }

  /**
   * Asks the owner of a paused track to resume it.
   *
   * @throws {AppError} FORBIDDEN, PRODUCER_NOT_FOUND.
   */
  requestUnmute(producerId: string): void {
    const { owner } = this.#useOnTrack('mute', 'requestUnmute', producerId);
    owner.notify({ type: 'unmuteRequested', producerId, by: this.#by });
  }

  /**
   * Ends a track, whose owner is told.
   *
   * @throws {AppError} FORBIDDEN, PRODUCER_NOT_FOUND.
   */
  stop(producerId: string): void {
    const { owner, producer } = this.#useOnTrack('stop', 'stop', producerId);
    owner.notify({ type: 'producerStopped', producerId, by: this.#by });
    producer.close();
  }

  /**
   * Puts another peer out of the room. Where it has come by a token, it needs a newer
   * one to come back.
   *
   * @param ban - The time for which it may not come back at all, if any.
   * @throws {AppError} FORBIDDEN, PEER_NOT_FOUND, VALIDATION_ERROR for oneself.
   */
  remove(peerId: string, ban?: BanTime): void {
    requirePower(this.#moderator.grants, 'remove');
    const target = this.#other(peerId);
    const { client } = this.#moderator;
    const isOwn = client !== undefined && isSamePerson(client, target.client);
    const by = client?.userId ?? this.#moderator.id;
    const { bans, banTime } = this.#room;
    if (ban === undefined) {
      this.#note('remove', { action: 'remove', target: personOf(target) });
      if (isOwn) {
        target.close('removed');
      } else {
        bans.remove(target, by, new Date(Date.now() + banTime));
      }
      return;
    }
    if (isOwn) {
      throw new AppError(
        coreErrors.VALIDATION_ERROR,
        `peerId: expected another person to ban, got a peer of one's own, ${JSON.stringify(peerId)}`,
      );
    }
    const until =
      ban === 'forever'
        ? undefined
        : new Date(Date.now() + (ban === true ? banTime : ban));
    this.#note('remove', {
      action: 'ban',
      target: personOf(target),
      details: { until: until?.toISOString() },
    });
    bans.ban(target, by, until);
  }

  /**
   * Locks the room, so that only peers with this power can enter, or unlocks it.
   *
   * @throws {AppError} FORBIDDEN.
   */
  lock(locked: boolean): void {
    this.#use('lock', { action: locked ? 'lock' : 'unlock' });
    this.#room.settings.setLocked(locked, this.#moderator);
  }

  /**
   * Makes clients without this power wait in the lobby from now on, or lets in all.
   *
   * @throws {AppError} FORBIDDEN, ROOM_LOCKED.
   */
  setLobby(enabled: boolean): void {
    requirePower(this.#moderator.grants, 'lobby');
    this.#room.settings.requirePossible({ lobby: enabled });
    this.#note('lobby', { action: 'setLobby', details: { enabled } });
    this.#room.settings.setLobby(enabled, this.#moderator);
  }

  /**
   * Lets in a client that waits.
   *
   * @throws {AppError} FORBIDDEN, PEER_NOT_FOUND, ROOM_LOCKED.
   */
  admit(peerId: string): void {
    requirePower(this.#moderator.grants, 'lobby');
    this.#room.settings.requireUnlocked();
    this.#room.lobby.admit(peerId);
    this.#note('lobby', { action: 'admit', target: { peerId } });
  }

  /**
   * Lets in all clients that wait.
   *
   * @throws {AppError} FORBIDDEN, ROOM_LOCKED.
   */
  admitAll(): void {
    requirePower(this.#moderator.grants, 'lobby');
    this.#room.settings.requireUnlocked();
    this.#note('lobby', { action: 'admitAll' });
    this.#room.lobby.admitAll();
  }

  /**
   * Turns away a client that waits.
   *
   * @throws {AppError} FORBIDDEN, PEER_NOT_FOUND.
   */
  reject(peerId: string): void {
    requirePower(this.#moderator.grants, 'lobby');
    this.#room.lobby.reject(peerId);
    this.#note('lobby', { action: 'reject', target: { peerId } });
  }

  /**
   * Has all others clear their chat. Messages in a record of the room stay there.
   *
   * @throws {AppError} FORBIDDEN.
   */
  clearChat(): void {
    this.#use('chat', { action: 'clearChat' });
    this.#room.broadcast.toOthers(this.#moderator, (by) => ({
      type: 'chatCleared',
      by,
    }));
  }

  /**
   * Replaces the metadata of the room.
   *
   * @throws {AppError} FORBIDDEN, VALIDATION_ERROR.
   */
  setRoomMetadata(metadata: Metadata): void {
    requirePower(this.#moderator.grants, 'metadata');
    requireMetadataSize(metadata, this.#room.limits);
    this.#note('metadata', { action: 'setRoomMetadata' });
    this.#room.settings.setMetadata(metadata, this.#moderator);
  }

  /**
   * Puts a member in the spotlight until it leaves, in place of the one before.
   *
   * @param peerId - The member, which may be the moderator itself; undefined for none.
   * @throws {AppError} FORBIDDEN, PEER_NOT_FOUND.
   */
  setSpotlight(peerId: string | undefined): void {
    requirePower(this.#moderator.grants, 'spotlight');
    const target = peerId === undefined ? undefined : this.#room.member(peerId);
    this.#note('spotlight', {
      action: 'setSpotlight',
      ...(target && { target: personOf(target) }),
    });
    this.#room.settings.setSpotlight(peerId, this.#moderator);
  }

  /**
   * Gives another peer a role, with the permissions of the role, of which the
   * moderator must have those that the peer does not.
   *
   * @throws {AppError} FORBIDDEN, PEER_NOT_FOUND, VALIDATION_ERROR for oneself.
   */
  setRole(peerId: string, role: Role): void {
    requirePower(this.#moderator.grants, 'promote');
    const target = this.#other(peerId);
    this.#requireToGive(
      permissionsOf(role, this.#room.roles),
      target.rights.grants,
    );
    this.#note('promote', {
      action: 'setRole',
      target: personOf(target),
      details: { role },
    });
    target.rights.setRole(role);
    target.rightsChanged(this.#by);
  }

  /**
   * Changes permissions of another peer. What it may no longer send is closed. The
   * moderator can give only those that it has.
   *
   * @throws {AppError} FORBIDDEN, PEER_NOT_FOUND, VALIDATION_ERROR for oneself.
   */
  setPermissions(peerId: string, changes: PermissionChanges): void {
    requirePower(this.#moderator.grants, 'promote');
    const target = this.#other(peerId);
    const { grants } = target.rights;
    this.#requireToGive(changed(grants, changes), grants);
    this.#note('promote', {
      action: 'setPermissions',
      target: personOf(target),
      details: { permissions: changes },
    });
    target.rights.change(changes);
    target.rightsChanged(this.#by);
  }

  /**
   * Chooses the sources that another peer receives of a third one.
   *
   * @throws {AppError} FORBIDDEN, PEER_NOT_FOUND, VALIDATION_ERROR for oneself.
   */
  chooseReceived(
    peerId: string,
    fromId: string,
    sources: readonly Source[],
  ): void {
    requirePower(this.#moderator.grants, 'stop');
    const target = this.#other(peerId);
    this.#room.member(fromId);
    this.#note('stop', {
      action: 'chooseReceived',
      target: personOf(target),
      details: { from: fromId, sources },
    });
    target.receive(fromId, sources);
  }

  /**
   * Gives another peer metadata, whatever its token permits.
   *
   * @throws {AppError} FORBIDDEN, PEER_NOT_FOUND, VALIDATION_ERROR if it is too
   *   large, or for oneself.
   */
  setPeerMetadata(peerId: string, metadata: Metadata): void {
    requirePower(this.#moderator.grants, 'metadata');
    const target = this.#other(peerId);
    target.profile.giveMetadata(metadata);
    this.#note('metadata', {
      action: 'setPeerMetadata',
      target: personOf(target),
    });
  }

  /**
   * Gives another peer a name, whatever its token says.
   *
   * @throws {AppError} FORBIDDEN, PEER_NOT_FOUND, VALIDATION_ERROR for oneself.
   */
  rename(peerId: string, displayName: string): void {
    requirePower(this.#moderator.grants, 'promote');
    const target = this.#other(peerId);
    this.#note('promote', {
      action: 'rename',
      target: personOf(target),
      details: { displayName },
    });
    target.profile.setName(displayName);
  }

  /**
   * Invites one person to the room, in a role whose permissions the moderator has.
   *
   * @param until - The time until which the invitation lets the person in.
   * @param sign - Makes the token of a peer, if the moderator may invite it.
   * @throws {AppError} FORBIDDEN.
   */
  invite<Token>(
    role: Role,
    until: Date,
    sign: (peerId: string) => Token,
  ): Token {
    requirePower(this.#moderator.grants, 'invite');
    this.#requireToGive(permissionsOf(role, this.#room.roles));
    const peerId = randomUUID();
    const token = sign(peerId);
    this.#note('invite', {
      action: 'invite',
      target: { peerId },
      details: { role, until: until.toISOString() },
    });
    return token;
  }

  /**
   * Ends the room for everyone, once the request is answered.
   *
   * @throws {AppError} FORBIDDEN.
   */
  closeRoom(): void {
    this.#use('close', { action: 'close' });
    void this.#moderator.answered().then(() => this.#room.close('closed'));
  }

  async #pause(owner: ProducerOwner, producer: types.Producer): Promise<void> {
    if (producer.paused) {
      return;
    }
    await callMediasoup(
      'producer',
      [
        present(this.#moderator),
        named('producerId', roomErrors.PRODUCER_NOT_FOUND, producer),
      ],
      () => producer.pause(),
    );
    const { id: producerId } = producer;
    owner.notify({ type: 'producerMuted', producerId, by: this.#by });
  }

  /** Uses a power on a track of the room. */
  #useOnTrack(
    power: Power,
    action: ModerationAction,
    producerId: string,
  ): { owner: ProducerOwner; producer: types.Producer } {
    requirePower(this.#moderator.grants, power);
    const track = this.#room.producers.find(producerId);
    this.#note(power, {
      action,
      target: personOf(this.#room.member(track.owner.id)),
      details: { producerId, source: track.info.source },
    });
    return track;
  }

  /**
   * Makes sure that permissions are among those of the moderator, or that their
   * bearer has them already: otherwise two peers could raise each other.
   *
   * @throws {AppError} FORBIDDEN.
   */
  #requireToGive(given: Permissions, before?: Permissions): void {
    const [missing] = beyond(given, this.#moderator.grants).filter(
      (it) => before === undefined || beyond(given, before).includes(it),
    );
    if (missing !== undefined) {
      throw denied(missing);
    }
  }

  #use(power: Power, use: Use): void {
    requirePower(this.#moderator.grants, power);
    this.#note(power, use);
  }

  /** Counts, logs and records a use of a power. */
  #note(power: Power, { action, target, details = {} }: Use): void {
    const { metrics, moderationLog, id: roomId } = this.#room;
    metrics.moderations.inc({ power });
    this.#moderator.log('info', 'moderated', {
      power,
      action,
      target: target?.peerId,
      about: JSON.stringify(details),
    });
    moderationLog.record({
      action,
      gateway: this.#moderator.gateway,
      roomId,
      actor: this.#person,
      target,
      details,
    });
  }

  /** The moderator, for the log. */
  get #person(): LoggedPerson {
    const { id, client, displayName: name } = this.#moderator;
    return client === undefined
      ? { id }
      : { id: client.userId, peerId: id, name };
  }

  /** The peer that events name; undefined for a moderator outside of the room. */
  get #by(): string | undefined {
    const { kind, id } = this.#moderator;
    return kind === 'peer' ? id : undefined;
  }

  #other(peerId: string): ReturnType<RoomContext['member']> {
    if (peerId === this.#by) {
      throw new AppError(
        coreErrors.VALIDATION_ERROR,
        `peerId: expected another peer, got one's own, ${JSON.stringify(peerId)}`,
      );
    }
    return this.#room.member(peerId);
  }
}

/** A member of the room, for the log. */
function personOf({
  id: peerId,
  displayName: name,
  client: { userId: id },
}: ModeratedPeer): LoggedPerson {
  return { id, peerId, name };
}
