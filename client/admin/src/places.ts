import type { Route } from './route.ts';
import type { Scope } from './Session.ts';

/** The places of the navigation, with the scope that each needs. */
export const PLACES = [
  { name: 'servers', label: 'Servers', scope: 'nodes:read' },
  { name: 'rooms', label: 'Rooms', scope: 'rooms:read' },
  { name: 'bans', label: 'Bans', scope: 'bans:read' },
  { name: 'audit', label: 'Audit log', scope: 'audit:read' },
  { name: 'webhooks', label: 'Webhooks', scope: 'webhooks:read' },
  { name: 'events', label: 'Events', scope: 'events:read' },
] as const satisfies readonly {
  name: Route['name'];
  label: string;
  scope: Scope;
}[];

/** The places above those that are not in the navigation. */
const ABOVE: Partial<Record<Route['name'], Route['name']>> = {
  server: 'servers',
  room: 'rooms',
  peer: 'rooms',
};

/** The place of the navigation that a route belongs to. */
export function placeOf({ name }: Route): (typeof PLACES)[number] | undefined {
  const top = ABOVE[name] ?? name;
  return PLACES.find((place) => place.name === top);
}
