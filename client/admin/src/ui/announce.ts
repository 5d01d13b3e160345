import { find } from '../../../src/ui/find.ts';

/** Tells users of a screen reader what came of something they did. */
export function announce(text: string): void {
  find(document, '#announcer', HTMLElement).textContent = text;
}
