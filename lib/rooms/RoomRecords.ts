import type { Identity } from '../auth/Identity.ts';
import type { KnownClient } from './KnownClient.ts';
import type { Metadata } from './metadata.ts';

/** The state in which a room opens, and to which it returns once its last peer has left. */
export interface EntrySettings {
  /** True if only clients that may lock it can enter. */
  readonly locked?: boolean | undefined;
  /** True if clients without the power `lobby` wait until a moderator admits them. */
  readonly lobby?: boolean | undefined;
}

/** A message that the record of a room keeps. Plain data. */
export interface KeptMessage {
  /** Grows with each message. */
  readonly id: number;
  readonly author: {
    readonly id: number;
    readonly email: string;
    readonly name: string;
  };
  readonly content: string;
  /** The time at which it was kept, ms since the epoch. */
  readonly createdAt: number;
}

/** A message that a member asks the record to keep. */
export interface MessageDraft {
  /** The member who sends it. */
  readonly peerId: string;
  readonly userId: string;
  readonly content: string;
  /** True if the sender receives the message as well. */
  readonly echo: boolean;
}

/** The record of a room, which outlives the room. */
export interface RoomRecord {
  /** The options of the room where they differ from those of other rooms. */
  readonly options?: EntrySettings & {
    readonly maxPeers?: number | undefined;
    /** The time that it stays open without a peer, ms. */
    readonly emptyTimeout?: number | undefined;
    /** The metadata with which it opens. */
    readonly metadata?: Metadata | undefined;
  };
  /** True while the room has to stay open without a peer. */
  readonly keepsOpen?: boolean;
  /** True if people enter without an account: then bans keep out networks as well. */
  readonly isOpen?: boolean;
  /** The clients outside of the room that a ban of their network spares. */
  readonly clients?: readonly KnownClient[];
  /**
   * Makes sure that a client with a grant for the room may enter it.
   *
   * @throws {AppError} FORBIDDEN, ROOM_FULL, RECORD_UNAVAILABLE.
   */
  requireEntry?(identity: Identity): Promise<void>;
  /** Notes that a peer has entered. */
  peerEntered?(peer: { peerId: string; displayName: string }): void;
  /** Notes that a peer has left; not called for those of a room that closes. */
  peerLeft?(peerId: string): void;
  /** Notes that the room has closed. */
  roomClosed?(): void;
  /**
   * Keeps a message; a record without this method keeps none. Once it is kept, the room receives a `keptMessage`, in the
   * order of the ids.
   *
   * @throws {AppError} VALIDATION_ERROR, ROOM_CLOSED, RECORD_UNAVAILABLE.
   */
  keep?(draft: MessageDraft): Promise<void>;
}

/** The records of rooms; those whose ids are reserved open only for a record. */
export interface RoomRecords {
  /**
   * Finds the record of a room.
   *
   * @returns Undefined for a room that needs none.
   * @throws {AppError} ROOM_NOT_FOUND for one that needs a record and has none,
   *   RECORD_UNAVAILABLE.
   */
  find(roomId: string): Promise<RoomRecord | undefined>;
}
