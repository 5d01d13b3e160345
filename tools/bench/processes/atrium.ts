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
  // Peers that connect early wait for all others before they join.
  signalling: { joinTimeout: 60_000 },
  ...(JSON.parse(process.argv[2] ?? '{}') as ConfigInput),
});

const handlers = {
  ...vitals,

  /** The address that clients connect to. */
  url: () => server.url,

  /** Waits until all peers that are leaving have left. */
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

  /** The number of packets sent to all consumers. */
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

/** The requests that a process with the server answers. */
export type AtriumApi = typeof handlers;

serve(handlers, () => server.close());
