import { sql } from 'kysely';
import type {
  Expression,
  ExpressionBuilder,
  SqlBool,
  Transaction,
} from 'kysely';

import type { Database } from './Database.ts';
import { contains } from './likePattern.ts';
import type {
  MessageCursor,
  MessageRange,
  MessageRecord,
  Messages,
} from './Store.ts';
import type { Tables } from './tables.ts';

/** The first half of the key of PostgreSQL's advisory locks of rooms. */
const ROOM_LOCKS = 0x72_6f_6f_6d;

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
      const createdAt = Date.now();
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
      return {
        id,
        user: { ...user, email: user.email ?? '' },
        content,
        createdAt: new Date(createdAt),
      };
    });
  }

  async list(roomId: number, range: MessageRange): Promise<MessageRecord[]> {
    const { limit, after } = range;
    // A limit keeps the newest, unless the client reads on from a place.
    const newestFirst = limit !== undefined && after === undefined;
    const order = newestFirst ? 'desc' : 'asc';
    const rows = await this.#database.run((db) => {
      const query = db
        .selectFrom('messages')
        .innerJoin('users', 'users.id', 'messages.user_id')
        .select([
          'messages.id',
          'messages.content',
          'messages.created_at',
          'messages.user_id',
          'users.email as user_email',
          'users.name as user_name',
        ])
        .where('messages.room_id', '=', roomId)
        .where((it) => inRange(range, it))
        .orderBy('messages.id', order);
      return limit === undefined
        ? query.execute()
        : query.limit(limit).execute();
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

function inRange(
  { before, after, search }: MessageRange,
  it: ExpressionBuilder<Tables, 'messages'>,
): Expression<SqlBool> {
  return it.and([
    ...(before === undefined ? [] : [beyond(before, '<', it)]),
    ...(after === undefined ? [] : [beyond(after, '>', it)]),
    ...(search === undefined
      ? []
      : [contains(it.ref('messages.content'), search)]),
  ]);
}

function beyond(
  cursor: MessageCursor,
  side: '<' | '>',
  it: ExpressionBuilder<Tables, 'messages'>,
): Expression<SqlBool> {
  return 'id' in cursor
    ? it('messages.id', side, cursor.id)
    : it('messages.created_at', side, cursor.time.getTime());
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
