import { preferences, savePreferences } from '../preferences.ts';
import type { calls } from './en/calls.ts';
import { LANGUAGES, tagOf } from './languages.ts';
import type { Language, Tag } from './languages.ts';
import { showTexts } from './show.ts';
import { english, useTexts } from './texts.ts';
import type { Sections } from './Translation.ts';

/** The texts of this page in English, beside those of both pages. */
let more: typeof calls | undefined;

/** The language that was asked for last. */
let wanted: Tag = 'en';

/**
 * Shows the page in the language of the user, and offers the others in all lists of
 * languages.
 *
 * @param calls - The texts of the page for calls, where it is that.
 */
export async function startTexts(texts?: typeof calls): Promise<void> {
  more = texts;
  for (const list of document.querySelectorAll<HTMLSelectElement>(
    'select.languages',
  )) {
    for (const [tag, { name }] of Object.entries(LANGUAGES)) {
      const option = new Option(name, tag);
      option.lang = tag;
      list.append(option);
    }
    list.addEventListener('change', () => {
      const tag = tagOf(list.value) ?? 'en';
      savePreferences({ language: tag });
      void showLanguage(tag);
    });
  }
  await showLanguage(chosenTag());
}

/** Shows everything on the page in a language, also while a meeting goes on. */
async function showLanguage(tag: Tag): Promise<void> {
  wanted = tag;
  const language: Language = LANGUAGES[tag];
  let shown = tag;
  let sections: Sections = { ...english, ...more };
  try {
    sections = { ...sections, ...(await sectionsOf(language)) };
  } catch {
    // The texts could not be loaded: English is there.
    shown = 'en';
  }
  if (wanted !== tag) {
    return;
  }
  const { direction } = LANGUAGES[shown];
  useTexts(localeOf(shown), direction, sections);
  document.documentElement.lang = shown;
  document.documentElement.dir = direction;
  for (const list of document.querySelectorAll<HTMLSelectElement>(
    'select.languages',
  )) {
    list.value = shown;
  }
  showTexts();
}

async function sectionsOf({ parts }: Language): Promise<Sections> {
  if (!parts) {
    return {};
  }
  const [views, faults, ringing] = await Promise.all([
    parts.page(),
    parts.failures(),
    more && parts.calls(),
  ]);
  return { ...views.page, ...faults.failures, ...ringing?.calls };
}

/** The language that the user has chosen, or else the first of the browser's. */
function chosenTag(): Tag {
  const tags = [preferences().language, ...navigator.languages].map(tagOf);
  return tags.find((tag) => tag !== undefined) ?? 'en';
}

/** The locale of numbers and dates: the browser's own, if it is of the language. */
function localeOf(tag: Tag): string {
  return navigator.languages.find((it) => tagOf(it) === tag) ?? tag;
}
