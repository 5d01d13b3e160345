/**
 * Compares texts by their code points, which is the order of their UTF-8 bytes and
 * that of ids in the database. JavaScript compares UTF-16 code units instead.
 */
export function byCodePoints(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at += 1) {
    const [a, b] = [one.charCodeAt(at), other.charCodeAt(at)];
    if (a !== b) {
      return rankOf(a) - rankOf(b);
    }
  }
  return one.length - other.length;
}

/** Ranks surrogates, U+D800 to U+DFFF, behind all other code units. */
function rankOf(unit: number): number {
  if (unit < 0xd8_00) {
    return unit;
  }
  return unit < 0xe0_00 ? unit + 0x20_00 : unit - 0x08_00;
}

/**
 * The first entries after a key, in the order of their keys. Only those are sorted,
 * because there may be many more.
 *
 * @param after - Undefined for the first entries of all.
 */
export function firstAfter<Entry>(
  entries: Iterable<Entry>,
  keyOf: (entry: Entry) => string,
  after: string | undefined,
  most: number,
): Entry[] {
  const found: { key: string; entry: Entry }[] = [];
  for (const entry of entries) {
    const key = keyOf(entry);
    const last = found.length < most ? undefined : found.at(-1);
    if (
      (after === undefined || byCodePoints(key, after) > 0) &&
      (last === undefined || byCodePoints(key, last.key) < 0)
    ) {
      found.splice(placeOf(key, found), 0, { key, entry });
      found.length = Math.min(found.length, most);
    }
  }
  return found.map(({ entry }) => entry);
}

/** The place of a key among sorted ones, behind those that are equal. */
function placeOf(key: string, sorted: readonly { key: string }[]): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (byCodePoints(sorted[middle]?.key ?? '', key) <= 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
