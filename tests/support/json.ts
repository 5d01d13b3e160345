/** Stands for a literal too big for a number while JSON is made. */
const TOO_BIG = '@1e999@';

/**
 * JSON, in which Infinity becomes `1e999`: valid JSON that reads as Infinity.
 */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value, (_key, inner: unknown) =>
    inner === Infinity ? TOO_BIG : inner,
  );
  return text.replaceAll(JSON.stringify(TOO_BIG), '1e999');
}
