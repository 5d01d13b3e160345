import { sql } from 'kysely';
import type {
  Expression,
  ExpressionBuilder,
  Kysely,
  SqlBool,
  Transaction,
} from 'kysely';

import type { Database } from './Database.ts';
import { contains } from './likePattern.ts';
import { addToOutbox } from './outbox.ts';
import type {
  MessageCursor,
  MessageRange,
  MessageRecord,
  Messages,
} from './Store.ts';
import type { Tables } from './tables.ts';
import type { OutboxEvent } from './WebhookStore.ts';

/** The first half of the key of PostgreSQL's advisory locks of rooms. */
const ROOM_LOCKS = 0x72_6f_6f_6d;

/** A limit beyond which no room goes. */
const ALL = Number.MAX_SAFE_INTEGER;

interface MessageRow {
  id: number;
  content: string;
  created_at: number;
  user_id: number;
  user_email: string | null;
  user_name: string;
}

/** Messages of lasting rooms in the database. */
export class MessageRepository implements Messages {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add(
    roomId: number,
    userId: number,
    content: string,
    eventsOf?: (message: MessageRecord) => readonly OutboxEvent[],
  ): Promise<MessageRecord | undefined> {
    return this.#database.transaction(async (db) => {
      await this.#serialise(db, roomId);
      const user = await db
        .selectFrom('users')
        .select(['id', 'email', 'name'])
        .where('id', '=', userId)
        .where('deleted_at', 'is', null)
        .executeTakeFirst();
      const room = await db
        .selectFrom('rooms')
        .select('id')
        .where('id', '=', roomId)
        .where('is_active', '=', 1)
        .executeTakeFirst();
      if (user === undefined || room === undefined) {
        return undefined;
      }
      // A clock that was set back must not change the order of the times.
      const newest = await inRoom(db, roomId)
        .select('created_at')
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
      const createdAt = Math.max(Date.now(), newest?.created_at ?? 0);
      const { id } = await db
        .insertInto('messages')
        .values({
          room_id: roomId,
          user_id: userId,
          content,
          created_at: createdAt,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      const message = {
        id,
        user: { ...user, email: user.email ?? '' },
        content,
        createdAt: new Date(createdAt),
      };
      await addToOutbox(db, eventsOf?.(message) ?? []);
      return message;
    });
  }

  async list(roomId: number, range: MessageRange): Promise<MessageRecord[]> {
    const { limit = ALL, after, search, searched = ALL } = range;
    // A limit keeps the newest, unless the client reads on from a place.
    const newestFirst = range.limit !== undefined && after === undefined;
    const order = newestFirst ? 'desc' : 'asc';
    const rows = await this.#database.run(async (db) => {
      const bounds = await idBounds(db, roomId, range);
      const read = inRoom(db, roomId)
        .selectAll()
        .where((it) => between(bounds, it))
        .orderBy('id', order)
        .limit(search === undefined ? limit : searched);
      return db
        .selectFrom(read.as('read'))
        .innerJoin('users', 'users.id', 'read.user_id')
        .select([
          'read.id',
          'read.content',
          'read.created_at',
          'read.user_id',
          'users.email as user_email',
          'users.name as user_name',
        ])
        .where((it) =>
          search === undefined
            ? it.lit(true)
            : contains(it.ref('read.content'), search),
        )
        .orderBy('read.id', order)
        .limit(limit)
        .execute();
    });
    const records = rows.map(toRecord);
    return newestFirst ? records.toReversed() : records;
  }

  /**
   * Lets one message after the other into a room. PostgreSQL would else hand
   * out an id before another message with a smaller one is committed, and a
   * client that reads on after the newest would miss that one.
   */
  async #serialise(db: Transaction<Tables>, roomId: number): Promise<void> {
    if (this.#database.kind === 'postgres') {
      await sql`select pg_advisory_xact_lock(${ROOM_LOCKS}, ${roomId % 2 ** 31}::int)`.execute(
        db,
      );
    }
  }
}

function inRoom(db: Kysely<Tables>, roomId: number) {
  return db.selectFrom('messages').where('room_id', '=', roomId);
}

/** The ids between which messages are, exclusive. */
interface IdBounds {
  readonly before?: number | undefined;
  readonly after?: number | undefined;
}

/**
 * Turns places into ids, which are in the order of the times: the query then
 * starts at the place, however many messages lie beyond it.
 */
async function idBounds(
  db: Kysely<Tables>,
  roomId: number,
  { before, after }: MessageRange,
): Promise<IdBounds> {
  return {
    before: before && (await idAt(db, roomId, before, '>=', 'asc')),
    after: after && (await idAt(db, roomId, after, '<=', 'desc')),
  };
}

/** The id at a place, or next to it on one side; undefined beyond the last. */
async function idAt(
  db: Kysely<Tables>,
  roomId: number,
  cursor: MessageCursor,
  side: '>=' | '<=',
  order: 'asc' | 'desc',
): Promise<number | undefined> {
  if ('id' in cursor) {
    return cursor.id;
  }
  const found = await inRoom(db, roomId)
    .select('id')
    .where('created_at', side, cursor.time.getTime())
    .orderBy('created_at', order)
    .orderBy('id', order)
    .limit(1)
    .executeTakeFirst();
  return found?.id;
}

function between(
  { before, after }: IdBounds,
  it: ExpressionBuilder<Tables, 'messages'>,
): Expression<SqlBool> {
  return it.and([
    ...(before === undefined ? [] : [it('messages.id', '<', before)]),
    ...(after === undefined ? [] : [it('messages.id', '>', after)]),
  ]);
}

function toRecord(row: MessageRow): MessageRecord {
  return {
    id: row.id,
    user: {
      id: row.user_id,
      email: row.user_email ?? '',
      name: row.user_name,
    },
    content: row.content,
    createdAt: new Date(row.created_at),
  };
}
