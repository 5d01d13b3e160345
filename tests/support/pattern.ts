import assert from 'node:assert/strict';

/** The form of a JSON value, with regular expressions for some of its texts. */
export type Pattern =
  string | RegExp | readonly Pattern[] | { readonly [field: string]: Pattern };

/** Fails unless a value has the form of the pattern and no other fields. */
export function assertFits(value: unknown, pattern: Pattern): void {
  if (pattern instanceof RegExp) {
    assert.match(String(value), pattern);
  } else if (typeof pattern === 'string') {
    assert.equal(value, pattern);
  } else {
    const fields = Object.entries<Pattern>(
      pattern as Readonly<Record<string, Pattern>>,
    );
    assert.ok(typeof value === 'object' && value !== null, String(value));
    assert.equal(Array.isArray(value), Array.isArray(pattern));
    assert.deepEqual(
      Object.keys(value).toSorted(),
      fields.map(([name]) => name).toSorted(),
    );
    for (const [name, inner] of fields) {
      assertFits(Reflect.get(value, name), inner);
    }
  }
}
