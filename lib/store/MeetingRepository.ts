import type { Selectable, Transaction } from 'kysely';

import { chunksOf } from './chunksOf.ts';
import type { Database } from './Database.ts';
import type { MeetingRecord, Meetings, TicketRecord } from './MeetingStore.ts';
import { serialise } from './serialise.ts';
import type { Tables } from './tables.ts';

/** The first half of the keys of PostgreSQL's advisory locks. */
const OWNER_LOCKS = 0x6d_65_65_74;
const MEETING_LOCKS = 0x74_69_63_6b;

/** Meetings in the database. */
export class MeetingRepository implements Meetings {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  create(
    meeting: MeetingRecord,
    { most, emptySince }: { most: number; emptySince: Date },
  ): Promise<boolean> {
    const { hostId, project } = meeting;
    return this.#database.transaction(async (db) => {
      const column = hostId === undefined ? 'project' : 'host_id';
      const owner = hostId ?? project;
      if (owner !== undefined) {
        const key = `${column} ${owner}`;
        await serialise(db, this.#database.kind, OWNER_LOCKS, key);
        const { count } = await db
          .selectFrom('meetings')
          .where(column, '=', owner)
          .where('occupied_at', '>', emptySince.getTime())
          .select((it) => it.fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow();
        if (count >= most) {
          return false;
        }
      }
      await db.insertInto('meetings').values(toRow(meeting)).execute();
      return true;
    });
  }

  async get(id: string, emptySince: Date): Promise<MeetingRecord | undefined> {
    const row = await this.#database.run((db) =>
      db
        .selectFrom('meetings')
        .selectAll()
        .where('id', '=', id)
        .where('occupied_at', '>', emptySince.getTime())
        .executeTakeFirst(),
    );
    return row && toRecord(row);
  }

  async delete(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#database.run((db) =>
      db.deleteFrom('meetings').where('id', '=', id).executeTakeFirst(),
    );
    return numDeletedRows > 0n;
  }

  async occupy(ids: readonly string[], at: Date): Promise<string[]> {
    const existing: string[] = [];
    for (const some of chunksOf(ids)) {
      const rows = await this.#database.run((db) =>
        db
          .updateTable('meetings')
          .set({ occupied_at: at.getTime() })
          .where('id', 'in', some)
          .returning('id')
          .execute(),
      );
      existing.push(...rows.map(({ id }) => id));
    }
    return existing;
  }

  createTicket(
    ticketHash: string,
    { meetingId, peerId, name, login, issuedAt }: TicketRecord,
    { most, expiresAt }: { most: number; expiresAt: Date },
  ): Promise<'created' | 'full' | 'missing'> {
    return this.#database.transaction(async (db) => {
      await serialise(db, this.#database.kind, MEETING_LOCKS, meetingId);
      const { count } = await db
        .selectFrom('meeting_tickets')
        .where('meeting_id', '=', meetingId)
        .where('expires_at', '>', Date.now())
        .select((it) => it.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      if (count >= most) {
        return 'full';
      }
      if (!(await exists(db, meetingId))) {
        return 'missing';
      }
      await db
        .insertInto('meeting_tickets')
        .values({
          ticket_hash: ticketHash,
          meeting_id: meetingId,
          peer_id: peerId,
          name: name ?? null,
          account_id: login?.accountId ?? null,
          login_id: login?.loginId ?? null,
          issued_at: issuedAt.getTime(),
          expires_at: expiresAt.getTime(),
        })
        .execute();
      return 'created';
    });
  }

  async takeTicket(
    ticketHash: string,
    expiresAt: Date,
  ): Promise<TicketRecord | undefined> {
    const row = await this.#database.run((db) =>
      db
        .updateTable('meeting_tickets')
        .set({ expires_at: expiresAt.getTime() })
        .where('ticket_hash', '=', ticketHash)
        .where('expires_at', '>', Date.now())
        .returning([
          'meeting_id',
          'peer_id',
          'name',
          'account_id',
          'login_id',
          'issued_at',
        ])
        .executeTakeFirst(),
    );
    return row && toTicket(row);
  }

  async renewTickets(
    ticketHashes: readonly string[],
    expiresAt: Date,
  ): Promise<void> {
    for (const some of chunksOf(ticketHashes)) {
      await this.#database.run((db) =>
        db
          .updateTable('meeting_tickets')
          .set({ expires_at: expiresAt.getTime() })
          .where('ticket_hash', 'in', some)
          .execute(),
      );
    }
  }

  deleteEnded(emptySince: Date): Promise<number> {
    return this.#database.run(async (db) => {
      const tickets = await db
        .deleteFrom('meeting_tickets')
        .where('expires_at', '<=', Date.now())
        .executeTakeFirst();
      const meetings = await db
        .deleteFrom('meetings')
        .where('occupied_at', '<=', emptySince.getTime())
        .executeTakeFirst();
      return Number(tickets.numDeletedRows + meetings.numDeletedRows);
    });
  }
}

/** Tells if a meeting is there, and keeps it until the transaction ends. */
async function exists(
  db: Transaction<Tables>,
  meetingId: string,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('meetings')
    .set((it) => ({ occupied_at: it.ref('occupied_at') }))
    .where('id', '=', meetingId)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

function toRow(meeting: MeetingRecord): Tables['meetings'] {
  return {
    id: meeting.id,
    title: meeting.title,
    host: meeting.host,
    host_id: meeting.hostId ?? null,
    project: meeting.project ?? null,
    password_hash: meeting.passwordHash ?? null,
    created_at: meeting.createdAt.getTime(),
    occupied_at: meeting.createdAt.getTime(),
  };
}

function toRecord(row: Selectable<Tables['meetings']>): MeetingRecord {
  return {
    id: row.id,
    title: row.title,
    host: row.host,
    hostId: row.host_id ?? undefined,
    project: row.project ?? undefined,
    passwordHash: row.password_hash ?? undefined,
    createdAt: new Date(row.created_at),
  };
}

function toTicket(
  row: Omit<
    Selectable<Tables['meeting_tickets']>,
    'ticket_hash' | 'expires_at'
  >,
): TicketRecord {
  const { account_id: accountId, login_id: loginId } = row;
  return {
    meetingId: row.meeting_id,
    peerId: row.peer_id,
    name: row.name ?? undefined,
    login:
      accountId !== null && loginId !== null
        ? { accountId, loginId }
        : undefined,
    issuedAt: new Date(row.issued_at),
  };
}
