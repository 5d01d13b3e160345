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
