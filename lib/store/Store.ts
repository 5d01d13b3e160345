/**
 * The ports of the store, which domain modules depend on. Times are `Date`s,
 * ids are integers that grow. Every method can fail with STORE_UNAVAILABLE.
 */

import type { Calls, Conversations } from './CallStore.ts';
import type { Meetings } from './MeetingStore.ts';
import type { ServerRooms } from './ServerRoomStore.ts';
import type { StoredAudit, StoredBans } from './ModerationStore.ts';
import type { OutboxEvent, StoredWebhooks } from './WebhookStore.ts';

/** An account. */
export interface UserRecord {
  readonly id: number;
  /** Empty where there is none, and once the account was deleted. */
  readonly email: string;
  /** Empty where there is none, and once the account was deleted. */
  readonly username: string;
  readonly name: string;
  readonly role: string;
  readonly joinedAt: Date;
}

/** An account with what a login is checked against. */
export interface UserCredentials extends UserRecord {
  /** A PHC string. */
  readonly passwordHash: string;
}

/** A new account. */
export interface NewUser {
  /** Empty for none. */
  readonly email: string;
  readonly username?: string | undefined;
  readonly name: string;
  readonly passwordHash: string;
  readonly role: string;
}

/** Changes of an account. */
export interface UserChange {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly role?: string | undefined;
  readonly passwordHash?: string | undefined;
}

/** Accounts. */
export interface Users {
  /** @returns Undefined when the address or the username is taken. */
  create(user: NewUser): Promise<UserRecord | undefined>;
  get(id: number): Promise<UserRecord | undefined>;
  /** Finds an account by its address, in any case. */
  findByEmail(email: string): Promise<UserCredentials | undefined>;
  /** Finds an account by its username, in any case. */
  findByUsername(username: string): Promise<UserCredentials | undefined>;
  /** The accounts that follow an id, in the order of their ids. */
  list(page: { after: number; limit: number }): Promise<UserRecord[]>;
  /** @returns Undefined when there is no such account. */
  rename(id: number, name: string): Promise<UserRecord | undefined>;
  /** @returns Undefined when there is no such account. */
  setRole(id: number, role: string): Promise<UserRecord | undefined>;
  /**
   * Changes what is given of an account, all of it or nothing. A new password
   * ends all logins.
   *
   * @returns Undefined when there is no such account, `taken` when another has
   *   the address.
   */
  update(
    id: number,
    change: UserChange,
  ): Promise<UserRecord | 'taken' | undefined>;
  /**
   * Replaces the password, and ends all logins.
   *
   * @returns False when there is no such account.
   */
  setPassword(id: number, passwordHash: string): Promise<boolean>;
  /**
   * Erases the address, the names and the password, and ends all logins. What
   * the user wrote stays, unless it is to be deleted as well.
   *
   * @returns False when there is no such account.
   */
  erase(id: number, messages: 'keep' | 'delete'): Promise<boolean>;
}

/** One login of a user. */
export interface LoginRecord {
  readonly id: string;
  readonly userId: number;
  readonly ended: boolean;
}

/** Logins, each with the tokens that came of it. */
export interface Logins {
  create(id: string, userId: number, expiresAt: Date): Promise<void>;
  get(id: string): Promise<LoginRecord | undefined>;
  end(id: string): Promise<void>;
  /** The logins that have ended since a time, by this process or another. */
  endedSince(time: Date): Promise<LoginRecord[]>;
  /** Forgets logins whose tokens have all expired. */
  deleteExpired(): Promise<number>;
}

export const ROOM_TYPES = ['chat', 'video'] as const;

/** The two uses of a lasting room. */
export type RoomType = (typeof ROOM_TYPES)[number];

/** A user as others see them. */
export interface UserSummary {
  readonly id: number;
  readonly email: string;
  readonly name: string;
}

/** A room that outlives its visitors. */
export interface RoomRecord {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly creator: UserSummary;
  readonly type: RoomType;
  readonly createdAt: Date;
}

/** A new room. */
export interface NewRoom {
  readonly name: string;
  readonly description: string;
  readonly type: RoomType;
  readonly creatorId: number;
}

/** A selection of rooms, in the order of their ids. */
export interface RoomFilter {
  readonly type?: RoomType | undefined;
  /** Text that is part of the name, in any case. */
  readonly search?: string | undefined;
  /** The most rooms that a search looks through, the newest of them. */
  readonly searched?: number | undefined;
}

/** Lasting rooms; deleted ones are never returned. */
export interface Rooms {
  /**
   * @param most - The most rooms that its creator may have.
   * @returns Undefined when the creator has as many.
   */
  create(room: NewRoom, most: number): Promise<RoomRecord | undefined>;
  get(id: number): Promise<RoomRecord | undefined>;
  list(
    filter: RoomFilter,
    page?: { limit: number; offset: number },
  ): Promise<RoomRecord[]>;
  count(filter: RoomFilter): Promise<number>;
  /** @returns Undefined when there is no such room. */
  update(
    id: number,
    change: { name?: string | undefined; description?: string | undefined },
  ): Promise<RoomRecord | undefined>;
  /** @returns False when there is no such room. */
  delete(id: number): Promise<boolean>;
}

/** A message in a lasting room. */
export interface MessageRecord {
  readonly id: number;
  readonly user: UserSummary;
  readonly content: string;
  readonly createdAt: Date;
}

/** A place among the messages of a room: a message, or a time. */
export type MessageCursor = { readonly id: number } | { readonly time: Date };

/** A selection of a room's messages. */
export interface MessageRange {
  /** The newest so many, or the first so many after a cursor. */
  readonly limit?: number | undefined;
  readonly before?: MessageCursor | undefined;
  readonly after?: MessageCursor | undefined;
  /** Text that is part of the content, in any case. */
  readonly search?: string | undefined;
  /** The most messages that a search looks through. */
  readonly searched?: number | undefined;
}

/** Messages of lasting rooms, in the order in which they came. */
export interface Messages {
  /**
   * Adds a message, together with the events about it.
   *
   * @returns Undefined when the room or the user has been deleted.
   */
  add(
    roomId: number,
    userId: number,
    content: string,
    eventsOf?: (message: MessageRecord) => readonly OutboxEvent[],
  ): Promise<MessageRecord | undefined>;
  /** The oldest first, whatever was asked for. */
  list(roomId: number, range: MessageRange): Promise<MessageRecord[]>;
}

/** Everything that lasts. */
export interface Store {
  readonly users: Users;
  readonly logins: Logins;
  readonly rooms: Rooms;
  readonly messages: Messages;
  readonly conversations: Conversations;
  readonly calls: Calls;
  readonly meetings: Meetings;
  readonly serverRooms: ServerRooms;
  readonly bans: StoredBans;
  readonly audit: StoredAudit;
  readonly webhooks: StoredWebhooks;
  /** Writes to the database to find out whether it works. */
  isHealthy(): Promise<boolean>;
  close(): Promise<void>;
}
