import { API_SCOPES } from '../../lib/auth/apiScopes.ts';
import type { RouteContract, RouteSpec } from '../../lib/http/RouteSpec.ts';
import { table } from './markdown.ts';

/** Every route of a contract whose clients have keys, with the scope that it needs. */
export function scopedRoutesSection({ routes }: RouteContract): string {
  return table(
    ['Request', 'Scope', 'Meaning'],
    Object.values<RouteSpec>(routes).map(({ method, path, scope, summary }) => [
      `\`${method} ${path}\``,
      scope === undefined ? '' : `\`${scope}\``,
      summary,
    ]),
  );
}

/** Every scope of the server API. */
export function scopesSection(): string {
  return table(
    ['Scope', 'Permits to'],
    Object.entries(API_SCOPES).map(([scope, meaning]) => [
      `\`${scope}\``,
      meaning,
    ]),
  );
}

/** Every failure that the routes of a contract declare. */
export function routeErrorsSection({ routes }: RouteContract): string {
  const errors = new Map(
    Object.values<RouteSpec>(routes)
      .flatMap((route) => route.errors)
      .map((error) => [error.code, error]),
  );
  const sorted = Array.from(errors.values()).toSorted(
    (one, other) =>
      one.status - other.status || one.code.localeCompare(other.code),
  );
  return table(
    ['Status', 'Code', 'Meaning'],
    sorted.map(({ status, code, meaning }) => [
      String(status),
      `\`${code}\``,
      meaning,
    ]),
  );
}
