import { sql } from 'kysely';
import type { Kysely, Selectable } from 'kysely';

import { CallHoldRepository } from './CallHoldRepository.ts';
import type {
  CallEndReason,
  CallHold,
  CallRecord,
  Calls,
  CallStatus,
  CallSummary,
  ParticipantRecord,
  TranscriptionRecord,
} from './CallStore.ts';
import { isDuplicate } from './databaseErrors.ts';
import type { Database } from './Database.ts';
import type { Tables } from './tables.ts';
import { TranscriptionRepository } from './TranscriptionRepository.ts';

type CallRow = Selectable<Tables['calls']>;
type ParticipantRow = Selectable<Tables['call_participants']>;

/** Calls in the database. */
export class CallRepository implements Calls {
  readonly #database: Database;
  readonly #holds: CallHoldRepository;
  readonly #transcriptions: TranscriptionRepository;

  constructor(database: Database) {
    this.#database = database;
    this.#holds = new CallHoldRepository(database);
    this.#transcriptions = new TranscriptionRepository(database);
  }

  async create(call: CallRecord, hold: CallHold): Promise<boolean> {
    try {
      await this.#database.transaction(async (db) => {
        await db
          .insertInto('calls')
          .values({
            ...toCallRow(call),
            holder: hold.holder,
            held_until: this.#holds.until(hold),
          })
          .execute();
        for (const participant of call.participants) {
          await insertParticipant(db, call.id, participant);
        }
      });
      return true;
    } catch (error) {
      if (isDuplicate(error)) {
        return false;
      }
      throw error;
    }
  }

  get(id: string): Promise<CallRecord | undefined> {
    return this.#database.run(async (db) => {
      const row = await db
        .selectFrom('calls')
        .selectAll()
        .where('call_id', '=', id)
        .executeTakeFirst();
      return row && withParticipants(db, row);
    });
  }

  liveIn(conversationId: string): Promise<CallRecord | undefined> {
    return this.#database.run(async (db) => {
      const row = await db
        .selectFrom('calls')
        .selectAll()
        .where('conversation_id', '=', conversationId)
        .where('ended_at', 'is', null)
        .executeTakeFirst();
      return row && withParticipants(db, row);
    });
  }

  async update(
    id: string,
    state: Pick<
      CallRecord,
      'mode' | 'status' | 'startedAt' | 'endedAt' | 'endReason'
    >,
  ): Promise<void> {
    await this.#database.run((db) =>
      db
        .updateTable('calls')
        .set(toStateRow(state))
        .where('call_id', '=', id)
        .execute(),
    );
  }

  async addParticipant(
    callId: string,
    participant: ParticipantRecord,
  ): Promise<void> {
    await this.#database.run((db) =>
      insertParticipant(db, callId, participant),
    );
  }

  async updateParticipant(
    id: string,
    { leftAt, kicked }: Pick<ParticipantRecord, 'leftAt' | 'kicked'>,
  ): Promise<void> {
    await this.#database.run((db) =>
      db
        .updateTable('call_participants')
        .set({ left_at: leftAt?.getTime() ?? null, kicked: kicked ? 1 : 0 })
        .where('participant_id', '=', id)
        .execute(),
    );
  }

  history(
    conversationId: string,
    options: { limit: number; offset: number; status?: CallStatus | undefined },
  ): Promise<{ calls: CallSummary[]; total: number }> {
    const { limit, offset, status } = options;
    return this.#database.run(async (db) => {
      let selected = db
        .selectFrom('calls')
        .where('conversation_id', '=', conversationId);
      if (status !== undefined) {
        selected = selected.where('status', '=', status);
      }
      const { total } = await selected
        .select((it) => it.fn.countAll<number>().as('total'))
        .executeTakeFirstOrThrow();
      const rows = await selected
        .select(['call_id', 'mode', 'status'])
        .select(['created_at', 'started_at', 'ended_at'])
        .select((it) =>
          it
            .selectFrom('call_participants')
            .whereRef('call_participants.call_id', '=', 'calls.call_id')
            .select(
              sql<number>`count(distinct coalesce(user_id, guest_id))`.as(
                'people',
              ),
            )
            .as('people'),
        )
        .orderBy('id', 'desc')
        .limit(limit)
        .offset(offset)
        .execute();
      const calls = rows.map((row) => ({
        id: row.call_id,
        mode: row.mode,
        status: row.status,
        participantCount: row.people ?? 0,
        createdAt: new Date(row.created_at),
        startedAt: toDate(row.started_at),
        endedAt: toDate(row.ended_at),
      }));
      return { calls, total };
    });
  }

  renew(hold: CallHold): Promise<string[]> {
    return this.#holds.renew(hold);
  }

  async endAbandoned(
    reason: CallEndReason,
    at: Date,
    holder?: string,
  ): Promise<CallRecord[]> {
    const ended: CallRecord[] = [];
    for (;;) {
      const { callIds, participantIds } = await this.#holds.endAbandoned(
        reason,
        at,
        holder,
      );
      if (callIds.length === 0) {
        return ended;
      }
      for (const callId of callIds) {
        const call = await this.get(callId);
        if (call !== undefined) {
          const participants = call.participants.filter(({ id }) =>
            participantIds.has(id),
          );
          ended.push({ ...call, participants });
        }
      }
    }
  }

  addTranscription(transcription: TranscriptionRecord): Promise<void> {
    return this.#transcriptions.add(transcription);
  }

  transcriptions(
    callId: string,
    page: { limit: number; offset: number },
  ): Promise<{ transcriptions: TranscriptionRecord[]; total: number }> {
    return this.#transcriptions.list(callId, page);
  }
}

