import assert from 'node:assert/strict';

import { openGrants } from '../../lib/auth/Grants.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import type { EndReason, PeerInfo, RoomEvent } from '../../lib/rooms/events.ts';
import type { Peer } from '../../lib/rooms/Peer.ts';
import type { PeerOptions } from '../../lib/rooms/PeerOptions.ts';
import type { Joined } from '../../lib/rooms/Room.ts';
import type { RoomRegistry } from '../../lib/rooms/RoomRegistry.ts';
import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';

/** An event, or the reason for the end. */
export type Heard = RoomEvent | { type: 'ended'; reason: EndReason };

/** A peer that joined without a gateway, with its events so far. */
export interface Somebody {
  peer: Peer;
  others: PeerInfo[];
  events: Heard[];
}

/** The rooms of a server, and a way to join them. */
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

  /** Adds a peer; its events are not delivered yet. */
  async enter(
    roomId: string,
    id: string,
    enter = (join: () => Joined): Joined => join(),
  ): Promise<Joined> {
    return this.registry.join(roomId, peerOptions(id), enter);
  }

  /** Adds a peer and records its events from then on. */
  async join(roomId: string, id: string): Promise<Somebody> {
    const { peer, others } = await this.enter(roomId, id);
    return { peer, others, events: heardBy(peer) };
  }

  /** The routers in all workers. */
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

const frames = new WeakMap<RoomEvent, Buffer>();
const events = new WeakMap<Buffer, RoomEvent>();

/** Encodes an event so that {@link eventOf} returns the same object. */
function encode(event: RoomEvent): Buffer {
  let frame = frames.get(event);
  if (frame === undefined) {
    frame = Buffer.from(JSON.stringify(event));
    frames.set(event, frame);
    events.set(frame, event);
  }
  return frame;
}

function eventOf(frame: Buffer): RoomEvent {
  const event = events.get(frame);
  assert.ok(event, 'expected a peer with peerOptions');
  return event;
}

/** The options of a peer with every permission. */
export function peerOptions(id: string): PeerOptions {
  return {
    id,
    gateway: 'test',
    network: 'here',
    grants: openGrants(id),
    encode,
  };
}

/** A peer's events: those that are queued, and all later ones. */
export function heardBy(peer: Peer): Heard[] {
  const events: Heard[] = [];
  listenTo(peer, (event) => events.push(event));
  return events;
}

/** Listens to a peer that has {@link peerOptions}. */
export function listenTo(peer: Peer, listener: (heard: Heard) => void): void {
  peer.connection.listen((message) => {
    listener(
      typeof message === 'string'
        ? { type: 'ended', reason: message }
        : eventOf(message),
    );
  });
}
