import { sentences } from '../texts/texts.ts';
import { find } from './find.ts';

/** The least time between two announcements, ms; what comes meanwhile waits. */
const PAUSE = 1_000;

/** Most that is said at a time: of many people who join at once, the last. */
const MOST = 3;

let waiting: string[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

/** Tells users of a screen reader what others see happen. */
export function announce(text: string): void {
  waiting = [...waiting, text].slice(-MOST);
  if (timer === undefined) {
    say();
  }
}

function say(): void {
  timer = undefined;
  if (waiting.length > 0) {
    region().textContent = waiting.reduce(sentences);
    waiting = [];
    timer = setTimeout(say, PAUSE);
  }
}

/** The region of a modal dialog that has one: all outside the dialog is inert. */
function region(): HTMLElement {
  return (
    document.querySelector<HTMLElement>('dialog[open] .announcer') ??
    find(document, '#announcer', HTMLElement)
  );
}
