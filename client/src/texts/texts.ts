import type { calls } from './en/calls.ts';
import { isolate } from '../ui/isolate.ts';
import { failures } from './en/failures.ts';
import { page } from './en/page.ts';
import type { Entry, Names, Sections } from './Translation.ts';

type English = typeof page & typeof failures & typeof calls;

/** The name of a text: its section, a full stop, and its name there. */
export type Key = {
  [S in keyof English]: `${S}.${keyof English[S] & string}`;
}[keyof English];

type EntryOf<K extends Key> = K extends `${infer S}.${infer N}`
  ? S extends keyof English
    ? N extends keyof English[S]
      ? English[S][N]
      : never
    : never
  : never;

type Values<N extends string> = [N] extends [never]
  ? []
  : [values: Readonly<Record<N, string | number>>];

/** The texts of both pages in English. */
export const english: Sections = { ...page, ...failures };

/** The texts in use, and how their language writes numbers, dates and plurals. */
const current = {
  locale: 'en',
  direction: 'ltr' as 'ltr' | 'rtl',
  plurals: new Intl.PluralRules('en'),
  sections: english,
};

/** Uses other texts from now on; sections without new texts stay as they are. */
export function useTexts(
  locale: string,
  direction: 'ltr' | 'rtl',
  sections: Sections,
): void {
  current.locale = locale;
  current.direction = direction;
  current.plurals = new Intl.PluralRules(locale);
  current.sections = { ...current.sections, ...sections };
}

/** The locale of numbers, dates and lists, such as `de-AT`. */
export function locale(): string {
  return current.locale;
}

/** A text in the language of the page, with its values filled in. */
export function text<K extends Key>(
  key: K,
  ...[values]: Values<Names<EntryOf<K>>>
): string {
  return filled(key, values ?? {});
}

/** A text as it is in the catalogue; without one of this name, the name itself. */
export function pattern(key: string): string {
  const entry = entryOf(key);
  return typeof entry === 'string' ? entry : (entry?.other ?? key);
}

/** Two sentences, one after the other. */
export function sentences(first: string, second: string): string {
  return joined('common.sentences', first, second);
}

/** States of a person or a thing, one after the other. */
export function states(parts: readonly string[]): string {
  return parts.length === 0
    ? ''
    : parts.reduce((first, second) => joined('common.states', first, second));
}

/** Names as a list within a sentence. */
export function list(names: readonly string[]): string {
  return new Intl.ListFormat(current.locale).format(names.map(isolated));
}

/** A number, as the language writes it. */
export function number(
  value: number,
  options?: Intl.NumberFormatOptions,
): string {
  return new Intl.NumberFormat(current.locale, options).format(value);
}

/** A time with its date, ms since the epoch, as the language writes it. */
export function dateAndTime(time: number): string {
  return new Date(time).toLocaleString(current.locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
  });
}

/** A time, ms since the epoch; its date is left out if that is today. */
export function timeOfDay(time: number): string {
  const date = new Date(time);
  return date.toDateString() === new Date().toDateString()
    ? date.toLocaleTimeString(current.locale, { timeStyle: 'short' })
    : dateAndTime(time);
}

function filled(key: string, values: Record<string, string | number>): string {
  const entry = entryOf(key);
  const count = values['count'];
  const form =
    typeof entry === 'object' && typeof count === 'number'
      ? (entry[current.plurals.select(count)] ?? entry.other)
      : pattern(key);
  return form.replaceAll(/\{(\w+)\}/g, (all, name: string) => {
    const value = values[name];
    return value === undefined
      ? all
      : typeof value === 'number'
        ? number(value)
        : isolated(value);
  });
}

/** Two texts that stand as they are. */
function joined(key: Key, first: string, second: string): string {
  return pattern(key)
    .replace('{first}', () => first)
    .replace('{second}', () => second);
}

function entryOf(key: string): Entry | undefined {
  const dot = key.indexOf('.');
  return current.sections[key.slice(0, dot)]?.[key.slice(dot + 1)];
}

/** A value for a sentence, which keeps its order whatever script the value is in. */
function isolated(value: string): string {
  return isolate(value, current.direction);
}
