import type { Kysely, Selectable } from 'kysely';

import type { Database } from './Database.ts';
import type {
  BanPage,
  BanRecord,
  ListedBan,
  StoredBans,
} from './ModerationStore.ts';
import type { Tables } from './tables.ts';

/** Bans in the database. */
export class BanRepository implements StoredBans {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add(bans: readonly BanRecord[]): Promise<void> {
    await this.#database.run((db) =>
      db
        .insertInto('bans')
        .values(bans.map(toRow))
        .onConflict((it) => it.column('ban_id').doNothing())
        .execute(),
    );
  }

  async get(id: string): Promise<ListedBan | undefined> {
    const row = await this.#database.run((db) =>
      current(db).where('ban_id', '=', id).executeTakeFirst(),
    );
    return row && toListed(row);
  }

  async list({ roomId, after, limit }: BanPage): Promise<ListedBan[]> {
    const rows = await this.#database.run((db) => {
      let query = current(db).orderBy('id').limit(limit);
      query =
        roomId === undefined ? query : query.where('room_id', '=', roomId);
      query = after === undefined ? query : query.where('id', '>', after);
      return query.execute();
    });
    return rows.map(toListed);
  }

  async lastPlace(): Promise<number> {
    const newest = await this.#database.run((db) =>
      db
        .selectFrom('bans')
        .select('id')
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst(),
    );
    return newest?.id ?? 0;
  }

  async ofRoom(roomId: string, most: number): Promise<BanRecord[]> {
    const rows = await this.#database.run((db) =>
      current(db)
        .where('room_id', '=', roomId)
        .orderBy('id', 'desc')
        .limit(most)
        .execute(),
    );
    return rows.map(toRecord);
  }

  async delete(id: string): Promise<BanRecord | undefined> {
    const row = await this.#database.run((db) =>
      db
        .deleteFrom('bans')
        .where('ban_id', '=', id)
        .returningAll()
        .executeTakeFirst(),
    );
    return row && toRecord(row);
  }

  deleteExpired(most: number): Promise<number> {
    return this.#database.run(async (db) => {
      const expired = await db
        .deleteFrom('bans')
        .where('expires_at', '<=', Date.now())
        .executeTakeFirst();
      const beyond = await db
        .deleteFrom('bans')
        .where('id', '<=', (it) =>
          it
            .selectFrom('bans as newer')
            .select('newer.id')
            .orderBy('newer.id', 'desc')
            .limit(1)
            .offset(most),
        )
        .executeTakeFirst();
      return Number(expired.numDeletedRows + beyond.numDeletedRows);
    });
  }
}

/** The bans that have not expired. */
function current(db: Kysely<Tables>) {
  return db
    .selectFrom('bans')
    .selectAll()
    .where((it) =>
      it.or([it('expires_at', 'is', null), it('expires_at', '>', Date.now())]),
    );
}

function toRow(ban: BanRecord) {
  return {
    ban_id: ban.id,
    room_id: ban.roomId,
    user_id: ban.userId ?? null,
    issued_until: ban.issuedUntil?.getTime() ?? null,
    secret_hash: ban.secretHash ?? null,
    network: ban.network ?? null,
    spared: JSON.stringify(ban.spared),
    peer_id: ban.peerId,
    display_name: ban.displayName,
    banned_by: ban.bannedBy,
    created_at: ban.createdAt.getTime(),
    expires_at: ban.expiresAt?.getTime() ?? null,
  };
}

function toListed(row: Selectable<Tables['bans']>): ListedBan {
  return { ...toRecord(row), place: row.id };
}

function toRecord(row: Selectable<Tables['bans']>): BanRecord {
  return {
    id: row.ban_id,
    roomId: row.room_id,
    userId: row.user_id ?? undefined,
    issuedUntil: timeIn(row.issued_until),
    secretHash: row.secret_hash ?? undefined,
    network: row.network ?? undefined,
    spared: JSON.parse(row.spared) as string[],
    peerId: row.peer_id,
    displayName: row.display_name,
    bannedBy: row.banned_by,
    createdAt: new Date(row.created_at),
    expiresAt: timeIn(row.expires_at),
  };
}

function timeIn(time: number | null): Date | undefined {
  return time === null ? undefined : new Date(time);
}
