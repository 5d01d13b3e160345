import { openGrants } from '../../lib/auth/Grants.ts';
import type { ConfigInput } from '../../lib/config.ts';
import type { PeerInfo, RoomEvent } from '../../lib/rooms/events.ts';
import type { Peer, PeerOptions } from '../../lib/rooms/Peer.ts';
import type { RoomRegistry } from '../../lib/rooms/RoomRegistry.ts';
import type { Server } from '../../lib/Server.ts';
import { startServer } from './server.ts';

/** Somebody in a room, past every gateway, with all that it was told. */
export interface Somebody {
  peer: Peer;
  others: PeerInfo[];
  events: RoomEvent[];
}

/** The rooms of a server, and a way into them. */
export class Rooms {
  readonly server: Server;

  private constructor(server: Server) {
    this.server = server;
  }

  static async open(options: ConfigInput = {}): Promise<Rooms> {
    return new Rooms(await startServer(options));
  }

  get registry(): RoomRegistry {
    return this.server.registry;
  }

  /** Lets somebody in; nothing is told to it yet. */
  async enter(
    roomId: string,
    id: string,
    isWanted: () => boolean = () => true,
  ): Promise<{ peer: Peer; others: PeerInfo[] }> {
    return this.registry.join(roomId, peerOptions(id), isWanted);
  }

  /** Lets somebody in and notes what it is told from then on. */
  async join(roomId: string, id: string): Promise<Somebody> {
    const { peer, others } = await this.enter(roomId, id);
    return { peer, others, events: heardBy(peer) };
  }

  /** The routers that the workers hold, however many rooms there are. */
  async countRouters(): Promise<number> {
    const dumps = await Promise.all(
      this.server.pool.alive.map(({ worker }) => worker.dump()),
    );
    return dumps.flatMap(({ routerIds }) => routerIds).length;
  }

  close(): Promise<void> {
    return this.server.close();
  }
}

/** What a peer that may do anything comes with. */
export function peerOptions(id: string): PeerOptions {
  return { id, gateway: 'test', network: 'here', grants: openGrants(id) };
}

/** What a peer is told from now on, and what waited for it. */
export function heardBy(peer: Peer): RoomEvent[] {
  const events: RoomEvent[] = [];
  peer.listen((event) => events.push(event));
  return events;
}
