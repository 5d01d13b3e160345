import type { Selectable } from 'kysely';

import type { Database } from './Database.ts';
import type { LoginRecord, Logins } from './Store.ts';
import type { Tables } from './tables.ts';

/** Logins in the database. */
export class LoginRepository implements Logins {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async create(id: string, userId: number, expiresAt: Date): Promise<void> {
    await this.#database.run((db) =>
      db
        .insertInto('logins')
        .values({
          id,
          user_id: userId,
          created_at: Date.now(),
          expires_at: expiresAt.getTime(),
        })
        .execute(),
    );
  }

  async get(id: string): Promise<LoginRecord | undefined> {
    const row = await this.#database.run((db) =>
      db
        .selectFrom('logins')
        .select(['id', 'user_id', 'ended_at'])
        .where('id', '=', id)
        .executeTakeFirst(),
    );
    return row && toRecord(row);
  }

  async end(id: string): Promise<void> {
    await this.#database.run((db) =>
      db
        .updateTable('logins')
        .set({ ended_at: Date.now() })
        .where('id', '=', id)
        .where('ended_at', 'is', null)
        .execute(),
    );
  }

  async endedSince(time: Date): Promise<LoginRecord[]> {
    const rows = await this.#database.run((db) =>
      db
        .selectFrom('logins')
        .select(['id', 'user_id', 'ended_at'])
        .where('ended_at', '>=', time.getTime())
        .execute(),
    );
    return rows.map(toRecord);
  }

  async deleteExpired(): Promise<number> {
    const { numDeletedRows } = await this.#database.run((db) =>
      db
        .deleteFrom('logins')
        .where('expires_at', '<', Date.now())
        .executeTakeFirst(),
    );
    return Number(numDeletedRows);
  }
}

function toRecord({
  id,
  user_id,
  ended_at,
}: Pick<
  Selectable<Tables['logins']>,
  'id' | 'user_id' | 'ended_at'
>): LoginRecord {
  return { id, userId: user_id, ended: ended_at !== null };
}
