const RIGHT_TO_LEFT =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;

/**
 * A name for a sentence of a direction, which keeps its order whatever script the name
 * is written in: between U+2068 and U+2069 a name has its own direction.
 *
 * @see https://www.unicode.org/reports/tr9/#Explicit_Directional_Isolates
 */
export function isolate(
  name: string,
  direction: 'ltr' | 'rtl' = 'ltr',
): string {
  return direction === 'rtl' || RIGHT_TO_LEFT.test(name)
    ? `\u2068${name}\u2069`
    : name;
}
