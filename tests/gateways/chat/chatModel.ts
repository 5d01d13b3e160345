import assert from 'node:assert/strict';

import type { ChatClient } from './ChatClient.ts';
import type { Member } from './ChatSite.ts';

/** One login of a user of the model. */
export interface Login {
  readonly access: string;
  ended: boolean;
}

/** A user, as the model has it. */
export interface User {
  readonly member: Member;
  readonly logins: Login[];
  deleted: boolean;
}

/** A message, as the model has it. */
export interface Message {
  readonly id: number;
  readonly user: User;
  readonly content: string;
}

/** A lasting room, as the model has it. */
export interface Room {
  readonly id: number;
  readonly creator: User;
  name: string;
  readonly type: string;
  deleted: boolean;
  readonly messages: Message[];
}

/** A connection, as the model has it. */
export interface Line {
  readonly client: ChatClient;
  readonly user: User;
  readonly login: Login;
  readonly room: Room;
  /** The number of messages in the room when it was entered. */
  readonly since: number;
  /** Signals that it has to have received. */
  readonly signals: object[];
  /** The code that it has to have been closed with; undefined while it is open. */
  code?: number;
}

/** A message on its way. */
export interface Sent {
  readonly line: Line;
  readonly content: string;
}

/** A selection of messages, by positions in the room. */
export interface Selection {
  limit?: number | undefined;
  before?: number | undefined;
  after?: number | undefined;
  search?: string | undefined;
}

/** The status of a request for a room. */
export function statusOf(
  user: User,
  login: Login,
  room: Room,
  good: number,
  others = 403,
): number {
  if (login.ended) {
    return 401;
  }
  if (room.deleted) {
    return 404;
  }
  return room.creator === user ? good : others;
}

export function summaryOf({ member: { account }, deleted }: User): object {
  const { id, email, name } = account;
  return deleted
    ? { id, email: '', name: 'Deleted user' }
    : { id, email, name };
}

/** One of several, by any number. */
export function pick<Item>(items: readonly Item[], number: number): Item {
  const item = items.at(number % items.length);
  assert.ok(item !== undefined);
  return item;
}
