import { sql } from 'kysely';

import { exactText, withGrowingId } from './Migration.ts';
import type { Migration } from './Migration.ts';

/**
 * Calls with their participants and transcribed texts. Their conversations
 * may be known elsewhere.
 */
export const calls: Migration = {
  name: '0006-calls',

  async up({ schema }, kind) {
    await withGrowingId(schema.createTable('calls'), kind)
      .addColumn('call_id', exactText(kind), (it) => it.notNull().unique())
      .addColumn('conversation_id', exactText(kind), (it) => it.notNull())
      .addColumn('type', 'text', (it) => it.notNull())
      .addColumn('mode', 'text', (it) => it.notNull())
      .addColumn('status', 'text', (it) => it.notNull())
      .addColumn('initiator_id', exactText(kind), (it) => it.notNull())
      .addColumn('initiator_name', 'text', (it) => it.notNull())
      .addColumn('created_at', 'bigint', (it) => it.notNull())
      .addColumn('expires_at', 'bigint', (it) => it.notNull())
      .addColumn('started_at', 'bigint')
      .addColumn('ended_at', 'bigint')
      .addColumn('end_reason', 'text')
      .addCheckConstraint(
        'call_ends_once',
        sql`(status = 'ended') = (ended_at is not null)`,
      )
      .execute();
    // A conversation has one live call at most.
    await schema
      .createIndex('live_call_of_conversation')
      .unique()
      .on('calls')
      .column('conversation_id')
      .where(sql.ref('ended_at'), 'is', null)
      .execute();
    await schema
      .createIndex('calls_of_conversation')
      .on('calls')
      .columns(['conversation_id', 'id'])
      .execute();
    await schema
      .createIndex('calls_of_conversation_by_status')
      .on('calls')
      .columns(['conversation_id', 'status', 'id'])
      .execute();
    await schema
      .createIndex('calls_of_initiator')
      .on('calls')
      .column('initiator_id')
      .execute();

    await withGrowingId(schema.createTable('call_participants'), kind)
      .addColumn('participant_id', exactText(kind), (it) =>
        it.notNull().unique(),
      )
      .addColumn('call_id', exactText(kind), (it) =>
        it.notNull().references('calls.call_id'),
      )
      .addColumn('user_id', exactText(kind))
      .addColumn('guest_id', exactText(kind))
      .addColumn('username', 'text', (it) => it.notNull())
      .addColumn('role', 'text', (it) => it.notNull())
      .addColumn('joined_at', 'bigint', (it) => it.notNull())
      .addColumn('left_at', 'bigint')
      .addColumn('kicked', 'integer', (it) => it.notNull().defaultTo(0))
      .execute();
    await schema
      .createIndex('participants_of_call')
      .on('call_participants')
      .columns(['call_id', 'id'])
      .execute();
    await schema
      .createIndex('participants_of_user')
      .on('call_participants')
      .column('user_id')
      .execute();

    await withGrowingId(schema.createTable('transcriptions'), kind)
      .addColumn('transcription_id', exactText(kind), (it) =>
        it.notNull().unique(),
      )
      .addColumn('call_id', exactText(kind), (it) =>
        it.notNull().references('calls.call_id'),
      )
      .addColumn('participant_id', exactText(kind), (it) =>
        it.notNull().references('call_participants.participant_id'),
      )
      .addColumn('text', 'text', (it) => it.notNull())
      .addColumn('language', 'text', (it) => it.notNull())
      .addColumn('spoken_at', 'bigint', (it) => it.notNull())
      .addColumn('confidence', 'double precision')
      .addColumn('translations', 'text', (it) => it.notNull())
      .execute();
    await schema
      .createIndex('transcriptions_of_call')
      .on('transcriptions')
      .columns(['call_id', 'id'])
      .execute();
    await schema
      .createIndex('transcriptions_of_participant')
      .on('transcriptions')
      .column('participant_id')
      .execute();
  },
};
