import type { types } from 'mediasoup';

import type { PermissionChanges, Power, Source } from '../auth/Permissions.ts';
import type { Role } from '../auth/roles.ts';
import { AppError, coreErrors } from '../core/errors.ts';
import { callMediasoup, named } from '../media/mediasoupErrors.ts';
import { roomErrors } from './errors.ts';
import { present } from './lookup.ts';
import { requirePower } from './permissions.ts';
import type { ProducerOwner } from './ProducerDirectory.ts';
import type { PeerContext, RoomContext } from './types.ts';

/**
 * The power of one peer over the others of its room, and over the room. Each use
 * needs the permission, is told to those concerned, counted and logged.
 */
export class Moderation {
  readonly #peer: PeerContext;
  readonly #room: RoomContext;

  constructor(peer: PeerContext, room: RoomContext) {
    this.#peer = peer;
    this.#room = room;
  }

  /**
   * Pauses a track of another peer, who is told and may resume it.
   *
   * @throws {AppError} FORBIDDEN, PRODUCER_NOT_FOUND.
   */
  async mute(producerId: string): Promise<void> {
    const { owner, producer } = this.#useOnTrack('mute', producerId);
    await this.#pause(owner, producer);
  }

  /**
   * Pauses all tracks of one source, except one's own.
   *
   * @param except - Peers whose tracks stay as they are.
   * @throws {AppError} FORBIDDEN.
   */
  async muteAll(source: Source, except: readonly string[] = []): Promise<void> {
    this.#use('mute', { source });
    const spared = new Set(except).add(this.#peer.id);
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
    const { owner } = this.#useOnTrack('mute', producerId);
    owner.notify({ type: 'unmuteRequested', producerId, by: this.#peer.id });
  }

  /**
   * Ends a track of another peer, who is told.
   *
   * @throws {AppError} FORBIDDEN, PRODUCER_NOT_FOUND.
   */
  stop(producerId: string): void {
    const { owner, producer } = this.#useOnTrack('stop', producerId);
    owner.notify({ type: 'producerStopped', producerId, by: this.#peer.id });
    producer.close();
  }

  /**
   * Puts another peer out of the room.
   *
   * @throws {AppError} FORBIDDEN, PEER_NOT_FOUND, VALIDATION_ERROR for oneself.
   */
  remove(peerId: string): void {
    requirePower(this.#peer.grants, 'remove');
    const target = this.#other(peerId);
    this.#note('remove', { target: peerId });
    target.close('removed');
  }

  /**
   * Locks the room, so that only peers with this power can enter, or unlocks it.
   *
   * @throws {AppError} FORBIDDEN.
   */
  lock(locked: boolean): void {
    this.#use('lock', { locked });
    this.#room.setLocked(locked, this.#peer);
  }

  /**
   * Gives another peer a role, with the permissions of the role.
   *
   * @throws {AppError} FORBIDDEN, PEER_NOT_FOUND, VALIDATION_ERROR for oneself.
   */
  setRole(peerId: string, role: Role): void {
    requirePower(this.#peer.grants, 'promote');
    const target = this.#other(peerId);
    this.#note('promote', { target: peerId, role });
    target.rights.setRole(role);
    target.rightsChanged(this.#peer.id);
  }

  /**
   * Changes permissions of another peer. What it may no longer send is closed.
   *
   * @throws {AppError} FORBIDDEN, PEER_NOT_FOUND, VALIDATION_ERROR for oneself.
   */
  setPermissions(peerId: string, changes: PermissionChanges): void {
    requirePower(this.#peer.grants, 'promote');
    const target = this.#other(peerId);
    this.#note('promote', { target: peerId });
    target.rights.change(changes);
    target.rightsChanged(this.#peer.id);
  }

  /**
   * Ends the room for everyone, once the request is answered.
   *
   * @throws {AppError} FORBIDDEN.
   */
  closeRoom(): void {
    this.#use('close');
    void this.#peer.answered().then(() => this.#room.close('closed'));
  }

  async #pause(owner: ProducerOwner, producer: types.Producer): Promise<void> {
    if (producer.paused) {
      return;
    }
    await callMediasoup(
      'producer',
      [
        present(this.#peer),
        named('producerId', roomErrors.PRODUCER_NOT_FOUND, producer),
      ],
      () => producer.pause(),
    );
    const { id: producerId } = producer;
    owner.notify({ type: 'producerMuted', producerId, by: this.#peer.id });
  }

  /** Uses a power on a track of the room. */
  #useOnTrack(
    power: Power,
    producerId: string,
  ): { owner: ProducerOwner; producer: types.Producer } {
    requirePower(this.#peer.grants, power);
    const track = this.#room.producers.find(producerId);
    this.#note(power, { target: track.owner.id, producer: producerId });
    return track;
  }

  #use(power: Power, about: Record<string, unknown> = {}): void {
    requirePower(this.#peer.grants, power);
    this.#note(power, about);
  }

  #note(power: Power, about: Record<string, unknown>): void {
    this.#room.metrics.moderations.inc({ power });
    this.#peer.log('info', 'moderated', { power, ...about });
  }

  #other(peerId: string): ReturnType<RoomContext['member']> {
    if (peerId === this.#peer.id) {
      throw new AppError(
        coreErrors.VALIDATION_ERROR,
        `peerId: expected another peer, got one's own, ${JSON.stringify(peerId)}`,
      );
    }
    return this.#room.member(peerId);
  }
}
