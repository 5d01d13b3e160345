import { exactText, withGrowingId } from './Migration.ts';
import type { Migration } from './Migration.ts';

/**
 * Conversations with their members, and the links by which guests come. Links
 * and guests may belong to a conversation that is known elsewhere.
 */
export const conversations: Migration = {
  name: '0005-conversations',

  async up({ schema }, kind) {
    await schema
      .createTable('conversations')
      .addColumn('id', exactText(kind), (it) => it.primaryKey())
      .addColumn('type', 'text', (it) => it.notNull())
      .addColumn('title', 'text', (it) => it.notNull())
      .addColumn('creator_id', exactText(kind))
      .addColumn('created_at', 'bigint', (it) => it.notNull())
      .execute();
    await schema
      .createIndex('conversations_of_creator')
      .on('conversations')
      .column('creator_id')
      .execute();

    await withGrowingId(schema.createTable('conversation_members'), kind)
      .addColumn('conversation_id', exactText(kind), (it) =>
        it.notNull().references('conversations.id'),
      )
      .addColumn('user_id', exactText(kind), (it) => it.notNull())
      .addColumn('username', 'text', (it) => it.notNull())
      .execute();
    await schema
      .createIndex('member_of_conversation')
      .unique()
      .on('conversation_members')
      .columns(['conversation_id', 'user_id'])
      .execute();
    await schema
      .createIndex('members_in_order')
      .on('conversation_members')
      .columns(['conversation_id', 'id'])
      .execute();
    await schema
      .createIndex('conversations_of_member')
      .on('conversation_members')
      .columns(['user_id', 'id'])
      .execute();

    await schema
      .createTable('share_links')
      .addColumn('token_hash', exactText(kind), (it) => it.primaryKey())
      .addColumn('conversation_id', exactText(kind), (it) => it.notNull())
      .addColumn('expires_at', 'bigint', (it) => it.notNull())
      .execute();
    await schema
      .createTable('guests')
      .addColumn('token_hash', exactText(kind), (it) => it.primaryKey())
      .addColumn('id', exactText(kind), (it) => it.notNull().unique())
      .addColumn('conversation_id', exactText(kind), (it) => it.notNull())
      .addColumn('username', 'text', (it) => it.notNull())
      .addColumn('language', 'text')
      .addColumn('expires_at', 'bigint', (it) => it.notNull())
      .execute();
    for (const table of ['share_links', 'guests']) {
      await schema
        .createIndex(`${table}_of_conversation`)
        .on(table)
        .columns(['conversation_id', 'expires_at'])
        .execute();
      await schema
        .createIndex(`${table}_by_expiry`)
        .on(table)
        .column('expires_at')
        .execute();
    }
  },
};
