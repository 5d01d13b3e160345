import { describe } from 'node:test';

import type { types } from 'mediasoup';

import type { Server } from '../../lib/Server.ts';
import { layouts } from '../../tools/fixtures/layouts.ts';
import type { Layout } from '../../tools/fixtures/layouts.ts';

/** Runs a suite once for each way to spread a room over workers. */
export function describeLayouts(
  name: string,
  suite: (layout: Layout) => void,
): void {
  for (const [how, layout] of Object.entries(layouts)) {
    describe(`${name}, ${how}`, () => suite(layout));
  }
}

/** Ids of all transports of clients in the workers. */
export async function transportsInWorkers(server: Server): Promise<string[]> {
  const ids: string[] = [];
  for (const { webRtcServer, worker } of server.pool.alive) {
    // Objects that are closed on an answer are closed before the next request.
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
