import { sql } from 'kysely';
import type { Expression, SqlBool } from 'kysely';

/**
 * A condition that a column contains a text, in any case. `%`, `_` and `\` of
 * the text are characters and no wildcards.
 */
export function contains(
  column: Expression<string>,
  text: string,
): Expression<SqlBool> {
  const pattern = `%${text.toLowerCase().replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return sql<SqlBool>`lower(${column}) like ${pattern} escape '\\'`;
}
