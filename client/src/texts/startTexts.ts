import { preferences } from '../preferences.ts';
import { LANGUAGES } from './languages.ts';
import type { Tag } from './languages.ts';
import { showTexts } from './show.ts';
import { useTexts } from './texts.ts';
import type { Sections } from './Translation.ts';

/** Shows the page in the language of the user, with the sections of this page. */
export function startTexts(sections: Sections = {}): void {
  useTexts(navigator.language, 'ltr', sections);
  showLanguage(chosenTag());
}

/** Shows the page in a language from now on. */
function showLanguage(tag: Tag): void {
  const { direction } = LANGUAGES[tag];
  document.documentElement.lang = tag;
  document.documentElement.dir = direction;
  showTexts();
}

/** The language that the user has chosen, or else one of the browser's. */
function chosenTag(): Tag {
  const tags = [preferences().language, ...navigator.languages];
  return tags.map(tagOf).find((tag) => tag !== undefined) ?? 'en';
}

function tagOf(locale: string): Tag | undefined {
  const [language = ''] = locale.toLowerCase().split('-');
  return Object.hasOwn(LANGUAGES, language) ? (language as Tag) : undefined;
}
