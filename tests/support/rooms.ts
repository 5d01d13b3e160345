import assert from 'node:assert/strict';

import { openGrants } from '../../lib/auth/Grants.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import type { EndReason, PeerInfo, RoomEvent } from '../../lib/rooms/events.ts';
import type { Peer, PeerOptions } from '../../lib/rooms/Peer.ts';
import type { RoomRegistry } from '../../lib/rooms/RoomRegistry.ts';
import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';

/** An event as it was, or the last word. */
export type Heard = RoomEvent | { type: 'ended'; reason: EndReason };

/** Somebody in a room, past every gateway, with all that it was told. */
export interface Somebody {
  peer: Peer;
  others: PeerInfo[];
  events: Heard[];
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
    signal = new AbortController().signal,
  ): Promise<{ peer: Peer; others: PeerInfo[] }> {
    return this.registry.join(roomId, peerOptions(id), signal);
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

const frames = new WeakMap<RoomEvent, Buffer>();
const events = new WeakMap<Buffer, RoomEvent>();

/** Encodes an event so that {@link eventOf} finds the very same again. */
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
  assert.ok(event, 'the peer came with other options');
  return event;
}

/** What a peer that may do anything comes with. */
export function peerOptions(id: string): PeerOptions {
  return {
    id,
    gateway: 'test',
    network: 'here',
    grants: openGrants(id),
    encode,
  };
}

/** What a peer is told from now on, and what waited for it. */
export function heardBy(peer: Peer): Heard[] {
  const events: Heard[] = [];
  listenTo(peer, (event) => events.push(event));
  return events;
}

/** Listens to a peer that came with {@link peerOptions}. */
export function listenTo(peer: Peer, listener: (heard: Heard) => void): void {
  peer.listen((message) => {
    listener(
      typeof message === 'string'
        ? { type: 'ended', reason: message }
        : eventOf(message),
    );
  });
}
