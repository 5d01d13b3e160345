/**
 * Compares texts by their code points, which is the order of their UTF-8 bytes and
 * that of ids in the database. JavaScript compares halves of characters instead.
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

/** Puts the halves of characters, U+D800 to U+DFFF, behind all others. */
function rankOf(unit: number): number {
  if (unit < 0xd8_00) {
    return unit;
  }
  return unit < 0xe0_00 ? unit + 0x20_00 : unit - 0x08_00;
}

/**
 * The first entries after a key, in the order of their keys.
 *
 * @param after - Undefined for the first entries of all.
 */
export function firstAfter<Entry>(
  entries: Iterable<Entry>,
  keyOf: (entry: Entry) => string,
  after: string | undefined,
  most: number,
): Entry[] {
  const following =
    after === undefined
      ? Array.from(entries)
      : Array.from(entries).filter(
          (entry) => byCodePoints(keyOf(entry), after) > 0,
        );
  return following
    .toSorted((one, other) => byCodePoints(keyOf(one), keyOf(other)))
    .slice(0, most);
}
