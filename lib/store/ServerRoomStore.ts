/**
 * The port of the store for rooms that backends create by the server API. Every
 * method can fail with STORE_UNAVAILABLE.
 */

/** The options of a room that lasts. */
export interface ServerRoomOptions {
  /** The most peers at a time; undefined for as many as any room takes. */
  readonly maxPeers: number | undefined;
  /** The time that it stays open without a peer, ms. */
  readonly emptyTimeout: number;
  /** An object of JSON. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** True if it opens locked. */
  readonly locked: boolean;
  /** True if it opens with its lobby switched on. */
  readonly lobby: boolean;
}

/** A room that lasts until it is deleted. */
export interface ServerRoomRecord extends ServerRoomOptions {
  readonly id: string;
  readonly createdAt: Date;
  /** Grows with each change. */
  readonly version: number;
}

/** A selection of rooms. */
export interface ServerRoomFilter {
  /** The id after which they come; undefined for the first. */
  readonly after: string | undefined;
  /** The beginning of their ids. */
  readonly prefix: string;
  readonly limit: number;
}

/** Rooms that backends have created, in the order of their ids. */
export interface ServerRooms {
  /**
   * @param most - The most rooms that there may be.
   * @returns The outcome: `taken` when there is a room with the id.
   */
  create(
    id: string,
    options: ServerRoomOptions,
    most: number,
  ): Promise<ServerRoomRecord | 'taken' | 'full'>;
  get(id: string): Promise<ServerRoomRecord | undefined>;
  /** The rooms that exist among some ids. */
  find(ids: readonly string[]): Promise<ServerRoomRecord[]>;
  list(filter: ServerRoomFilter): Promise<ServerRoomRecord[]>;
  /** All ids. */
  ids(): Promise<string[]>;
  /**
   * @param version - The version that is changed.
   * @returns Undefined when there is no such room in this version.
   */
  update(
    id: string,
    version: number,
    options: ServerRoomOptions,
  ): Promise<ServerRoomRecord | undefined>;
  /** @returns False when there is no such room. */
  delete(id: string): Promise<boolean>;
}
