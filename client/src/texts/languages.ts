import type { failures } from './en/failures.ts';
import type { page } from './en/page.ts';
import type { calls } from './en/calls.ts';
import type { Translation } from './Translation.ts';

/** The modules with the texts of a language, each loaded when it is needed. */
type Parts = {
  page: () => Promise<{ page: Translation<typeof page> }>;
  failures: () => Promise<{ failures: Translation<typeof failures> }>;
  calls: () => Promise<{ calls: Translation<typeof calls> }>;
};

/** A language of the page. */
export type Language = {
  /** The name that its speakers give it. */
  name: string;
  direction: 'ltr' | 'rtl';
  /** Undefined for the texts that are part of the page itself. */
  parts?: Parts;
};

/** The languages of the page, by their tags, in the order in which they are offered. */
export const LANGUAGES = {
  en: { name: 'English', direction: 'ltr' },
  de: {
    name: 'Deutsch',
    direction: 'ltr',
    parts: {
      page: () => import('./de/page.ts'),
      failures: () => import('./de/failures.ts'),
      calls: () => import('./de/calls.ts'),
    },
  },
  es: {
    name: 'Español',
    direction: 'ltr',
    parts: {
      page: () => import('./es/page.ts'),
      failures: () => import('./es/failures.ts'),
      calls: () => import('./es/calls.ts'),
    },
  },
  fr: {
    name: 'Français',
    direction: 'ltr',
    parts: {
      page: () => import('./fr/page.ts'),
      failures: () => import('./fr/failures.ts'),
      calls: () => import('./fr/calls.ts'),
    },
  },
  pt: {
    name: 'Português',
    direction: 'ltr',
    parts: {
      page: () => import('./pt/page.ts'),
      failures: () => import('./pt/failures.ts'),
      calls: () => import('./pt/calls.ts'),
    },
  },
  ar: {
    name: 'العربية',
    direction: 'rtl',
    parts: {
      page: () => import('./ar/page.ts'),
      failures: () => import('./ar/failures.ts'),
      calls: () => import('./ar/calls.ts'),
    },
  },
  ja: {
    name: '日本語',
    direction: 'ltr',
    parts: {
      page: () => import('./ja/page.ts'),
      failures: () => import('./ja/failures.ts'),
      calls: () => import('./ja/calls.ts'),
    },
  },
  zh: {
    name: '简体中文',
    direction: 'ltr',
    parts: {
      page: () => import('./zh/page.ts'),
      failures: () => import('./zh/failures.ts'),
      calls: () => import('./zh/calls.ts'),
    },
  },
} as const satisfies Record<string, Language>;

export type Tag = keyof typeof LANGUAGES;

/** The language that a tag such as `de-AT` names; undefined without texts for it. */
export function tagOf(locale: string): Tag | undefined {
  const [language = ''] = locale.toLowerCase().split('-');
  return Object.hasOwn(LANGUAGES, language) ? (language as Tag) : undefined;
}
