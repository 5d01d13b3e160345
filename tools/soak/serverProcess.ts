import { readdir, readFile } from 'node:fs/promises';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';

import type { ConfigInput } from '../../lib/config/schema.ts';
import { collectGarbage } from '../fixtures/garbage.ts';
import { startServer } from '../fixtures/server.ts';

/** Everything that the server and its workers hold at one moment. */
export interface Measurement {
  url: string;
  rooms: number;
  connections: number;
  /** Users with a session. */
  users: number;
  /** Routers, transports and what listens to them, in all workers. */
  leftovers: string[];
  /** Used JavaScript heap after collecting garbage, bytes. */
  heap: number;
  /** Memory of all workers, bytes. */
  workers: number;
  /** The most memory that the server was resident with, bytes. */
  peak: number;
  /** Events that are kept for peers, bytes. */
  kept: number;
  /** Open files and sockets of the server and its workers. */
  handles: number;
  deaths: number;
}

/** Time between two looks for the worker in the place of one that died, ms. */
const LOOK_INTERVAL = 20;

/** Something that a server is asked to do; it then measures itself. */
export type Task = 'measure' | 'lose a worker';

/**
 * A server in a process of its own, so that its heap is not that of the
 * clients. It measures itself after each task. Its one argument is JSON of its
 * options.
 */
const server = await startServer(
  JSON.parse(process.argv[2] ?? '') as ConfigInput,
);

process.on('message', (task: Task) => {
  const done = task === 'measure' ? Promise.resolve() : loseWorker();
  void done.then(measure).then((measurement) => process.send?.(measurement));
});
process.on('warning', (warning) => {
  // Listeners that pile up are a leak, and so are those that Node takes for one.
  if (warning.name === 'MaxListenersExceededWarning') {
    throw warning;
  }
});
process.on('disconnect', () => {
  void server.close();
});
process.send?.(await measure());

/** Kills a worker, and waits until another has taken its place. */
async function loseWorker(): Promise<void> {
  const { pool } = server;
  const [victim] = pool.usable;
  const deaths = pool.deaths + 1;
  if (victim !== undefined) {
    process.kill(victim.worker.pid, 'SIGKILL');
    while (pool.deaths < deaths || pool.usable.length < pool.size) {
      await delay(LOOK_INTERVAL);
    }
  }
}

async function measure(): Promise<Measurement> {
  await collectGarbage();
  const leftovers: string[] = [];
  let resident = 0;
  let handles = await openHandles('self');
  for (const { worker, webRtcServer } of server.pool.alive) {
    const { routerIds } = await worker.dump();
    const { webRtcTransportIds, localIceUsernameFragments } =
      await webRtcServer.dump();
    leftovers.push(
      ...routerIds,
      ...webRtcTransportIds,
      ...localIceUsernameFragments.map(
        ({ localIceUsernameFragment }) => localIceUsernameFragment,
      ),
    );
    resident += await residentMemory(worker.pid);
    handles += await openHandles(worker.pid);
  }
  return {
    url: server.url,
    rooms: server.registry.rooms.size,
    connections: server.connections,
    users: server.presence.users,
    leftovers,
    heap: process.memoryUsage().heapUsed,
    workers: resident,
    peak: process.resourceUsage().maxRSS * 1_024,
    kept: server.registry.queuedBytes,
    handles,
    deaths: server.pool.deaths,
  };
}

async function openHandles(pid: number | 'self'): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`)).length;
}

async function residentMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return Number(kilobytes) * 1_024;
}
