import { sql } from 'kysely';
import type { Kysely, RawBuilder } from 'kysely';

import type { CallEndReason, CallHold } from './CallStore.ts';
import type { Database } from './Database.ts';
import type { Tables } from './tables.ts';

/** Calls that are ended in one transaction. */
const BATCH = 100;

/** Calls that were ended together, and the participants who were in them then. */
export interface EndedTogether {
  readonly callIds: readonly string[];
  readonly participantIds: ReadonlySet<string>;
}

/** The holds of servers on live calls, by the clock of the database. */
export class CallHoldRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The end of a hold that begins now. */
  until({ time }: CallHold): RawBuilder<number> {
    return sql`${this.#now} + ${sql.lit(time)}`;
  }

  /** Renews the hold on all live calls of a holder; returns their ids. */
  async renew(hold: CallHold): Promise<string[]> {
    const rows = await this.#database.run((db) =>
      db
        .updateTable('calls')
        .set({ held_until: this.until(hold) })
        .where('ended_at', 'is', null)
        .where('holder', '=', hold.holder)
        .returning('call_id')
        .execute(),
    );
    return rows.map((row) => row.call_id);
  }

  /**
   * Ends live calls whose hold is over, and those of a holder, as many as fit
   * into one transaction.
   */
  endAbandoned(
    reason: CallEndReason,
    at: Date,
    holder: string | undefined,
  ): Promise<EndedTogether> {
    const time = at.getTime();
    return this.#database.transaction(async (db) => {
      const ended = await db
        .updateTable('calls')
        .set({ status: 'ended', ended_at: time, end_reason: reason })
        .where('call_id', 'in', this.#abandoned(db, holder))
        .returning('call_id')
        .execute();
      const callIds = ended.map((row) => row.call_id);
      const left =
        callIds.length === 0
          ? []
          : await db
              .updateTable('call_participants')
              .set({ left_at: time })
              .where('call_id', 'in', callIds)
              .where('left_at', 'is', null)
              .returning('participant_id')
              .execute();
      const participantIds = new Set(left.map((row) => row.participant_id));
      return { callIds, participantIds };
    });
  }

  #abandoned(db: Kysely<Tables>, holder: string | undefined) {
    const abandoned = db
      .selectFrom('calls')
      .select('call_id')
      .where((it) => {
        const live = it('ended_at', 'is', null);
        const over = it.and([live, it('held_until', '<', this.#now)]);
        // SQLite finds either by an index of its own in this form only.
        return holder === undefined
          ? over
          : it.or([over, it.and([live, it('holder', '=', holder)])]);
      })
      .limit(BATCH);
    // Servers that look at the same time do not wait for each other.
    return this.#database.kind === 'postgres'
      ? abandoned.forUpdate().skipLocked()
      : abandoned;
  }

  /** The time, ms since the epoch: on each server the same. */
  get #now(): RawBuilder<number> {
    return this.#database.kind === 'postgres'
      ? sql`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`
      : sql`${sql.lit(Date.now())}`;
  }
}
