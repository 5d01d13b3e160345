import type {
  ClaimOutcome,
  RoomClaim,
  RoomDirectory,
} from './RoomDirectory.ts';

/**
 * A directory in which several parts of a node may hold a room, such as a session
 * and its live room: they share one claim, which is given up by the last of them.
 */
export class SharedClaims implements RoomDirectory {
  readonly #directory: RoomDirectory;
  readonly #claims = new Map<string, SharedClaim>();

  constructor(directory: RoomDirectory) {
    this.#directory = directory;
  }

  async claim(roomId: string, onLost: () => void): Promise<ClaimOutcome> {
    let shared = this.#claims.get(roomId);
    if (shared === undefined) {
      const made: SharedClaim = new SharedClaim(this.#directory, roomId, () => {
        // A later one may be of the same room.
        if (this.#claims.get(roomId) === made) {
          this.#claims.delete(roomId);
        }
      });
      shared = made;
      this.#claims.set(roomId, made);
    }
    return shared.join(onLost);
  }

  isElsewhere(roomId: string): Promise<boolean> {
    return this.#directory.isElsewhere(roomId);
  }
}

/** A claim of a room with its holders. */
class SharedClaim {
  readonly #outcome: Promise<ClaimOutcome>;
  readonly #onEnd: () => void;
  readonly #holders = new Set<{ readonly onLost: () => void }>();

  /** @param onEnd - Called when it can have no more holders. */
  constructor(directory: RoomDirectory, roomId: string, onEnd: () => void) {
    this.#onEnd = onEnd;
    this.#outcome = directory.claim(roomId, () => {
      onEnd();
      const holders = Array.from(this.#holders);
      this.#holders.clear();
      for (const holder of holders) {
        holder.onLost();
      }
    });
  }

  async join(onLost: () => void): Promise<ClaimOutcome> {
    const holder = { onLost };
    this.#holders.add(holder);
    const outcome = await this.#outcome;
    if (typeof outcome === 'string') {
      this.#onEnd();
      return outcome;
    }
    return { release: () => this.#leave(holder, outcome) };
  }

  #leave(holder: { readonly onLost: () => void }, claim: RoomClaim): void {
    if (this.#holders.delete(holder) && this.#holders.size === 0) {
      this.#onEnd();
      claim.release();
    }
  }
}
