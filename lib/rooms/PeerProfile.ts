import { AppError, coreErrors } from '../core/errors.ts';
import { requireMetadataSize } from './metadata.ts';
import type { Metadata } from './metadata.ts';
import { requireMetadata, requireRaiseHand } from './permissions.ts';
import type { PeerContext, RoomContext } from './types.ts';

type Room = Pick<RoomContext, 'broadcast' | 'limits'>;

/** A peer as the others see it: its name, its hand, its reactions and its metadata. */
export class PeerProfile {
  readonly #peer: PeerContext;
  readonly #room: Room;
  #displayName: string;
  #handRaisedAt: number | undefined;
  #metadata: Metadata | undefined;

  constructor(peer: PeerContext, room: Room, displayName: string) {
    this.#peer = peer;
    this.#room = room;
    this.#displayName = displayName;
  }

  get displayName(): string {
    return this.#displayName;
  }

  /** The time at which the hand was raised, ms since the epoch. */
  get handRaisedAt(): number | undefined {
    return this.#handRaisedAt;
  }

  /** The metadata of the peer, if it has set any. */
  get metadata(): Metadata | undefined {
    return this.#metadata;
  }

  /**
   * Replaces the metadata.
   *
   * @throws {AppError} FORBIDDEN, VALIDATION_ERROR.
   */
  setMetadata(metadata: Metadata): void {
    requireMetadata(this.#peer.grants);
    this.#setMetadata(metadata, this.#peer);
  }

  /**
   * Gives the peer metadata, whatever its token permits, and tells everyone.
   *
   * @throws {AppError} VALIDATION_ERROR.
   */
  giveMetadata(metadata: Metadata): void {
    this.#setMetadata(metadata);
  }

  /**
   * Changes the name.
   *
   * @throws {AppError} FORBIDDEN if the token sets it.
   */
  rename(displayName: string): void {
    const { name } = this.#peer.grants.identity;
    if (name !== undefined && name !== displayName) {
      throw new AppError(
        coreErrors.FORBIDDEN,
        `displayName: expected ${JSON.stringify(name)}, the name in the token, got ${JSON.stringify(displayName)}`,
      );
    }
    this.#rename(displayName, this.#peer);
  }

  /** Gives the peer a name, whatever its token says, and tells everyone. */
  setName(displayName: string): void {
    this.#rename(displayName);
  }

  /**
   * Raises the hand, or lowers it. One that is raised already stays raised since
   * then.
   *
   * @throws {AppError} FORBIDDEN.
   */
  raiseHand(raised: boolean): void {
    requireRaiseHand(this.#peer.grants);
    if (raised !== (this.#handRaisedAt !== undefined)) {
      this.#handRaisedAt = raised ? Date.now() : undefined;
      const handRaisedAt = this.#handRaisedAt ?? null;
      this.#announce({ handRaisedAt }, this.#peer);
    }
  }

  /**
   * Shows the others an emoji.
   *
   * @throws {AppError} FORBIDDEN.
   */
  react(emoji: string): void {
    requireRaiseHand(this.#peer.grants);
    this.#room.broadcast.toAll(
      { type: 'reaction', peerId: this.#peer.id, emoji },
      this.#peer,
    );
  }

  /** @param except - The peer itself if it knows. */
  #setMetadata(metadata: Metadata, except?: PeerContext): void {
    requireMetadataSize(metadata, this.#room.limits);
    this.#metadata = metadata;
    this.#announce({ metadata }, except);
  }

  /** @param except - The peer itself if it knows. */
  #rename(displayName: string, except?: PeerContext): void {
    if (displayName !== this.#displayName) {
      this.#displayName = displayName;
      this.#announce({ displayName }, except);
    }
  }

  #announce(
    changes: {
      displayName?: string;
      handRaisedAt?: number | null;
      metadata?: Metadata;
    },
    except?: PeerContext,
  ): void {
    this.#room.broadcast.toAll(
      { type: 'peerUpdated', peerId: this.#peer.id, ...changes },
      except,
    );
  }
}
