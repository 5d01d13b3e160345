/**
 * Characters of which an id has none: controls, formats (among them those that
 * turn the direction of text), spaces, what is drawn as nothing, halves of a
 * character, and the sign for one that was lost.
 */
const UNSEEN_IN_IDS =
  /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\uFFFD]/u;

/**
 * Characters that are drawn as nothing and do nothing for those beside them, or
 * turn the direction of the text around a name. Joiners and selectors are kept:
 * emoji and the scripts of Persia and India are written with them.
 */
const UNSEEN_IN_NAMES =
  /(?!\p{Variation_Selector}|\p{Join_Control}|[\u{E0020}-\u{E007F}])(?:\p{Default_Ignorable_Code_Point}|[\uFFF9-\uFFFB])/gu;

const CONTROLS = /[\p{Cc}\p{Cs}]/gu;
const SEEN = /(?!\u2800)[\p{L}\p{N}\p{P}\p{S}\p{Co}]/u;

/** Tells if every character of an id is visible, so that no two ids look the same. */
export function isSeenWhole(id: string): boolean {
  return !UNSEEN_IN_IDS.test(id);
}

/** Tells if a text has visible characters. */
export function isSeen(text: string): boolean {
  return SEEN.test(text);
}

/** A person's name, composed (NFC), without what cannot be seen around and in it. */
export function cleanName(text: string): string {
  return text.normalize('NFC').replaceAll(UNSEEN_IN_NAMES, '').trim();
}

/**
 * A name that another service gives, made fit to be shown; undefined when
 * nothing of it can be seen.
 */
export function nameFrom(text: string, maxLength: number): string | undefined {
  const name = cleanName(text.replaceAll(CONTROLS, ' '))
    .slice(0, maxLength)
    .replaceAll(CONTROLS, '')
    .trim();
  return isSeen(name) ? name : undefined;
}

/** A text with what cannot be seen in it written out, for errors and logs. */
export function visible(text: string): string {
  return text.replaceAll(
    /[\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}]/gu,
    (character) =>
      `\\u{${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}}`,
  );
}
