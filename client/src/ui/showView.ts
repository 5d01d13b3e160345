/** Shows one of the page's views, by its id, and hides the others. */
export function showView(
  name: 'entrance' | 'home' | 'lobby' | 'room' | 'ended',
): void {
  for (const view of document.querySelectorAll<HTMLElement>('main > section')) {
    view.hidden = view.id !== name;
  }
}
