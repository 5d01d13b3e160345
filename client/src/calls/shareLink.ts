/** The token of the share link that has opened the page; undefined without one. */
export function shareFromAddress(): string | undefined {
  const params = new URLSearchParams(location.hash.slice(1));
  return params.get('share') || undefined;
}

/** The address of the page itself, without the token. */
export function ownAddress(): string {
  return location.pathname + location.search;
}
