/** Ids in one statement, which databases bound. */
const CHUNK = 500;

/** Ids in parts, each of which fits in one statement. */
export function chunksOf(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / CHUNK) }, (_, index) =>
    ids.slice(index * CHUNK, (index + 1) * CHUNK),
  );
}
