import type { Selectable } from 'kysely';

import { chunksOf } from './chunksOf.ts';
import type { Database } from './Database.ts';
import { serialise } from './serialise.ts';
import type {
  ServerRoomFilter,
  ServerRoomOptions,
  ServerRoomRecord,
  ServerRooms,
} from './ServerRoomStore.ts';
import type { Tables } from './tables.ts';

/** The first half of the key of PostgreSQL's advisory lock of all rooms. */
const ROOM_LOCKS = 0x73_72_76_72;

/** Rooms of backends in the database. */
export class ServerRoomRepository implements ServerRooms {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  create(
    id: string,
    options: ServerRoomOptions,
    most: number,
  ): Promise<ServerRoomRecord | 'taken' | 'full'> {
    return this.#database.transaction(async (db) => {
      await serialise(db, this.#database.kind, ROOM_LOCKS, '');
      const { count } = await db
        .selectFrom('server_rooms')
        .select((it) => it.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      if (count >= most) {
        return 'full';
      }
      const row = await db
        .insertInto('server_rooms')
        .values({
          id,
          ...columnsOf(options),
          created_at: Date.now(),
          version: 1,
        })
        .onConflict((it) => it.column('id').doNothing())
        .returningAll()
        .executeTakeFirst();
      return row === undefined ? 'taken' : toRecord(row);
    });
  }

  async get(id: string): Promise<ServerRoomRecord | undefined> {
    const row = await this.#database.run((db) =>
      db
        .selectFrom('server_rooms')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst(),
    );
    return row && toRecord(row);
  }

  async find(ids: readonly string[]): Promise<ServerRoomRecord[]> {
    const found: ServerRoomRecord[] = [];
    for (const some of chunksOf(ids)) {
      const rows = await this.#database.run((db) =>
        db
          .selectFrom('server_rooms')
          .selectAll()
          .where('id', 'in', some)
          .execute(),
      );
      found.push(...rows.map(toRecord));
    }
    return found;
  }

  async list({
    after,
    prefix,
    limit,
  }: ServerRoomFilter): Promise<ServerRoomRecord[]> {
    const end = endOf(prefix);
    const rows = await this.#database.run((db) =>
      db
        .selectFrom('server_rooms')
        .selectAll()
        .where((it) =>
          it.and([
            after === undefined || after < prefix
              ? it('id', '>=', prefix)
              : it('id', '>', after),
            ...(end === undefined ? [] : [it('id', '<', end)]),
          ]),
        )
        .orderBy('id')
        .limit(limit)
        .execute(),
    );
    return rows.map(toRecord);
  }

  async ids(): Promise<string[]> {
    const rows = await this.#database.run((db) =>
      db.selectFrom('server_rooms').select('id').execute(),
    );
    return rows.map(({ id }) => id);
  }

  async update(
    id: string,
    version: number,
    options: ServerRoomOptions,
  ): Promise<ServerRoomRecord | undefined> {
    const row = await this.#database.run((db) =>
      db
        .updateTable('server_rooms')
        .set({ ...columnsOf(options), version: version + 1 })
        .where('id', '=', id)
        .where('version', '=', version)
        .returningAll()
        .executeTakeFirst(),
    );
    return row && toRecord(row);
  }

  async delete(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#database.run((db) =>
      db.deleteFrom('server_rooms').where('id', '=', id).executeTakeFirst(),
    );
    return numDeletedRows > 0n;
  }
}

/** The first text after all that begin with a prefix; undefined if there is none. */
function endOf(prefix: string): string | undefined {
  const points = Array.from(prefix, (it) => it.codePointAt(0) ?? 0);
  const last = points.pop();
  if (last === undefined) {
    return undefined;
  }
  // Surrogates, which follow it, are not characters.
  const next = last === 0xd7_ff ? 0xe0_00 : last + 1;
  return last === 0x10_ff_ff
    ? endOf(String.fromCodePoint(...points))
    : String.fromCodePoint(...points, next);
}

function columnsOf(options: ServerRoomOptions) {
  return {
    max_peers: options.maxPeers ?? null,
    empty_timeout: options.emptyTimeout,
    metadata: JSON.stringify(options.metadata),
    locked: Number(options.locked),
    lobby: Number(options.lobby),
  };
}

function toRecord(row: Selectable<Tables['server_rooms']>): ServerRoomRecord {
  return {
    id: row.id,
    maxPeers: row.max_peers ?? undefined,
    emptyTimeout: row.empty_timeout,
    metadata: JSON.parse(row.metadata) as Record<string, unknown>,
    locked: row.locked === 1,
    lobby: row.lobby === 1,
    createdAt: new Date(row.created_at),
    version: row.version,
  };
}
