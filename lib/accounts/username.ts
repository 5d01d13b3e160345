import { isSeen, isSeenWhole } from '../core/text.ts';

const USERNAME = /^[\p{L}\p{M}\p{N}._-]{1,64}$/u;

/** The form of a username, for error messages. */
export const USERNAME_FORM =
  '1 to 64 letters, digits, dots, hyphens and underscores that can be seen';

/**
 * Tells if a text is a username. It has no `@`, so that none is the address of
 * another user, and no fillers and selectors, which count as letters and marks, so
 * that none looks the same as another.
 */
export function isUsername(text: string): boolean {
  return USERNAME.test(text) && isSeenWhole(text) && isSeen(text);
}
