import type { ColumnType, Generated } from 'kysely';

/** A time in UTC, milliseconds since the epoch. */
type Time = number;

/** A truth value: 0 or 1, which both databases store alike. */
type Flag = 0 | 1;

/** An id that the database assigns; never reused. */
type Id = ColumnType<number, never, never>;

interface UserTable {
  id: Id;
  /** Null once the account was deleted. */
  email: string | null;
  /** The address in lower case, by which it is found; null as `email`. */
  email_key: string | null;
  name: string;
  password_hash: string | null;
  role: string;
  joined_at: Time;
  deleted_at: Time | null;
}

/** One login of a user: all tokens that came of it. */
interface LoginTable {
  id: string;
  user_id: number;
  created_at: Time;
  /** When its refresh token expires, after which the row is of no use. */
  expires_at: Time;
  ended_at: Time | null;
}

interface RoomTable {
  id: Id;
  name: string;
  description: string;
  creator_id: number;
  room_type: 'chat' | 'video';
  created_at: Time;
  is_active: Generated<Flag>;
}

interface MessageTable {
  id: Id;
  room_id: number;
  user_id: number;
  content: string;
  created_at: Time;
}

interface ProbeTable {
  id: number;
  written_at: Time;
}

/** The tables of the database; migrations create them. */
export interface Tables {
  users: UserTable;
  logins: LoginTable;
  rooms: RoomTable;
  messages: MessageTable;
  probes: ProbeTable;
}
