import { find } from './find.ts';

/** Tells users of a screen reader what others see happen. */
export function announce(text: string): void {
  find(document, '#announcer', HTMLElement).textContent = text;
}
