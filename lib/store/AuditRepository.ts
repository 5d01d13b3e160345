import type { Selectable } from 'kysely';

import type { Database } from './Database.ts';
import type {
  AuditedPerson,
  AuditFilter,
  AuditPage,
  AuditRecord,
  ListedAudit,
  StoredAudit,
} from './ModerationStore.ts';
import type { Tables } from './tables.ts';

/** Columns that a selection compares, by the fields of the filter. */
const COMPARED = {
  roomId: 'room_id',
  actorId: 'actor_id',
  targetId: 'target_id',
  action: 'action',
} as const;

/** The audit log in the database. */
export class AuditRepository implements StoredAudit {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add(entries: readonly AuditRecord[]): Promise<void> {
    await this.#database.run((db) =>
      db.insertInto('audit_log').values(entries.map(toRow)).execute(),
    );
  }

  async list(
    { from, until, ...compared }: AuditFilter,
    { before, limit }: AuditPage,
  ): Promise<ListedAudit[]> {
    const rows = await this.#database.run((db) => {
      let query = db
        .selectFrom('audit_log')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(limit);
      for (const [field, column] of Object.entries(COMPARED)) {
        const value = compared[field as keyof typeof COMPARED];
        query = value === undefined ? query : query.where(column, '=', value);
      }
      query =
        from === undefined ? query : query.where('at', '>=', from.getTime());
      query =
        until === undefined ? query : query.where('at', '<', until.getTime());
      query = before === undefined ? query : query.where('id', '<', before);
      return query.execute();
    });
    return rows.map(toListed);
  }

  deleteOld(before: Date, most: number): Promise<number> {
    return this.#database.run(async (db) => {
      const old = await db
        .deleteFrom('audit_log')
        .where('at', '<', before.getTime())
        .executeTakeFirst();
      const beyond = await db
        .deleteFrom('audit_log')
        .where('id', '<=', (it) =>
          it
            .selectFrom('audit_log as newer')
            .select('newer.id')
            .orderBy('newer.id', 'desc')
            .limit(1)
            .offset(most),
        )
        .executeTakeFirst();
      return Number(old.numDeletedRows + beyond.numDeletedRows);
    });
  }
}

function toRow({ actor, target, ...entry }: AuditRecord) {
  return {
    at: entry.at.getTime(),
    action: entry.action,
    gateway: entry.gateway,
    room_id: entry.roomId ?? null,
    actor_id: actor.id ?? null,
    actor_peer_id: actor.peerId ?? null,
    actor_name: actor.name ?? null,
    target_id: target?.id ?? null,
    target_peer_id: target?.peerId ?? null,
    target_name: target?.name ?? null,
    details: JSON.stringify(entry.details),
  };
}

function toListed(row: Selectable<Tables['audit_log']>): ListedAudit {
  const target = personOf(row.target_id, row.target_peer_id, row.target_name);
  return {
    place: row.id,
    at: new Date(row.at),
    action: row.action,
    gateway: row.gateway,
    roomId: row.room_id ?? undefined,
    actor: personOf(row.actor_id, row.actor_peer_id, row.actor_name),
    target: Object.keys(target).length === 0 ? undefined : target,
    details: JSON.parse(row.details) as Record<string, unknown>,
  };
}

function personOf(
  id: string | null,
  peerId: string | null,
  name: string | null,
): AuditedPerson {
  return {
    ...(id !== null && { id }),
    ...(peerId !== null && { peerId }),
    ...(name !== null && { name }),
  };
}
