import type { Kysely, Selectable } from 'kysely';

import { isDuplicate } from './databaseErrors.ts';
import type { Database } from './Database.ts';
import { eraseFromCalls } from './eraseFromCalls.ts';
import type { NewUser, UserCredentials, UserRecord, Users } from './Store.ts';
import type { Tables } from './tables.ts';

/** The name of every user whose account was deleted. */
export const DELETED_USER = 'Deleted user';

type UserRow = Pick<
  Selectable<Tables['users']>,
  'id' | 'email' | 'name' | 'role' | 'joined_at'
>;

const COLUMNS = ['id', 'email', 'name', 'role', 'joined_at'] as const;

/** Accounts in the database. */
export class UserRepository implements Users {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async create({
    email,
    name,
    passwordHash,
    role,
  }: NewUser): Promise<UserRecord | undefined> {
    try {
      const row = await this.#database.run((db) =>
        db
          .insertInto('users')
          .values({
            email,
            email_key: keyOf(email),
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

  async findByEmail(email: string): Promise<UserCredentials | undefined> {
    const row = await this.#database.run((db) =>
      db
        .selectFrom('users')
        .select([...COLUMNS, 'password_hash'])
        .where('email_key', '=', keyOf(email))
        .executeTakeFirst(),
    );
    return row === undefined || row.password_hash === null
      ? undefined
      : { ...toRecord(row), passwordHash: row.password_hash };
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
    return this.#update(id, { name });
  }

  setRole(id: number, role: string): Promise<UserRecord | undefined> {
    return this.#update(id, { role });
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
      return numUpdatedRows > 0n;
    });
  }

  async #update(
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

/** Addresses are the same in any case. */
function keyOf(email: string): string {
  return email.toLowerCase();
}

function toRecord({ id, email, name, role, joined_at }: UserRow): UserRecord {
  return { id, email: email ?? '', name, role, joinedAt: new Date(joined_at) };
}
