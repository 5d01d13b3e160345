/** Direct connections between the browsers of a session; loaded when needed. */
import type { RoomClientOptions } from '../core/index.ts';
import { RoomWay } from '../RoomWay.ts';
import type { Way } from '../Way.ts';
import { Mesh } from './Mesh.ts';
import type { MeshOptions } from './Mesh.ts';
import { SessionWay } from './SessionWay.ts';

/** A ticket for the socket of a session, and the way to another. */
export type Tickets = {
  ticket: string;
  renew: () => Promise<string>;
};

/** The way to the others in a session by direct connections alone. */
export function directWay(
  options: RoomClientOptions,
  { ticket, renew }: Tickets,
): Way {
  return new Mesh({
    ...meshOptions(options, ticket),
    renewTicket: renew,
    inRoom: false,
  });
}

/** The way to the others in a session through the server, and directly. */
export function mixedWay(options: RoomClientOptions, { ticket }: Tickets): Way {
  return new SessionWay(
    new RoomWay(options),
    // Another ticket would be another person than the one in the room.
    new Mesh({ ...meshOptions(options, ticket), inRoom: true }),
  );
}

function meshOptions(
  self: RoomClientOptions,
  ticket: string,
): Omit<MeshOptions, 'inRoom'> {
  const { url, iceTransportPolicy } = self;
  return { self, url, ticket, iceTransportPolicy };
}
