import type { Kysely, Selectable } from 'kysely';

import type {
  ConversationMember,
  ConversationRecord,
  Conversations,
  GuestRecord,
  ShareLinkRecord,
} from './CallStore.ts';
import type { Database } from './Database.ts';
import { serialise } from './serialise.ts';
import type { Tables } from './tables.ts';

/** The first half of the keys of PostgreSQL's advisory locks. */
const CREATOR_LOCKS = 0x63_72_65_61;
const CONVERSATION_LOCKS = 0x63_6f_6e_76;

type ConversationRow = Selectable<Tables['conversations']>;

/** Conversations in the database. */
export class ConversationRepository implements Conversations {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  create(conversation: ConversationRecord, most: number): Promise<boolean> {
    const { id, type, title, creatorId, createdAt, members } = conversation;
    return this.#database.transaction(async (db) => {
      if (creatorId !== undefined) {
        await serialise(db, this.#database.kind, CREATOR_LOCKS, creatorId);
        if ((await countCreated(db, creatorId)) >= most) {
          return false;
        }
      }
      await db
        .insertInto('conversations')
        .values({
          id,
          type,
          title,
          creator_id: creatorId ?? null,
          created_at: createdAt.getTime(),
        })
        .execute();
      if (members.length > 0) {
        await db
          .insertInto('conversation_members')
          .values(members.map((member) => toMemberRow(id, member)))
          .execute();
      }
      return true;
    });
  }

  get(id: string): Promise<ConversationRecord | undefined> {
    return this.#database.run(async (db) => {
      const row = await db
        .selectFrom('conversations')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst();
      return row && (await withMembers(db, [row]))[0];
    });
  }

  listOf(
    userId: string,
    { limit, offset }: { limit: number; offset: number },
  ): Promise<ConversationRecord[]> {
    return this.#database.run(async (db) => {
      const rows = await db
        .selectFrom('conversation_members as member')
        .innerJoin(
          'conversations',
          'conversations.id',
          'member.conversation_id',
        )
        .selectAll('conversations')
        .where('member.user_id', '=', userId)
        .orderBy('member.id', 'desc')
        .limit(limit)
        .offset(offset)
        .execute();
      return withMembers(db, rows);
    });
  }

  async countOf(userId: string): Promise<number> {
    const { count } = await this.#database.run((db) =>
      db
        .selectFrom('conversation_members')
        .where('user_id', '=', userId)
        .select((it) => it.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow(),
    );
    return count;
  }

  addMember(
    id: string,
    member: ConversationMember,
    most: number,
  ): Promise<'added' | 'missing' | 'member' | 'full'> {
    return this.#database.transaction(async (db) => {
      await serialise(db, this.#database.kind, CONVERSATION_LOCKS, id);
      const conversation = await db
        .selectFrom('conversations')
        .select('id')
        .where('id', '=', id)
        .executeTakeFirst();
      if (conversation === undefined) {
        return 'missing';
      }
      const members = await membersOf(db, [id]);
      if (members.some(({ user_id }) => user_id === member.userId)) {
        return 'member';
      }
      if (members.length >= most) {
        return 'full';
      }
      await db
        .insertInto('conversation_members')
        .values(toMemberRow(id, member))
        .execute();
      return 'added';
    });
  }

  async removeMember(id: string, userId: string): Promise<boolean> {
    const { numDeletedRows } = await this.#database.run((db) =>
      db
        .deleteFrom('conversation_members')
        .where('conversation_id', '=', id)
        .where('user_id', '=', userId)
        .executeTakeFirst(),
    );
    return numDeletedRows > 0n;
  }

  async renameMember(userId: string, username: string): Promise<void> {
    await this.#database.run((db) =>
      db
        .updateTable('conversation_members')
        .set({ username })
        .where('user_id', '=', userId)
        .execute(),
    );
  }

  createShareLink(
    tokenHash: string,
    { conversationId, expiresAt }: ShareLinkRecord,
    most: number,
  ): Promise<boolean> {
    return this.#insertUpTo(most, 'share_links', conversationId, (db) =>
      db
        .insertInto('share_links')
        .values({
          token_hash: tokenHash,
          conversation_id: conversationId,
          expires_at: expiresAt.getTime(),
        })
        .execute(),
    );
  }

  async shareLink(tokenHash: string): Promise<ShareLinkRecord | undefined> {
    const row = await this.#database.run((db) =>
      db
        .selectFrom('share_links')
        .select(['conversation_id', 'expires_at'])
        .where('token_hash', '=', tokenHash)
        .where('expires_at', '>', Date.now())
        .executeTakeFirst(),
    );
    return (
      row && {
        conversationId: row.conversation_id,
        expiresAt: new Date(row.expires_at),
      }
    );
  }

  createGuest(
    tokenHash: string,
    guest: GuestRecord,
    most: number,
  ): Promise<boolean> {
    const { id, conversationId, username, language, expiresAt } = guest;
    return this.#insertUpTo(most, 'guests', conversationId, (db) =>
      db
        .insertInto('guests')
        .values({
          token_hash: tokenHash,
          id,
          conversation_id: conversationId,
          username,
          language: language ?? null,
          expires_at: expiresAt.getTime(),
        })
        .execute(),
    );
  }

  async guest(tokenHash: string): Promise<GuestRecord | undefined> {
    const row = await this.#database.run((db) =>
      db
        .selectFrom('guests')
        .selectAll()
        .where('token_hash', '=', tokenHash)
        .where('expires_at', '>', Date.now())
        .executeTakeFirst(),
    );
    return (
      row && {
        id: row.id,
        conversationId: row.conversation_id,
        username: row.username,
        language: row.language ?? undefined,
        expiresAt: new Date(row.expires_at),
      }
    );
  }

  deleteExpired(): Promise<number> {
    const now = Date.now();
    return this.#database.run(async (db) => {
      const links = await db
        .deleteFrom('share_links')
        .where('expires_at', '<=', now)
        .executeTakeFirst();
      const guests = await db
        .deleteFrom('guests')
        .where('expires_at', '<=', now)
        .executeTakeFirst();
      return Number(links.numDeletedRows + guests.numDeletedRows);
    });
  }

  /** Inserts something that expires, unless its conversation has enough of it. */
  #insertUpTo(
    most: number,
    table: 'share_links' | 'guests',
    conversationId: string,
    insert: (db: Kysely<Tables>) => Promise<unknown>,
  ): Promise<boolean> {
    return this.#database.transaction(async (db) => {
      await serialise(
        db,
        this.#database.kind,
        CONVERSATION_LOCKS,
        conversationId,
      );
      const { count } = await db
        .selectFrom(table)
        .where('conversation_id', '=', conversationId)
        .where('expires_at', '>', Date.now())
        .select((it) => it.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      if (count >= most) {
        return false;
      }
      await insert(db);
      return true;
    });
  }
}

