import type { ResourceHandlers } from './serveRoutes.ts';

/** Resources about who would be let in. */
export const admissionHandlers = {
  admission({ door }, { origin, ...ids }, request) {
    const url = new URL('https://localhost');
    url.search = new URLSearchParams(ids).toString();
    door.consider(request, url, request.headers.origin ?? origin);
    return { status: 200, body: { admitted: true } };
  },
} satisfies Partial<ResourceHandlers>;
