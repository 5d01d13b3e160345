import { z } from 'zod';

import type { TranscriptionRecord } from './CallStore.ts';
import type { Database } from './Database.ts';

const translationsSchema = z.record(z.string(), z.string());

/** Transcribed texts of calls in the database. */
export class TranscriptionRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add(transcription: TranscriptionRecord): Promise<void> {
    await this.#database.run((db) =>
      db
        .insertInto('transcriptions')
        .values({
          transcription_id: transcription.id,
          call_id: transcription.callId,
          participant_id: transcription.participantId,
          text: transcription.text,
          language: transcription.language,
          spoken_at: transcription.timestamp.getTime(),
          confidence: transcription.confidence ?? null,
          translations: JSON.stringify(transcription.translations),
        })
        .execute(),
    );
  }

  list(
    callId: string,
    { limit, offset }: { limit: number; offset: number },
  ): Promise<{ transcriptions: TranscriptionRecord[]; total: number }> {
    return this.#database.run(async (db) => {
      const selected = db
        .selectFrom('transcriptions')
        .where('call_id', '=', callId);
      const { total } = await selected
        .select((it) => it.fn.countAll<number>().as('total'))
        .executeTakeFirstOrThrow();
      const rows = await selected
        .selectAll()
        .orderBy('id')
        .limit(limit)
        .offset(offset)
        .execute();
      const transcriptions = rows.map((row) => ({
        id: row.transcription_id,
        callId: row.call_id,
        participantId: row.participant_id,
        text: row.text,
        language: row.language,
        timestamp: new Date(row.spoken_at),
        confidence: row.confidence ?? undefined,
        translations: translationsSchema.parse(JSON.parse(row.translations)),
      }));
      return { transcriptions, total };
    });
  }
}
