import { locale } from '../texts/texts.ts';

const TAGS = [
  'ar',
  'bn',
  'cs',
  'da',
  'de',
  'el',
  'en',
  'es',
  'fa',
  'fi',
  'fr',
  'he',
  'hi',
  'hu',
  'id',
  'it',
  'ja',
  'ko',
  'nl',
  'pl',
  'pt',
  'ro',
  'ru',
  'sv',
  'th',
  'tr',
  'uk',
  'vi',
  'zh',
];

const KEY = 'atrium.language';

/** The languages to choose from, that of the browser included. */
export function languages(): { tag: string; name: string }[] {
  const names = new Intl.DisplayNames(locale(), { type: 'language' });
  return Array.from(new Set([...TAGS, ownLanguage()]), (tag) => ({
    tag,
    name: names.of(tag) ?? tag,
  })).toSorted((one, other) => one.name.localeCompare(other.name));
}

/** The language of the browser, or the one chosen before. */
export function loadLanguage(): string {
  try {
    return localStorage.getItem(KEY) ?? ownLanguage();
  } catch {
    return ownLanguage();
  }
}

export function saveLanguage(tag: string): void {
  try {
    localStorage.setItem(KEY, tag);
  } catch {
    // Without storage it has to be chosen again next time.
  }
}

function ownLanguage(): string {
  return new Intl.Locale(navigator.language).language;
}
