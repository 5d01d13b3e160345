import { InvalidInput } from './InvalidInput.ts';
import type { Method, RouteSpec, RouteTable } from './RouteSpec.ts';

/** One route of a table, found by its path. */
export interface Route {
  table: RouteTable;
  name: string;
  spec: RouteSpec;
}

/** Routes that share a path, by method. */
type Routes = Map<Method, Route>;

/** A path of the index; parameters are undefined in `segments`. */
interface Shape {
  segments: readonly (string | undefined)[];
  /** Routes for the path with a closing slash, and without one. */
  open: Routes;
  closed: Routes;
}

/** The routes of all mounted tables, by path and method. */
export class RouteIndex {
  readonly #shapes: readonly Shape[];

  /** @throws {TypeError} When two routes have the same method and path. */
  constructor(tables: readonly RouteTable[]) {
    const shapes = new Map<string, Shape>();
    for (const table of tables) {
      for (const [name, spec] of Object.entries(table.contract.routes)) {
        add(shapes, { table, name, spec });
      }
    }
    this.#shapes = Array.from(shapes.values()).toSorted(byLiterals);
  }

  /**
   * The routes at a path, in the order of the tables; none if there is no such
   * path. Where paths overlap, literal segments come before parameters.
   */
  at(path: string): Route[] {
    const { segments, closed } = split(path);
    for (const shape of this.#shapes) {
      const routes = closed ? shape.closed : shape.open;
      if (routes.size > 0 && fits(shape, segments)) {
        return Array.from(routes.values());
      }
    }
    return [];
  }
}

function add(shapes: Map<string, Shape>, route: Route): void {
  const { path, method } = route.spec;
  const { segments, closed } = split(path);
  const names = segments.map((it) => (isParameter(it) ? undefined : it));
  const key = JSON.stringify(names);
  const shape: Shape = shapes.get(key) ?? {
    segments: names,
    open: new Map(),
    closed: new Map(),
  };
  shapes.set(key, shape);
  const either = route.table.contract.closingSlash === 'optional';
  for (const [isClosed, routes] of [
    [false, shape.open],
    [true, shape.closed],
  ] as const) {
    if (either || isClosed === closed) {
      const other = routes.get(method);
      if (other !== undefined) {
        throw new TypeError(
          `${method} ${path}: expected one route, got ${other.name} and ${route.name}`,
        );
      }
      routes.set(method, route);
    }
  }
}

/**
 * The parameters of a path that a route was found at.
 *
 * @throws {InvalidInput} When one is not percent-encoded UTF-8.
 */
export function parametersOf(
  { path: pattern }: RouteSpec,
  path: string,
): Record<string, string> {
  const { segments } = split(path);
  return Object.fromEntries(
    split(pattern).segments.flatMap((segment, index) =>
      isParameter(segment)
        ? [[segment.slice(1, -1), decoded(segment, segments[index] ?? '')]]
        : [],
    ),
  );
}

function decoded(parameter: string, segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    const name = parameter.slice(1, -1);
    const message = 'expected percent-encoded UTF-8';
    throw new InvalidInput(
      'parameters',
      {
        ok: false,
        problem: `${name}: ${message}, got ${JSON.stringify(segment)}`,
        issues: [{ code: 'custom', path: [name], message }],
      },
      { [name]: segment },
    );
  }
}

function isParameter(segment: string): boolean {
  return segment.startsWith('{') && segment.endsWith('}');
}

function split(path: string): { segments: string[]; closed: boolean } {
  const segments = path.split('/').slice(1);
  const closed = segments.at(-1) === '';
  return { segments: closed ? segments.slice(0, -1) : segments, closed };
}

function fits(shape: Shape, segments: readonly string[]): boolean {
  return (
    shape.segments.length === segments.length &&
    shape.segments.every((expected, index) =>
      expected === undefined
        ? segments[index] !== ''
        : expected === segments[index],
    )
  );
}

/** Sorts paths whose first segments are literal to the front. */
function byLiterals(a: Shape, b: Shape): number {
  const rank = ({ segments }: Shape): string =>
    segments.map((segment) => (segment === undefined ? '1' : '0')).join('');
  return rank(a).localeCompare(rank(b));
}
