import { AppError } from '../core/errors.ts';
import type { Broadcast } from './Broadcast.ts';
import { roomErrors } from './errors.ts';
import type { RoomInfo } from './events.ts';
import type { Lobby } from './Lobby.ts';
import type { Metadata } from './metadata.ts';
import type { Actor } from './Moderator.ts';
import type { RoomOptions } from './RoomOptions.ts';
import type { EntrySettings } from './RoomRecords.ts';

/** The settings of a room that moderators change, and all members are told of. */
export class RoomSettings {
  readonly #broadcast: Broadcast;
  readonly #lobby: Lobby;
  #initial: EntrySettings;
  #locked: boolean;
  #metadata: Metadata | undefined;
  #spotlight: string | undefined;

  constructor(
    broadcast: Broadcast,
    lobby: Lobby,
    initial: Pick<RoomOptions, 'locked' | 'lobby' | 'metadata'>,
  ) {
    this.#broadcast = broadcast;
    this.#lobby = lobby;
    this.#initial = initial;
    this.#locked = initial.locked ?? false;
    this.#metadata = initial.metadata;
    lobby.set(initial.lobby ?? false);
  }

  /** True while only clients that may lock the room, or return to it, can enter. */
  get locked(): boolean {
    return this.#locked;
  }

  get info(): RoomInfo {
    return {
      locked: this.#locked,
      lobby: this.#lobby.enabled,
      metadata: this.#metadata,
      spotlight: this.#spotlight ?? null,
    };
  }

  /** Changes the state to which the room returns; the present one stays. */
  set initial(initial: EntrySettings) {
    this.#initial = initial;
  }

  /**
   * Makes sure that clients that are admitted could join.
   *
   * @param locked - The lock at that time, if it is about to change.
   * @throws {AppError} ROOM_LOCKED.
   */
  requireUnlocked(locked: boolean = this.#locked): void {
    if (locked) {
      throw new AppError(
        roomErrors.ROOM_LOCKED,
        'the room is locked: unlock it before anyone is admitted',
      );
    }
  }

  /**
   * Makes sure that changes let no one in who could not join.
   *
   * @throws {AppError} ROOM_LOCKED.
   */
  requirePossible({ locked, lobby }: EntrySettings): void {
    if (lobby === false && this.#lobby.waiting.length > 0) {
      this.requireUnlocked(locked);
    }
  }

  /** Locks the room or unlocks it, and tells all but the peer that did it. */
  setLocked(locked: boolean, by: Actor): void {
    if (locked !== this.#locked) {
      this.#locked = locked;
      this.#announce({ locked }, by);
      this.#lobby.review();
    }
  }

  /** Switches the lobby on or off, and tells all but the peer that did it. */
  setLobby(enabled: boolean, by: Actor): void {
    if (enabled !== this.#lobby.enabled) {
      this.#lobby.set(enabled);
      this.#announce({ lobby: enabled }, by);
    }
  }

  /** Replaces the metadata of the room, and tells all but the peer that did it. */
  setMetadata(metadata: Metadata, by: Actor): void {
    this.#metadata = metadata;
    this.#announce({ metadata }, by);
  }

  /** Puts a member in the spotlight, or none, and tells all but the peer that did it. */
  setSpotlight(peerId: string | undefined, by: Actor): void {
    if (peerId !== this.#spotlight) {
      this.#spotlight = peerId;
      this.#announce({ spotlight: peerId ?? null }, by);
    }
  }

  /** Ends the spotlight on a member that leaves, and tells all. */
  memberLeaves(peerId: string): void {
    if (peerId === this.#spotlight) {
      this.#spotlight = undefined;
      this.#broadcast.toAll({
        type: 'roomUpdated',
        spotlight: null,
        by: undefined,
      });
    }
  }

  /**
   * Returns a room that the last peer has left to its initial state. Its lobby is not
   * switched off while clients wait in it.
   */
  reset(): void {
    const { locked = false, lobby = false } = this.#initial;
    this.#locked = locked;
    if (lobby || !this.#lobby.occupied) {
      this.#lobby.set(lobby);
    }
    this.#lobby.review();
  }

  #announce(changes: Partial<RoomInfo>, by: Actor): void {
    this.#broadcast.toOthers(by, (peerId) => ({
      type: 'roomUpdated',
      ...changes,
      by: peerId,
    }));
  }
}
