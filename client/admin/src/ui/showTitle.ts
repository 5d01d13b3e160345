/** Shows a title in the window. */
export function showTitle(title: string): void {
  document.title = `${title} · Atrium`;
}
