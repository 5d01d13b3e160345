import type { AtriumServer } from '@atrium/server-sdk';

import { isolate } from '../../src/ui/isolate.ts';
import { NOTHING } from './show.ts';

/** The most peers whose tracks are looked through. */
const MOST_PEERS = 500;

/** The tracks of a room by the names of the peers that send them. */
export class TrackNames {
  readonly #atrium: AtriumServer;
  readonly #roomId: string;
  /** By the ids of tracks; without a name if they were not found. */
  #names = new Map<string, string | undefined>();

  constructor(atrium: AtriumServer, roomId: string) {
    this.#atrium = atrium;
    this.#roomId = roomId;
  }

  /** The peer and the source of a track, as far as they are known. */
  of(trackId: string): string {
    return this.#names.get(trackId) ?? NOTHING;
  }

  /** Looks for tracks that were not looked for before, and forgets all others. */
  async look(trackIds: readonly string[]): Promise<void> {
    const found = trackIds.every((id) => this.#names.has(id))
      ? this.#names
      : await this.#all();
    this.#names = new Map(trackIds.map((id) => [id, found.get(id)]));
  }

  async #all(): Promise<Map<string, string | undefined>> {
    const names = new Map<string, string>();
    let count = 0;
    const peers = this.#atrium.peers.list(this.#roomId, { limit: 100 });
    for await (const { displayName, tracks } of peers) {
      for (const { trackId, source } of tracks) {
        names.set(trackId, `${source} of ${isolate(displayName)}`);
      }
      count += 1;
      if (count === MOST_PEERS) {
        break;
      }
    }
    return names;
  }
}