/** The conversations of a creator who is still a member of them. */
async function countCreated(
  db: Kysely<Tables>,
  creatorId: string,
): Promise<number> {
  const { count } = await db
    .selectFrom('conversations')
    .innerJoin(
      'conversation_members as member',
      'member.conversation_id',
      'conversations.id',
    )
    .where('conversations.creator_id', '=', creatorId)
    .where('member.user_id', '=', creatorId)
    .select((it) => it.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

function membersOf(db: Kysely<Tables>, ids: readonly string[]) {
  return db
    .selectFrom('conversation_members')
    .selectAll()
    .where('conversation_id', 'in', ids)
    .orderBy('conversation_id')
    .orderBy('id')
    .execute();
}

async function withMembers(
  db: Kysely<Tables>,
  rows: readonly ConversationRow[],
): Promise<ConversationRecord[]> {
  const ids = rows.map(({ id }) => id);
  const members = Map.groupBy(
    rows.length === 0 ? [] : await membersOf(db, ids),
    ({ conversation_id }) => conversation_id,
  );
  return rows.map((row) => ({
    id: row.id,
    type: row.type,
    title: row.title,
    creatorId: row.creator_id ?? undefined,
    createdAt: new Date(row.created_at),
    members: (members.get(row.id) ?? []).map(({ user_id, username }) => ({
      userId: user_id,
      username,
    })),
  }));
}

function toMemberRow(
  conversationId: string,
  { userId, username }: ConversationMember,
) {
  return { conversation_id: conversationId, user_id: userId, username };
}
