import { describe } from 'node:test';

import type { types } from 'mediasoup';

import type { ConfigInput } from '../../lib/config/load.ts';
import type { Server } from '../../lib/Server.ts';

/** What a layout sets; whoever sets more of a section adds it to these. */
export interface Layout {
  workers: NonNullable<ConfigInput['workers']>;
  rooms: NonNullable<ConfigInput['rooms']>;
}

/** How a room may lie on the workers; its members must not notice. */
export const layouts = {
  'on one router': { workers: { count: 1 }, rooms: {} },
  // The second one to come is placed on the second worker, and so forth.
  'over two routers': {
    workers: { count: 2 },
    rooms: { consumersPerRouter: 0 },
  },
} satisfies Record<string, Layout>;

/** Runs a suite once for each way in which a room may lie on the workers. */
export function describeLayouts(
  name: string,
  suite: (layout: Layout) => void,
): void {
  for (const [how, layout] of Object.entries(layouts)) {
    describe(`${name}, ${how}`, () => suite(layout));
  }
}

/** Ids of all transports of clients that there are in the workers. */
export async function transportsInWorkers(server: Server): Promise<string[]> {
  const ids: string[] = [];
  for (const { webRtcServer, worker } of server.pool.alive) {
    // What is closed upon an answer is closed before the next question.
    await worker.dump();
    const { webRtcTransportIds } = await webRtcServer.dump();
    ids.push(...webRtcTransportIds);
  }
  return ids;
}

/** The worker that has a transport. */
export async function workerUnder(
  { pool }: Pick<Server, 'pool'>,
  transportId: string,
): Promise<types.Worker> {
  for (const { webRtcServer, worker } of pool.alive) {
    const { webRtcTransportIds } = await webRtcServer.dump();
    if (webRtcTransportIds.includes(transportId)) {
      return worker;
    }
  }
  throw new Error(`no worker has the transport ${transportId}`);
}
