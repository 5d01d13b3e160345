import { sql } from 'kysely';
import type { CreateTableBuilder, Kysely } from 'kysely';

/** The two databases that one schema is written for. */
export type DatabaseKind = 'sqlite' | 'postgres';

/** A step of the schema; steps are only ever added. */
export interface Migration {
  readonly name: string;
  up(db: Kysely<unknown>, kind: DatabaseKind): Promise<void>;
}

/** Adds a primary key `id` that grows and is never reused. */
export function withGrowingId<Name extends string, Columns extends string>(
  table: CreateTableBuilder<Name, Columns>,
  kind: DatabaseKind,
): CreateTableBuilder<Name, Columns | 'id'> {
  return kind === 'sqlite'
    ? table.addColumn('id', 'integer', (it) => it.primaryKey().autoIncrement())
    : table.addColumn('id', 'bigint', (it) =>
        it.primaryKey().generatedAlwaysAsIdentity(),
      );
}

/** The type of a text that is compared and sorted byte by byte. */
export function exactText(kind: DatabaseKind) {
  return kind === 'sqlite' ? sql`text` : sql`text collate "C"`;
}
