/** A page of a list, and the number of entries on all pages. */
interface Page {
  readonly limit: number;
  readonly offset: number;
  readonly count: number;
}

/**
 * The URLs of the pages around one, which keep all other parameters of the
 * request, as Django REST framework's LimitOffsetPagination has them.
 *
 * @param origin - The origin of this server as the client sees it.
 * @param target - The path that was requested, with its parameters.
 */
export function pageLinks(
  origin: string | undefined,
  target: string,
  { limit, offset, count }: Page,
): { next: string | null; previous: string | null } {
  const linkTo = (at: number): string => {
    const url = new URL(origin ?? 'https://localhost');
    const requested = new URL(target, url);
    url.pathname = requested.pathname;
    url.search = requested.search;
    url.searchParams.set('limit', String(limit));
    if (at > 0) {
      url.searchParams.set('offset', String(at));
    } else {
      url.searchParams.delete('offset');
    }
    return url.href;
  };
  return {
    next: offset + limit < count ? linkTo(offset + limit) : null,
    previous: offset > 0 ? linkTo(offset - limit) : null,
  };
}
