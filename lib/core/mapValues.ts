/** A record with the same names, each value converted. */
export function mapValues<In, Out>(
  values: Readonly<Record<string, In>>,
  convert: (value: In) => Out,
): Record<string, Out> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, convert(value)]),
  );
}
