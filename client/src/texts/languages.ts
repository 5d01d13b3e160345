/** A language of the page. */
type Language = {
  /** The name that its speakers give it. */
  name: string;
  direction: 'ltr' | 'rtl';
};

/** The languages of the page, by their tags, in the order in which they are offered. */
export const LANGUAGES = {
  en: { name: 'English', direction: 'ltr' },
} as const satisfies Record<string, Language>;

export type Tag = keyof typeof LANGUAGES;
