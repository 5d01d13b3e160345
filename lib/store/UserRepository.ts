import type { Kysely, Selectable } from 'kysely';

import { isDuplicate } from './databaseErrors.ts';
import type { Database } from './Database.ts';
import { eraseFromCalls } from './eraseFromCalls.ts';
import { eraseFromModeration } from './eraseFromModeration.ts';
import { eraseFromWebhooks } from './eraseFromWebhooks.ts';
import type {
  NewUser,
  UserChange,
  UserCredentials,
  UserRecord,
  Users,
} from './Store.ts';
import type { Tables } from './tables.ts';

/** The name of every user whose account was deleted. */
export const DELETED_USER = 'Deleted user';

type UserRow = Pick<
  Selectable<Tables['users']>,
  'id' | 'email' | 'username' | 'name' | 'role' | 'joined_at'
>;

const COLUMNS = [
  'id',
  'email',
  'username',
  'name',
  'role',
  'joined_at',
] as const;

/** Accounts in the database. */
export class UserRepository implements Users {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async create({
    email,
    username = '',
    name,
    passwordHash,
    role,
  }: NewUser): Promise<UserRecord | undefined> {
    try {
      const row = await this.#database.run((db) =>
        db
          .insertInto('users')
          .values({
            email: email || null,
            email_key: keyOf(email),
            username: username || null,
            username_key: keyOf(username),
            name,
            password_hash: passwordHash,
            role,
            joined_at: Date.now(),
          })
          .returning(COLUMNS)
          .executeTakeFirstOrThrow(),
      );
      return toRecord(row);
    } catch (error) {
      if (isDuplicate(error)) {
        return undefined;
      }
      throw error;
    }
  }

  async get(id: number): Promise<UserRecord | undefined> {
    const row = await this.#database.run((db) =>
      db
        .selectFrom('users')
        .select(COLUMNS)
        .where('id', '=', id)
        .where('deleted_at', 'is', null)
        .executeTakeFirst(),
    );
    return row && toRecord(row);
  }

  findByEmail(email: string): Promise<UserCredentials | undefined> {
    return this.#find('email_key', email);
  }

  findByUsername(username: string): Promise<UserCredentials | undefined> {
    return this.#find('username_key', username);
  }

  async list({
    after,
    limit,
  }: {
    after: number;
    limit: number;
  }): Promise<UserRecord[]> {
    const rows = await this.#database.run((db) =>
      db
        .selectFrom('users')
        .select(COLUMNS)
        .where('id', '>', after)
        .where('deleted_at', 'is', null)
        .orderBy('id')
        .limit(limit)
        .execute(),
    );
    return rows.map(toRecord);
  }

  rename(id: number, name: string): Promise<UserRecord | undefined> {
    return this.#set(id, { name });
  }

  setRole(id: number, role: string): Promise<UserRecord | undefined> {
    return this.#set(id, { role });
  }

  async update(
    id: number,
    { name, email, role, passwordHash }: UserChange,
  ): Promise<UserRecord | 'taken' | undefined> {
    const change = {
      ...(name !== undefined && { name }),
      ...(role !== undefined && { role }),
      ...(email !== undefined && {
        email: email || null,
        email_key: keyOf(email),
      }),
      ...(passwordHash !== undefined && { password_hash: passwordHash }),
    };
    if (Object.keys(change).length === 0) {
      return this.get(id);
    }
    try {
      return await this.#database.transaction(async (db) => {
        if (passwordHash !== undefined) {
          await endLogins(db, id);
        }
        const row = await db
          .updateTable('users')
          .set(change)
          .where('id', '=', id)
          .where('deleted_at', 'is', null)
          .returning(COLUMNS)
          .executeTakeFirst();
        return row && toRecord(row);
      });
    } catch (error) {
      if (isDuplicate(error)) {
        return 'taken';
      }
      throw error;
    }
  }

  setPassword(id: number, passwordHash: string): Promise<boolean> {
    return this.#database.transaction(async (db) => {
      const { numUpdatedRows } = await db
        .updateTable('users')
        .set({ password_hash: passwordHash })
        .where('id', '=', id)
        .where('deleted_at', 'is', null)
        .executeTakeFirst();
      await endLogins(db, id);
      return numUpdatedRows > 0n;
    });
  }

  erase(id: number, messages: 'keep' | 'delete'): Promise<boolean> {
    return this.#database.transaction(async (db) => {
      const { numUpdatedRows } = await db
        .updateTable('users')
        .set({
          email: null,
          email_key: null,
          username: null,
          username_key: null,
          name: DELETED_USER,
          password_hash: null,
          deleted_at: Date.now(),
        })
        .where('id', '=', id)
        .where('deleted_at', 'is', null)
        .executeTakeFirst();
      await endLogins(db, id);
      if (messages === 'delete') {
        await db.deleteFrom('messages').where('user_id', '=', id).execute();
      }
      await eraseFromCalls(db, String(id), DELETED_USER, messages);
      await db
        .updateTable('meetings')
        .set({ host: '', host_id: null })
        .where('host_id', '=', String(id))
        .execute();
      await db
        .deleteFrom('meeting_tickets')
        .where('account_id', '=', String(id))
        .execute();
      await eraseFromModeration(db, String(id), DELETED_USER);
      await eraseFromWebhooks(db, this.#database.kind, String(id));
      return numUpdatedRows > 0n;
    });
  }

  async #find(
    key: 'email_key' | 'username_key',
    text: string,
  ): Promise<UserCredentials | undefined> {
    const row = await this.#database.run((db) =>
      db
        .selectFrom('users')
        .select([...COLUMNS, 'password_hash'])
        .where(key, '=', keyOf(text))
        .executeTakeFirst(),
    );
    return row === undefined || row.password_hash === null
      ? undefined
      : { ...toRecord(row), passwordHash: row.password_hash };
  }

  async #set(
    id: number,
    change: { name: string } | { role: string },
  ): Promise<UserRecord | undefined> {
    const row = await this.#database.run((db) =>
      db
        .updateTable('users')
        .set(change)
        .where('id', '=', id)
        .where('deleted_at', 'is', null)
        .returning(COLUMNS)
        .executeTakeFirst(),
    );
    return row && toRecord(row);
  }
}

async function endLogins(db: Kysely<Tables>, userId: number): Promise<void> {
  await db
    .updateTable('logins')
    .set({ ended_at: Date.now() })
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
    .execute();
}

/** Addresses and usernames are the same in any case; null where there is none. */
function keyOf(text: string): string | null {
  return text === '' ? null : text.toLowerCase();
}

function toRecord({
  id,
  email,
  username,
  name,
  role,
  joined_at,
}: UserRow): UserRecord {
  return {
    id,
    email: email ?? '',
    username: username ?? '',
    name,
    role,
    joinedAt: new Date(joined_at),
  };
}
