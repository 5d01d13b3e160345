import { exactText } from './Migration.ts';
import type { Migration } from './Migration.ts';

/** The accounts and logins with which the tickets of sessions were obtained. */
export const loginsOfTickets: Migration = {
  name: '0011-logins-of-tickets',

  async up({ schema }, kind) {
    for (const column of ['account_id', 'login_id']) {
      await schema
        .alterTable('meeting_tickets')
        .addColumn(column, exactText(kind))
        .execute();
    }
    await schema
      .createIndex('tickets_of_account')
      .on('meeting_tickets')
      .column('account_id')
      .execute();
  },
};
