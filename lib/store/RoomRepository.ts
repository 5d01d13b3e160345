import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';

import type { Database } from './Database.ts';
import { contains } from './likePattern.ts';
import type {
  NewRoom,
  RoomFilter,
  RoomRecord,
  Rooms,
  RoomType,
} from './Store.ts';
import type { Tables } from './tables.ts';

/** The first half of the key of PostgreSQL's advisory locks of creators. */
const CREATOR_LOCKS = 0x75_73_65_72;

interface RoomRow {
  id: number;
  name: string;
  description: string;
  room_type: RoomType;
  created_at: number;
  creator_id: number;
  creator_email: string | null;
  creator_name: string;
}

/** Lasting rooms in the database. */
export class RoomRepository implements Rooms {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  create(
    { name, description, type, creatorId }: NewRoom,
    most: number,
  ): Promise<RoomRecord | undefined> {
    return this.#database.transaction(async (db) => {
      await this.#serialise(db, creatorId);
      const { count } = await db
        .selectFrom('rooms')
        .where('creator_id', '=', creatorId)
        .where('is_active', '=', 1)
        .select((it) => it.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      if (count >= most) {
        return undefined;
      }
      const { id } = await db
        .insertInto('rooms')
        .values({
          name,
          description,
          room_type: type,
          creator_id: creatorId,
          created_at: Date.now(),
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      const row = await selectActive(db)
        .where('rooms.id', '=', id)
        .executeTakeFirstOrThrow();
      return toRecord(row);
    });
  }

  async get(id: number): Promise<RoomRecord | undefined> {
    const row = await this.#database.run((db) =>
      selectActive(db).where('rooms.id', '=', id).executeTakeFirst(),
    );
    return row && toRecord(row);
  }

  async list(
    filter: RoomFilter,
    page?: { limit: number; offset: number },
  ): Promise<RoomRecord[]> {
    const rows = await this.#database.run((db) => {
      const listed = select(filter, db).select('id').orderBy('id');
      // Rooms that are skipped are counted in the index alone, without creators.
      const onPage =
        page === undefined
          ? listed
          : listed.limit(page.limit).offset(page.offset);
      return selectActive(db)
        .where('rooms.id', 'in', onPage)
        .orderBy('rooms.id')
        .execute();
    });
    return rows.map(toRecord);
  }

  async count(filter: RoomFilter): Promise<number> {
    const { count } = await this.#database.run((db) =>
      select(filter, db)
        .select((it) => it.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow(),
    );
    return count;
  }

  async update(
    id: number,
    change: { name?: string | undefined; description?: string | undefined },
  ): Promise<RoomRecord | undefined> {
    const { name, description } = change;
    if (name === undefined && description === undefined) {
      return this.get(id);
    }
    return this.#database.transaction(async (db) => {
      await db
        .updateTable('rooms')
        .set({
          ...(name !== undefined && { name }),
          ...(description !== undefined && { description }),
        })
        .where('id', '=', id)
        .where('is_active', '=', 1)
        .execute();
      const row = await selectActive(db)
        .where('rooms.id', '=', id)
        .executeTakeFirst();
      return row && toRecord(row);
    });
  }

  async delete(id: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#database.run((db) =>
      db
        .updateTable('rooms')
        .set({ is_active: 0 })
        .where('id', '=', id)
        .where('is_active', '=', 1)
        .executeTakeFirst(),
    );
    return numUpdatedRows > 0n;
  }

  /**
   * Lets a user create one room after the other. In PostgreSQL, transactions
   * that run together would else not count each other's rooms.
   */
  async #serialise(db: Transaction<Tables>, creatorId: number): Promise<void> {
    if (this.#database.kind === 'postgres') {
      await sql`select pg_advisory_xact_lock(${CREATOR_LOCKS}, ${creatorId % 2 ** 31}::int)`.execute(
        db,
      );
    }
  }
}

function selectActive(db: Kysely<Tables>) {
  return db
    .selectFrom('rooms')
    .innerJoin('users', 'users.id', 'rooms.creator_id')
    .select([
      'rooms.id',
      'rooms.name',
      'rooms.description',
      'rooms.room_type',
      'rooms.created_at',
      'rooms.creator_id',
      'users.email as creator_email',
      'users.name as creator_name',
    ])
    .where('rooms.is_active', '=', 1);
}

/** The rooms of a selection; a search reads the newest rooms alone. */
function select({ type, search, searched }: RoomFilter, db: Kysely<Tables>) {
  const ofType = db
    .selectFrom('rooms')
    .select(['id', 'name'])
    .where('is_active', '=', 1)
    .where((it) =>
      type === undefined ? it.lit(true) : it('room_type', '=', type),
    );
  const read =
    search === undefined || searched === undefined
      ? ofType
      : ofType.orderBy('id', 'desc').limit(searched);
  return db
    .selectFrom(read.as('read'))
    .where((it) =>
      search === undefined
        ? it.lit(true)
        : contains(it.ref('read.name'), search),
    );
}

function toRecord(row: RoomRow): RoomRecord {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    creator: {
      id: row.creator_id,
      email: row.creator_email ?? '',
      name: row.creator_name,
    },
    type: row.room_type,
    createdAt: new Date(row.created_at),
  };
}
