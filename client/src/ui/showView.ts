import { find } from './find.ts';

const NAMES = ['entrance', 'room', 'ended'] as const;

/** Shows one of the page's views and hides the others. */
export function showView(name: (typeof NAMES)[number]): void {
  for (const other of NAMES) {
    find(document, `#${other}`, HTMLElement).hidden = other !== name;
  }
}
