import process from 'node:process';
import { setImmediate } from 'node:timers/promises';

import type { ConfigInput } from '../../../lib/config/schema.ts';
import { startServer } from '../../fixtures/server.ts';
import { packetsSent } from './packetsSent.ts';
import { serve, vitals } from './serve.ts';

/**
 * The server under test, in a process of its own, with limits that no load
 * here reaches. Its one argument is JSON of what else differs in its config.
 */
const server = await startServer({
  // Whoever connects early waits for all others before they join.
  signalling: { joinTimeout: 60_000 },
  ...(JSON.parse(process.argv[2] ?? '{}') as ConfigInput),
});

const handlers = {
  ...vitals,

  /** Where clients connect to. */
  url: () => server.url,

  /** Waits until everybody who is on the way out is out. */
  async emptied(): Promise<void> {
    while (server.connections > 0 || server.registry.rooms.size > 0) {
      await setImmediate();
    }
  },

  /** CPU time of each media worker until now, ms. */
  async workerCpu(): Promise<number[]> {
    const usages = await server.pool.usage();
    return usages.map(({ cpuSeconds }) => cpuSeconds * 1_000);
  },

  /** How many packets all consumers were sent. */
  async forwarded(): Promise<number> {
    const peers = Array.from(server.registry.rooms.values()).flatMap((room) =>
      Array.from(room.peers.values()),
    );
    const counts = peers.flatMap(({ consumers }) =>
      consumers.ids.map(async (id) => packetsSent(await consumers.stats(id))),
    );
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  },
};

/** What a process that runs the server can be asked. */
export type AtriumApi = typeof handlers;

serve(handlers, () => server.close());