async function insertParticipant(
  db: Kysely<Tables>,
  callId: string,
  participant: ParticipantRecord,
): Promise<void> {
  await db
    .insertInto('call_participants')
    .values({
      participant_id: participant.id,
      call_id: callId,
      user_id: participant.userId ?? null,
      guest_id: participant.guestId ?? null,
      username: participant.username,
      role: participant.role,
      joined_at: participant.joinedAt.getTime(),
      left_at: participant.leftAt?.getTime() ?? null,
      kicked: participant.kicked ? 1 : 0,
    })
    .execute();
}

async function withParticipants(
  db: Kysely<Tables>,
  row: CallRow,
): Promise<CallRecord> {
  const participants = await db
    .selectFrom('call_participants')
    .selectAll()
    .where('call_id', '=', row.call_id)
    .orderBy('id')
    .execute();
  return {
    id: row.call_id,
    conversationId: row.conversation_id,
    type: row.type,
    mode: row.mode,
    status: row.status,
    initiator: { userId: row.initiator_id, username: row.initiator_name },
    createdAt: new Date(row.created_at),
    expiresAt: new Date(row.expires_at),
    startedAt: toDate(row.started_at),
    endedAt: toDate(row.ended_at),
    endReason: row.end_reason ?? undefined,
    participants: participants.map(toParticipant),
  };
}

function toParticipant(row: ParticipantRow): ParticipantRecord {
  return {
    id: row.participant_id,
    userId: row.user_id ?? undefined,
    guestId: row.guest_id ?? undefined,
    username: row.username,
    role: row.role,
    joinedAt: new Date(row.joined_at),
    leftAt: toDate(row.left_at),
    kicked: row.kicked === 1,
  };
}

function toCallRow(call: CallRecord) {
  return {
    call_id: call.id,
    conversation_id: call.conversationId,
    type: call.type,
    initiator_id: call.initiator.userId,
    initiator_name: call.initiator.username,
    created_at: call.createdAt.getTime(),
    expires_at: call.expiresAt.getTime(),
    ...toStateRow(call),
  };
}

function toStateRow({
  mode,
  status,
  startedAt,
  endedAt,
  endReason,
}: Pick<
  CallRecord,
  'mode' | 'status' | 'startedAt' | 'endedAt' | 'endReason'
>) {
  return {
    mode,
    status,
    started_at: startedAt?.getTime() ?? null,
    ended_at: endedAt?.getTime() ?? null,
    end_reason: endReason ?? null,
  };
}

function toDate(time: number | null): Date | undefined {
  return time === null ? undefined : new Date(time);
}
