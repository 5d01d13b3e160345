import { exactText } from './Migration.ts';
import type { Migration } from './Migration.ts';

/** The users that events for backends are about, to erase the events with them. */
export const peopleOfEvents: Migration = {
  name: '0014-people-of-events',

  async up({ schema }, kind) {
    await schema
      .createTable('webhook_people')
      .addColumn('event', 'bigint', (it) =>
        it.notNull().references('webhook_events.id').onDelete('cascade'),
      )
      .addColumn('user_id', exactText(kind), (it) => it.notNull())
      .addPrimaryKeyConstraint('webhook_people_key', ['event', 'user_id'])
      .execute();
    await schema
      .createIndex('webhook_people_by_user')
      .on('webhook_people')
      .column('user_id')
      .execute();
  },
};
