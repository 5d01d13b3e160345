/** Direct connections between the browsers of a session; loaded when needed. */
import type { RoomClientOptions } from '../core/index.ts';
import { RoomWay } from '../RoomWay.ts';
import type { Way } from '../Way.ts';
import { Mesh } from './Mesh.ts';
import type { MeshOptions } from './Mesh.ts';
import { SessionWay } from './SessionWay.ts';

/** A ticket for the socket of a session, and the way to another for the same person. */
export type Tickets = {
  ticket: string;
  renew: () => Promise<string>;
};

/** The way to the others in a session by direct connections alone. */
export function directWay(options: RoomClientOptions, tickets: Tickets): Way {
  return new Mesh({ ...meshOptions(options, tickets), inRoom: false });
}

/** The way to the others in a session through the server, and directly. */
export function mixedWay(options: RoomClientOptions, tickets: Tickets): Way {
  return new SessionWay(
    new RoomWay(options),
    new Mesh({ ...meshOptions(options, tickets), inRoom: true }),
  );
}

function meshOptions(
  self: RoomClientOptions,
  { ticket, renew }: Tickets,
): Omit<MeshOptions, 'inRoom'> {
  const { url, iceTransportPolicy } = self;
  return { self, url, ticket, renewTicket: renew, iceTransportPolicy };
}
