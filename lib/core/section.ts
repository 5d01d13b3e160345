import { z } from 'zod';

type DeepReadonly<T> = { readonly [Key in keyof T]: DeepReadonly<T[Key]> };

/** The options of a section once they are checked, frozen. */
export type OptionsOf<Section extends z.ZodType> = DeepReadonly<
  z.output<Section>
>;

/**
 * A section of the configuration. It may be left out, because every option has
 * a default.
 */
export function section<Shape extends z.ZodRawShape>(
  description: string,
  shape: Shape,
) {
  return z
    .strictObject(shape)
    .prefault({} as never)
    .describe(description);
}

/** A number of things, at least one. */
export function count(most: number, value: number) {
  return z.int().min(1).max(most).default(value);
}
