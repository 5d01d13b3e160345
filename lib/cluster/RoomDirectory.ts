/** The hold of this node on a room. */
export interface RoomClaim {
  /** Gives the room up, once it has closed. */
  release(): void;
}

/**
 * The outcome of a claim: a hold, or the reason why there is none. `elsewhere`:
 * another node has the room; `unavailable`: it cannot be known at the moment;
 * `draining`: this node takes no further room.
 */
export type ClaimOutcome = RoomClaim | 'elsewhere' | 'unavailable' | 'draining';

/** The homes of live rooms: the one node that may have the room of an id. */
export interface RoomDirectory {
  /**
   * Makes this node the home of a room, unless another one is. Never rejects.
   *
   * @param onLost - Called if another node turns out to have the room; it has to
   *   be closed here.
   */
  claim(roomId: string, onLost: () => void): Promise<ClaimOutcome>;
  /** Tells if another node has a room; false where that cannot be known. Never rejects. */
  isElsewhere(roomId: string): Promise<boolean>;
}

const HELD: RoomClaim = { release: () => undefined };

/** The directory of a server that is alone. */
export const LOCAL_ROOMS: RoomDirectory = {
  claim: () => Promise.resolve(HELD),
  isElsewhere: () => Promise.resolve(false),
};
