/** A text with a form for each plural of its language. */
export type Forms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & {
  readonly other: string;
};

/** A text, with or without plurals. */
export type Entry = string | Forms;

/** Texts by their names, in sections. */
export type Sections = Readonly<
  Record<string, Readonly<Record<string, Entry>>>
>;

/** The names in braces in a text. */
type NamesIn<S extends string> =
  S extends `${string}{${infer Name}}${infer Rest}`
    ? Name | NamesIn<Rest>
    : never;

/** The names that an entry needs values for. */
export type Names<E> = E extends string
  ? NamesIn<E>
  : E extends Forms
    ? NamesIn<E['other']> | 'count'
    : never;

/** All of a union at once. */
type Both<U> = (U extends unknown ? (it: U) => void : never) extends (
  it: infer I,
) => void
  ? I
  : never;

/** A text with at least these names. */
type Naming<N extends string> = [N] extends [never]
  ? string
  : Both<N extends string ? `${string}{${N}}${string}` : never>;

/** Sections in another language: the same texts, with the same names. */
export type Translation<T> = {
  readonly [S in keyof T]: {
    readonly [K in keyof T[S]]: T[S][K] extends string
      ? Naming<NamesIn<T[S][K]>>
      : T[S][K] extends Forms
        ? Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & {
            readonly other: Naming<Names<T[S][K]> & string>;
          }
        : never;
  };
};
